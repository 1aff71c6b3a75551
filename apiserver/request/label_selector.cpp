#include "apiserver/request/label_selector.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "apiserver/request/label_parser.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::request {
namespace {

using Operator = LabelSelector::Operator;
using Requirement = LabelSelector::Requirement;

std::string_view symbol(Operator op) noexcept {
  switch (op) {
    case Operator::Exists:
    case Operator::DoesNotExist:
      return "";
    case Operator::Equals:
      return "=";
    case Operator::DoubleEquals:
      return "==";
    case Operator::NotEquals:
      return "!=";
    case Operator::In:
      return " in ";
    case Operator::NotIn:
      return " notin ";
    case Operator::GreaterThan:
      return ">";
    case Operator::LessThan:
      return "<";
  }
  return "";
}

bool is_listed(const Requirement& required, std::optional<std::string_view> value) noexcept {
  return value && std::binary_search(required.values.begin(), required.values.end(), *value);
}

/// Both as integers; a label that is not one matches neither `<` nor `>`.
template <typename Compare>
bool compares(const Requirement& required, std::optional<std::string_view> value, Compare compare) {
  const auto actual = parse_int64(value.value_or(""));
  const auto bound = parse_int64(required.values.front());
  return actual && bound && compare(*actual, *bound);
}

bool fulfils(const Requirement& required, std::optional<std::string_view> value) {
  switch (required.op) {
    case Operator::Exists:
      return value.has_value();
    case Operator::DoesNotExist:
      return !value;
    case Operator::Equals:
    case Operator::DoubleEquals:
    case Operator::In:
      return is_listed(required, value);
    case Operator::NotEquals:
    case Operator::NotIn:
      return !is_listed(required, value);
    case Operator::GreaterThan:
      return compares(required, value, std::greater<>());
    case Operator::LessThan:
      return compares(required, value, std::less<>());
  }
  return false;
}

void append(std::string& out, const Requirement& requirement) {
  if (requirement.op == Operator::DoesNotExist) {
    out += '!';
  }
  out += requirement.key;
  out += symbol(requirement.op);
  const bool listed = requirement.op == Operator::In || requirement.op == Operator::NotIn;
  if (listed) {
    out += '(';
  }
  for (const auto& value : requirement.values) {
    if (&value != &requirement.values.front()) {
      out += ',';
    }
    out += value;
  }
  if (listed) {
    out += ')';
  }
}

}  // namespace

Result<LabelSelector> LabelSelector::parse(std::string_view text) {
  auto requirements = parse_label_requirements(text);
  if (!requirements) {
    return tl::unexpected(requirements.error());
  }
  LabelSelector selector;
  selector.requirements_ = std::move(*requirements);
  std::stable_sort(selector.requirements_.begin(), selector.requirements_.end(),
                   [](const auto& a, const auto& b) { return a.key < b.key; });
  return selector;
}

bool LabelSelector::matches(const LabelValue& value_of) const {
  return std::all_of(requirements_.begin(), requirements_.end(), [&](const Requirement& required) {
    return fulfils(required, value_of(required.key));
  });
}

std::string LabelSelector::text() const {
  std::string out;
  for (const auto& requirement : requirements_) {
    if (!out.empty()) {
      out += ',';
    }
    append(out, requirement);
  }
  return out;
}

}  // namespace kaudit::apiserver::request
