#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/json_cursor.hpp"

namespace kaudit::audit {

/// Fills structs from JSON that is valid and compact, in the way encoding/json does: null leaves a
/// text, a number or a struct as it is and takes a list, a map or an optional part away; a later
/// duplicate of a member goes into what the earlier one left. A value of the wrong type is passed
/// over; the first one is remembered as the error.
///
/// Each function reads the value that comes next, and exactly that. Not thread-safe.
class StructReader {
 public:
  /// The text must outlive the reader.
  explicit StructReader(std::string_view compact) noexcept : in_(compact) {}

  /// Says which member has the wrong type, and what it should have been; empty while all went well.
  const std::string& error() const noexcept { return error_; }
  /// Remembers an error at this place, unless there is one already.
  void fail(std::string_view what);

  /// Calls `on_member` with the name of each member; it must read the member's value, or skip() it.
  /// The name is good until then.
  template <typename OnMember>
  void object(OnMember on_member) {
    if (!begins(JsonCursor::Kind::Object)) return;
    const std::size_t outer = path_.size();
    for (bool more = in_.enter(); more; more = in_.next()) {
      const std::string_view name = in_.key();
      if (outer != 0) path_ += '.';
      path_ += name;
      on_member(name);
      path_.resize(outer);
    }
  }

  template <typename T, typename OnMember>
  void object(std::optional<T>& to, OnMember on_member) {
    if (in_.kind() == JsonCursor::Kind::Null) to.reset();
    if (in_.kind() == JsonCursor::Kind::Object && !to) to.emplace();
    object([&](std::string_view name) { on_member(name, *to); });
  }

  /// Calls `on_element` for each element, which must read it. False: the value was null or no
  /// array.
  template <typename OnElement>
  bool array(OnElement on_element) {
    if (!begins(JsonCursor::Kind::Array)) return false;
    for (bool more = in_.enter(); more; more = in_.next()) on_element();
    return true;
  }

  void text(std::string& to);
  /// False: the value was null or no array; then the list is empty, too.
  bool texts(std::vector<std::string>& to);
  void integer(std::int32_t& to);
  void integer(std::optional<std::int64_t>& to);

  std::string_view skip() { return in_.skip(); }
  JsonCursor::Kind kind() const { return in_.kind(); }

 private:
  /// True when a value of this kind comes next. If not, passes it; it is an error unless it is
  /// null.
  bool begins(JsonCursor::Kind expected);
  template <typename Integer>
  bool parse_integer(Integer& to, std::string_view expected);

  JsonCursor in_;
  std::string path_;  ///< names of the members that are being read, joined by dots
  std::string error_;
};

}  // namespace kaudit::audit
