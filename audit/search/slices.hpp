#pragma once

#include <string>
#include <string_view>

namespace kaudit::audit::search {

// Ways into the bytes of an event without building anything. Unlike JsonCursor they take text that
// is neither compact nor known to be valid: white space is passed, and what is not JSON ends a
// walk. Nothing is validated that is not looked at. A slice is the bytes of one value, without the
// white space around it; an empty slice is "not there".

/// The bytes of the value at the front of `text`; empty when it does not end in it.
std::string_view first_value(std::string_view text) noexcept;

/// Walks over the members of an object.
class MemberWalk {
 public:
  explicit MemberWalk(std::string_view object) noexcept;

  /// Goes to the first or next member. False: there is none, or the text is not JSON.
  bool next() noexcept;
  /// What stands between the quotes of its name.
  std::string_view name() const noexcept { return name_; }
  std::string_view value() const noexcept { return value_; }
  /// Whether the walk ended at the object's closing bracket.
  bool complete() const noexcept { return complete_; }

 private:
  const char* at_;
  const char* end_;
  bool first_ = true;
  bool complete_ = false;
  std::string_view name_;
  std::string_view value_;
};

/// Walks over the elements of an array.
class ElementWalk {
 public:
  explicit ElementWalk(std::string_view array) noexcept;
  bool next() noexcept;
  std::string_view value() const noexcept { return value_; }

 private:
  const char* at_;
  const char* end_;
  bool first_ = true;
  std::string_view value_;
};

/// Whether a raw name (between its quotes) is the text; escapes are decoded.
bool is_name(std::string_view raw, std::string_view text);

/// The first member of that name; empty when the slice is not an object that has it. (As Falco's
/// reader; Go would take the last.)
std::string_view member_of(std::string_view object, std::string_view name);
/// The element with that index; empty when the slice is not an array that has it.
std::string_view element_of(std::string_view array, std::size_t index) noexcept;

inline bool is_object(std::string_view slice) noexcept { return slice.starts_with('{'); }
inline bool is_array(std::string_view slice) noexcept { return slice.starts_with('['); }
inline bool is_string(std::string_view slice) noexcept { return slice.starts_with('"'); }
inline bool is_null(std::string_view slice) noexcept { return slice == "null"; }

/// Appends the value's text: of a string what it says, of anything else compact JSON.
void append_text(std::string& out, std::string_view slice);
std::string text_of(std::string_view slice);

/// Whether the bytes are one whole value that is valid JSON.
bool is_valid_json(std::string_view text) noexcept;

}  // namespace kaudit::audit::search
