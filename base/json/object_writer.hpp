#pragma once

#include <cstddef>
#include <string_view>

#include "base/json/json_writer.hpp"

namespace kaudit {

/// Writes one JSON object whose members may all be absent: keeps the commas. Names come with quotes
/// and colon: `object.text(R"("uid":)", user.uid)`.
class ObjectWriter {
 public:
  explicit ObjectWriter(JsonWriter& writer) : writer_(writer) { writer_.literal("{"); }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;
  ~ObjectWriter() { writer_.literal("}"); }

  /// Begins a member; its value is to be written next.
  template <std::size_t N>
  JsonWriter& member(const char (&name)[N]) {
    if (any_) writer_.literal(",");
    any_ = true;
    writer_.literal(name);
    return writer_;
  }

  /// A text, left out when empty.
  template <std::size_t N>
  void text(const char (&name)[N], std::string_view value) {
    if (!value.empty()) member(name).string(value);
  }

 private:
  JsonWriter& writer_;
  bool any_ = false;
};

}  // namespace kaudit
