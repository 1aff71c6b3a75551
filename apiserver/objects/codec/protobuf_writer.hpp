#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/types/typed_value.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects {

/// A message that grows from its end to its beginning, as the generated Go code writes it: what is
/// inside stands before its length has to be known.
class BackwardBuffer {
 public:
  std::size_t size() const noexcept { return bytes_.size() - begin_; }
  std::string_view view() const noexcept { return std::string_view(bytes_).substr(begin_); }

  void prepend(std::string_view text);
  void prepend_varint(std::uint64_t number);
  /// A field of wire type 2.
  void prepend_text(std::uint32_t number, std::string_view text);
  /// A field of wire type 0.
  void prepend_number(std::uint32_t number, std::uint64_t value);
  /// Makes a field of all that has been put in since the size was `end`.
  void close_message(std::uint32_t number, std::size_t end);
  void clear() noexcept { begin_ = bytes_.size(); }

 private:
  void make_room(std::size_t size);

  std::string bytes_;
  std::size_t begin_ = 0;
};

/// Writes typed values as the generated Go code does: fields by their numbers; scalars that are not
/// pointers always, whatever their value; maps by the bytes of their keys; nothing packed. In a
/// loop, whatever the nesting. One writer may write any number of values, one after the other.
class ProtobufWriter {
 public:
  explicit ProtobufWriter(BackwardBuffer& out) : out_(out) {}

  /// Puts the message in front of what is there. Error: a value that protobuf has no place for.
  Result<void> prepend(const Type& type, const Value& value);

 private:
  enum class Kind : std::uint8_t { Message, Elements, Entries, Entry };
  // A message, or the elements of a list or map, that is being written; from the last one on.
  struct Frame {
    Kind kind;
    const Type* type;
    const Value* value;
    std::uint32_t left;               // fields, elements, entries; of an entry: value, key
    std::uint32_t number = 0;         // of the field that it makes, or whose elements these are
    std::size_t end = 0;              // what was there before
    std::uint8_t first_member = 0;    // of an inlined struct within the value
    const MapEntry* entry = nullptr;  // of an Entry
  };

  void write_fields(Frame& frame);
  void write_elements(Frame& frame);
  void write_entries(Frame& frame);
  void write_entry(Frame& frame);
  bool write_field(const Frame& frame, const Field& field);
  bool write_value(const Type& type, const Value& value, std::uint32_t number);
  void write_leaf(const Type& type, const Value& value, std::uint32_t number);
  void write_moment(const Type& type, const Value& value);
  void write_int_or_string(const Value& value);
  void close(const Frame& frame);

  BackwardBuffer& out_;
  std::vector<Frame> frames_;
  std::string error_;
};

}  // namespace kaudit::apiserver::objects
