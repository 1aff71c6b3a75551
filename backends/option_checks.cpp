#include "backends/option_checks.hpp"

namespace kaudit::backends {

std::string not_positive(std::string_view subject, std::string_view value) {
  return "invalid audit " + std::string(subject) + " " + std::string(value) +
         ", must be a positive number";
}

void check_not_negative(std::vector<Error>& errors, std::string_view flag, std::int64_t value) {
  if (value >= 0) return;
  errors.push_back(
      {std::string(flag) + " " + std::to_string(value) + " can't be a negative number"});
}

}  // namespace kaudit::backends
