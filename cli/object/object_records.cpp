#include "cli/object/object_records.hpp"

#include <cstddef>

#include "base/json/json_text.hpp"
#include "base/text/trim.hpp"
#include "cli/line_reader.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {

using apiserver::objects::Json;

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out += ",\"";
  out += name;
  out += "\":";
  append_json_string(out, text);
}

Result<void> answer_records(const std::string& file, const AnswerRecord& answer) {
  auto lines = LineReader::open(file);
  if (!lines) return tl::unexpected(lines.error());
  Output output;
  for (std::size_t number = 0;; ++number) {
    const auto line = lines->next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) return output.flush();
    if (is_blank_line(**line)) continue;
    const auto record = Json::parse(**line);
    const Json* const id = record ? record->find("id") : nullptr;
    std::string& out = output.buffer();
    out += "{\"id\":";
    if (id != nullptr) {
      id->append_to(out);
    } else {
      append_json_string(out, "n" + std::to_string(number));
    }
    if (!record) {
      append_member(out, "error", record.error().message);
    } else if (record->object() == nullptr) {
      append_member(out, "error", "a record is a JSON object");
    } else {
      answer(*record, out);
    }
    out += "}\n";
    if (auto written = output.flush_when_full(); !written) return written;
  }
}

}  // namespace kaudit::cli
