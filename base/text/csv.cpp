#include "base/text/csv.hpp"

#include <utility>

namespace kaudit {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  /// The next record; one without fields is the end of the text.
  Result<CsvRecord> next() {
    do {
      if (!next_line()) return CsvRecord{};
    } while (line_.empty());
    CsvRecord record{number_, {}};
    do {
      auto field = line_.starts_with('"') ? take_quoted() : take_plain();
      if (!field) return tl::unexpected(field.error());
      record.fields.push_back(std::move(*field));
    } while (take(','));
    return record;
  }

 private:
  /// Moves on to the next line, without its end; false when there is none.
  bool next_line() {
    if (rest_.empty()) {
      return false;
    }
    const auto end = rest_.find('\n');
    line_ = rest_.substr(0, end);
    ended_ = end != std::string_view::npos;
    rest_.remove_prefix(ended_ ? end + 1 : rest_.size());
    ++number_;
    // Also at the very end of the text, as Go drops it there.
    if (line_.ends_with('\r')) {
      line_.remove_suffix(1);
    }
    return true;
  }

  bool take(char c) {
    if (!line_.starts_with(c)) {
      return false;
    }
    line_.remove_prefix(1);
    return true;
  }

  std::string_view take_until(char c) {
    const auto part = line_.substr(0, line_.find(c));
    line_.remove_prefix(part.size());
    return part;
  }

  Result<std::string> take_plain() {
    const auto field = take_until(',');
    if (field.find('"') != std::string_view::npos) {
      return refuse("bare \" in a field that is not quoted");
    }
    return std::string(field);
  }

  Result<std::string> take_quoted() {
    std::string field;
    take('"');
    while (true) {
      field += take_until('"');
      if (!take('"')) {
        // The line ends inside the quotes.
        if (ended_) {
          field += '\n';
        }
        if (!next_line()) {
          return refuse("missing \" at the end of a quoted field");
        }
      } else if (take('"')) {
        field += '"';
      } else if (line_.empty() || line_.starts_with(',')) {
        return field;
      } else {
        return refuse("extraneous \" in a quoted field");
      }
    }
  }

  tl::unexpected<Error> refuse(std::string_view why) const {
    return fail("line " + std::to_string(number_) + ": " + std::string(why));
  }

  std::string_view rest_;
  std::string_view line_;
  std::size_t number_ = 0;
  bool ended_ = false;  ///< the current line has a line break
};

bool needs_quotes(std::string_view value) {
  return value == "\\." || value.find_first_of(",\"\r\n") != std::string_view::npos ||
         (!value.empty() && (value.front() == ' ' || value.front() == '\t'));
}

}  // namespace

Result<std::vector<CsvRecord>> parse_csv(std::string_view text) {
  Reader reader(text);
  std::vector<CsvRecord> records;
  for (;;) {
    auto record = reader.next();
    if (!record) return tl::unexpected(record.error());
    if (record->fields.empty()) return records;
    records.push_back(*std::move(record));
  }
}

Result<std::vector<std::string>> parse_csv_record(std::string_view text) {
  auto record = Reader(text).next();
  if (!record) return tl::unexpected(record.error());
  if (record->fields.empty() && !text.empty()) return fail("EOF");
  return std::move(record->fields);
}

std::string csv_record(const std::vector<std::string>& values) {
  std::string record;
  for (const std::string& value : values) {
    if (&value != &values.front()) record += ',';
    if (!needs_quotes(value)) {
      record += value;
      continue;
    }
    record += '"';
    for (const char c : value) record.append(c == '"' ? 2 : 1, c);
    record += '"';
  }
  return record;
}

}  // namespace kaudit
