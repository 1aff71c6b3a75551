#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/base/result.hpp"

namespace kaudit {

/// The first record of `text` as comma-separated values with encoding/csv's rules: `a,"b,c"` is two
/// values, `""` inside quotes is one quote, and a quote elsewhere is an error. No text is no value.
Result<std::vector<std::string>> parse_csv_record(std::string_view text);

/// Values as one record, the reverse of parse_csv_record().
std::string csv_record(const std::vector<std::string>& values);

}  // namespace kaudit
