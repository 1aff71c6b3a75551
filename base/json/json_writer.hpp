#pragma once

#include <cstddef>
#include <string_view>

#include "base/text/text_writer.hpp"

namespace kaudit {

/// Appends JSON text to a string, as a TextWriter does; literal() and raw() are for what is JSON as
/// it stands: `writer.literal(R"(,"level":)")`.
class JsonWriter : public TextWriter {
 public:
  using TextWriter::TextWriter;

  /// A JSON string with its quotes, escaped as Go's encoding/json does (append_json_string).
  void string(std::string_view text);

  /// A finite number. (json_number)
  void number(double value);

 private:
  void finish_string(std::string_view text);
  std::size_t write_escaped(std::string_view text);
};

}  // namespace kaudit
