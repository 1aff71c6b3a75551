#include "audit/rules/sigma_value.hpp"

#include <charconv>
#include <re2/re2.h>
#include <utility>

#include "audit/rules/sigma_wildcards.hpp"
#include "audit/search/operator.hpp"
#include "base/text/ascii.hpp"

namespace kaudit::audit::rules {
namespace {

std::optional<double> number_of_text(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [to, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || to != end || text.empty()) return std::nullopt;
  return number;
}

bool same_text(const SigmaValue& value, std::string_view text) {
  if (value.case_matters) return value.text == text;
  if (equals_ignoring_case(value.text, text)) return true;
  if (!value.number) return false;
  const auto number = number_of_text(text);
  return number && *number == *value.number;
}

bool compares(SigmaValue::Kind kind, double field, double value) {
  switch (kind) {
    case SigmaValue::Kind::Less:
      return field < value;
    case SigmaValue::Kind::LessOrEqual:
      return field <= value;
    case SigmaValue::Kind::Greater:
      return field > value;
    default:
      return field >= value;
  }
}

bool in_network(const SigmaValue& value, std::string_view text) {
  const auto address = IpAddress::parse(text);
  return address && value.network && address->masked(value.network_bits) == *value.network;
}

}  // namespace

bool SigmaValue::matches(std::string_view field_text) const {
  switch (kind) {
    case Kind::Equals:
      return same_text(*this, field_text);
    case Kind::Contains:
      return case_matters ? field_text.find(text) != std::string_view::npos
                          : search::contains_ignoring_case(field_text, text);
    case Kind::StartsWith:
      return field_text.size() >= text.size() &&
             (case_matters ? field_text.starts_with(text)
                           : equals_ignoring_case(field_text.substr(0, text.size()), text));
    case Kind::EndsWith:
      return field_text.size() >= text.size() &&
             (case_matters
                  ? field_text.ends_with(text)
                  : equals_ignoring_case(field_text.substr(field_text.size() - text.size()), text));
    case Kind::Wildcards:
      return search::glob_matches(
          text, field_text, case_matters ? search::GlobCase::Heeded : search::GlobCase::Ignored);
    case Kind::Pattern:
      return re2::RE2::PartialMatch(re2::StringPiece(field_text.data(), field_text.size()),
                                    *pattern);
    case Kind::Network:
      return in_network(*this, field_text);
    case Kind::Less:
    case Kind::LessOrEqual:
    case Kind::Greater:
    case Kind::GreaterOrEqual: {
      const auto field_number = number_of_text(field_text);
      return field_number && number && compares(kind, *field_number, *number);
    }
    case Kind::Null:
    case Kind::Exists:
    case Kind::Field:
      break;  // asked of the field as a whole
  }
  return false;
}

}  // namespace kaudit::audit::rules
