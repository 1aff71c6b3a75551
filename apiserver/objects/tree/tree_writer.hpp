#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/tree/tree_text.hpp"

namespace kaudit::apiserver::objects {

/// Appends the JSON of trees to a string, compact and escaped as encoding/json does. The string has
/// it when the writer is flushed or gone; until then it must outlive the writer and not be touched.
///
/// Each value within a container is written with a comma behind it, which close() overwrites.
class TreeWriter {
 public:
  explicit TreeWriter(std::string& out);
  TreeWriter(const TreeWriter&) = delete;
  TreeWriter& operator=(const TreeWriter&) = delete;
  ~TreeWriter() { flush(); }

  /// A whole value, however deep, without recursion.
  void value(const Json& tree);
  /// A member of an object, with a comma behind it.
  void member(const Json::Member& member);

  void open(char bracket) { character(bracket); }
  /// The end of a container, with a comma behind it.
  void close(char bracket) {
    need(2);
    if (next_[-1] == ',') --next_;
    *next_++ = bracket;
    *next_++ = ',';
  }
  /// A member's name and its colon.
  void name(const TreeText& name);
  /// A name of two parts, of which the first needs no escapes.
  void name(std::string_view head, const TreeText& tail) {
    need(head.size() + 1);
    *next_++ = '"';
    raw(head);
    rest_of_string(tail);
    character(':');
  }
  /// Text of which none needs escapes, between literals.
  template <std::size_t Head, std::size_t Tail>
  void framed(const char (&head)[Head], const TreeText& text, const char (&tail)[Tail]) {
    const std::size_t size = text.size();
    need(Head + sizeof(TreeText) + size + Tail);
    char* to = next_;
    std::memcpy(to, head, Head - 1);
    to += Head - 1;
    if (text.is_near()) {
      std::memcpy(to, text.data(), sizeof(TreeText));  // more than it is, which costs less
    } else {
      std::memcpy(to, text.data(), size);
    }
    std::memcpy(to + size, tail, Tail - 1);
    next_ = to + size + Tail - 1;
  }
  /// A value's JSON as it stands within a string.
  void value_in_string(const Json& value);
  void string(const TreeText& text) {
    character('"');
    rest_of_string(text);
  }
  void character(char json) {
    need(1);
    *next_++ = json;
  }
  /// What is JSON as it stands.
  void raw(std::string_view json) {
    need(json.size());
    std::memcpy(next_, json.data(), json.size());
    next_ += json.size();
  }

  /// The same of a literal.
  template <std::size_t Size>
  void literal(const char (&json)[Size]) {
    need(Size - 1);
    std::memcpy(next_, json, Size - 1);
    next_ += Size - 1;
  }

  /// How long the string is by now.
  std::size_t size() const noexcept { return static_cast<std::size_t>(next_ - out_.data()); }
  /// Takes back what was written since it was that long.
  void cut(std::size_t size) noexcept { next_ = out_.data() + size; }

  void flush() { out_.resize(size()); }

 private:
  void need(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - next_) < bytes) [[unlikely]]
      grow(bytes);
  }
  void grow(std::size_t bytes);
  bool begin(const Json& value);
  /// A string without its first quote.
  void rest_of_string(const TreeText& text);
  void rest_of_far_string(std::string_view text);
  /// The same of a text that needs escapes.
  void escaped(std::string_view text);

  std::string& out_;  // longer than what is written
  const std::size_t began_;
  char* next_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace kaudit::apiserver::objects
