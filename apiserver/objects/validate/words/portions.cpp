#include "apiserver/objects/validate/words/portions.hpp"

#include <string_view>

#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

// The number of a percentage; -1 for what is not one.
std::int64_t percentage(const Json* portion) noexcept {
  if (portion == nullptr || portion->string() == nullptr) return -1;
  const std::string_view text = *portion->string();
  if (!percent_errors(text).empty()) return -1;
  return parse_int64(text.substr(0, text.size() - 1)).value_or(-1);
}

}  // namespace

std::int64_t portion_value(const Json* portion) noexcept {
  if (portion == nullptr) return 0;
  if (const std::int64_t percent = percentage(portion); percent >= 0) return percent;
  const auto* const number = portion->number();
  return parse_int64(number              ? number->text
                     : portion->string() ? *portion->string()
                                         : "")
      .value_or(0);
}

Shown shown_portion(const Json* portion) {
  return portion == nullptr ? Shown(std::int64_t{0}) : Shown(*portion);
}

void check_portion(const FieldPath& path, const Json* portion, Findings& findings) {
  if (portion == nullptr) return;
  if (portion->string() != nullptr) {
    for (const std::string& fault : percent_errors(*portion->string())) {
      findings.invalid(path, Shown(*portion), fault);
    }
    return;
  }
  check_not_negative(path, portion_value(portion), findings);
}

void check_at_most_all(const FieldPath& path, const Json* portion, Findings& findings) {
  if (percentage(portion) > 100) {
    findings.invalid(path, shown_portion(portion), "must not be greater than 100%");
  }
}

}  // namespace kaudit::apiserver::objects::validate
