#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace kaudit {

/// One record of a CSV text.
struct CsvRecord {
  std::size_t line = 0;  ///< on which it begins, from 1
  std::vector<std::string> fields;
};

/// Reads RFC 4180 with Go's encoding/csv rules: white space is kept, empty lines are skipped, CRLF
/// ends a line as LF does, a quoted field may hold commas, line breaks and doubled quotes. Error: a
/// quote where none may be, or none at the end, with its line.
Result<std::vector<CsvRecord>> parse_csv(std::string_view text);

/// The fields of the first record, which is what pflag makes of a list's value. An empty text
/// has no values.
Result<std::vector<std::string>> parse_csv_record(std::string_view text);

/// Values as one record, the reverse of parse_csv_record().
std::string csv_record(const std::vector<std::string>& values);

}  // namespace kaudit
