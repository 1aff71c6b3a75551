#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/types/typed_value.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects {

/// The four bytes before each protobuf body. (apimachinery pkg/runtime/serializer/protobuf)
inline constexpr std::string_view kProtobufMagic{"k8s\0", 4};

/// What surrounds an object in protobuf (runtime.Unknown). Views into the body; what it says of
/// encoding and media type is ignored, as in Go.
struct Envelope {
  std::string_view api_version;
  std::string_view kind;
  std::string_view raw;  ///< the object
};
/// Error: Go's text, roughly.
Result<Envelope> read_envelope(std::string_view body, Arena& arena);

/// Reads a protobuf message into a typed value, as the generated Go code does: the last scalar
/// wins, messages merge, lists append, unknown fields are passed over, a known one with another
/// wire type is an error. In a loop, whatever the nesting; more than 10,000 levels are refused.
/// The message and the arena must outlive the values.
class ProtobufReader {
 public:
  explicit ProtobufReader(Arena& arena) : arena_(arena) {}

  Result<void> read(const Type& type, std::string_view message, Value& into);

 private:
  enum class Kind : std::uint8_t { Message, Items, Entry };
  // A message that is being read.
  struct Frame {
    Kind kind;
    const Type* type;   // Message: a struct; Items: a list; Entry: a map
    Value* value;       // of that type
    const char* end;    // of the message
    const char* limit;  // how far lengths may go: an entry's are those of the message around it
    std::uint8_t first_member = 0;  // of an inlined struct within the value
    std::uint8_t next_field = 0;    // where the next number is looked for first
    std::string_view key = {};      // of an entry
    Value* element = nullptr;       // of an entry
  };

  void read_message(Frame& frame);
  void read_items(Frame& frame);
  void read_entry(Frame& frame);
  bool is_sound(const Frame& frame, std::uint32_t number, unsigned wire);
  const Field* find_field(Frame& frame, std::uint32_t number) const noexcept;
  void read_field(Frame& frame, const Field& field, unsigned wire);
  void read_value(const Type& type, unsigned wire, Value& into, const char* limit);
  void read_list_element(const Type& type, unsigned wire, Value& into, const char* limit);
  void read_packed(const Type& element, ListValue& list, const char* limit);
  void read_moment(Value& into, std::string_view message, TypeKind kind);
  void read_int_or_string(Value& into, std::string_view message);
  void read_single_text(Value& into, std::string_view message, TypeKind kind);
  void push(Frame frame);

  void fail_with(std::string_view message);
  std::uint64_t varint(const char* limit);
  std::string_view bytes(const char* limit);
  void skip_field(const char* from, const char* limit);
  /// False at the end of the message or after an error.
  bool next_tag(const char* end, std::uint32_t& number, unsigned& wire);

  Arena& arena_;
  const char* at_ = nullptr;
  std::vector<Frame> frames_;
  std::string error_;
};

}  // namespace kaudit::apiserver::objects
