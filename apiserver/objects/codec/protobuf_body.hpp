#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/codec/protobuf_writer.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects {

/// Objects, lists and whatever else a server answers, from their canonical JSON to protobuf.
/// (apimachinery pkg/runtime/serializer/protobuf Serializer) Keeps its memory from one to the next;
/// not thread-safe.
class ProtobufBody {
 public:
  /// The object behind the magic bytes, with the envelope that names its kind. Error: a kind that
  /// has no protobuf (a Table), or JSON that is not of its kind. Good until the next call.
  Result<std::string_view> object(std::string_view json);
  /// The same as one event of a watch: `WatchEvent{type, object}`, without an envelope of its own.
  Result<std::string_view> watch_event(std::string_view type, std::string_view json);
  /// The object as an item of a list: its field 2.
  Result<std::string_view> item(const Type& type, std::string_view json);

 private:
  Result<void> write_message(const Type& type, std::string_view json);
  Result<void> write_object(std::string_view json);

  BackwardBuffer buffer_;
};

/// Appends one of the messages of a stream: its length in four bytes, then itself. (apimachinery
/// pkg/util/framer NewLengthDelimitedFrameWriter)
void append_length_delimited(std::string& out, std::string_view message);

/// What stands in a list's body before its items and what after them.
struct ProtobufListEnds {
  std::string head;
  std::string tail;
};
/// `json`: the list without items. `item_bytes`: of all items together, which come between the two.
Result<ProtobufListEnds> protobuf_list_ends(std::string_view json, std::uint64_t item_bytes);

}  // namespace kaudit::apiserver::objects
