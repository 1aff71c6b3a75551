#include "apiserver/objects/schema/number_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>

#include "apiserver/objects/patch/go_text.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::objects::schema {
namespace {

Json float_of(double value) { return Json(Json::Number{patch::json_float(value)}); }

/// A number as Go holds it: an int64, or a float64.
struct GoNumber {
  explicit GoNumber(const Json::Number& number)
      : text(number.text),
        whole(patch::is_int64(number)),
        integer(whole ? *parse_int64(number.text) : 0),
        real(std::strtod(number.text.c_str(), nullptr)) {}

  std::string text;
  bool whole;
  std::int64_t integer;
  double real;

  Json json() const { return Json(Json::Number{text}); }
};

// As Go converts, with a defined end where a double has no int64.
std::int64_t truncated(double value) {
  if (!(value > -9.2233720368547758e18)) return std::numeric_limits<std::int64_t>::min();
  if (!(value < 9.2233720368547758e18)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

bool is_in_range(std::string_view type, std::string_view format, bool whole, std::int64_t integer,
                 double real) {
  if (type == "integer") {
    if (!whole) {
      if (real != std::floor(real) || std::fabs(real) >= 9.2233720368547758e18) return false;
      integer = static_cast<std::int64_t>(real);
    }
    return format != "int32" || (integer >= std::numeric_limits<std::int32_t>::min() &&
                                 integer <= std::numeric_limits<std::int32_t>::max());
  }
  return format != "float" ||
         std::fabs(real) <= static_cast<double>(std::numeric_limits<float>::max());
}

class NumberChecker {
 public:
  NumberChecker(const Schema& schema, const GoNumber& number, const std::string& path)
      : number_(number), path_(path) {
    // Of a type that is not certain no range is known.
    if (!schema.int_or_string && (schema.type == "integer" || schema.type == "number")) {
      type_ = schema.type;
      format_ = schema.format;
    }
  }

  Verdict run(const Schema& schema) {
    Verdict verdict;
    check_range(verdict, "Checked", number_.whole, number_.integer, number_.real);
    if (schema.multiple_of) verdict.merge(check_multiple(*schema.multiple_of));
    if (schema.minimum) verdict.merge(check_bound(*schema.minimum, "Minimum boundary", -1));
    if (schema.maximum) verdict.merge(check_bound(*schema.maximum, "Maximum boundary", 1));
    ++verdict.passed;
    return verdict;
  }

 private:
  void check_range(Verdict& verdict, std::string_view what, bool whole, std::int64_t integer,
                   double real) const {
    if (is_in_range(type_, format_, whole, integer, real)) return;
    std::string text(what);
    text.append(" value must be of type ").append(type_);
    if (format_.empty()) {
      text += " (default format)";
    } else {
      text.append(" with format ").append(format_);
    }
    verdict.add(Fault::plain(std::move(text.append(" in ").append(path_))));
  }

  Verdict check_multiple(double factor) const {
    Verdict verdict;
    check_range(verdict, "MultipleOf", false, 0, factor);
    const bool as_integers = verdict.valid() && number_.whole;
    const std::int64_t step = truncated(factor);
    const std::string shown = as_integers ? std::to_string(step) : patch::go_text(float_of(factor));
    if (as_integers ? step <= 0 : !(factor > 0)) {
      verdict.add({Fault::Kind::Other, path_,
                   "factor MultipleOf declared for " + path_ + " must be positive: " + shown,
                   as_integers ? Json(step) : float_of(factor)});
      return verdict;
    }
    const bool fits = as_integers ? number_.integer % step == 0
                                  : is_json_integer(factor < 1 ? 1 / factor * number_.real
                                                               : number_.real / factor);
    if (!fits) {
      verdict.add(Fault::other(path_, "should be a multiple of " + shown, number_.json()));
    }
    return verdict;
  }

  // `side`: 1 for a maximum, -1 for a minimum.
  Verdict check_bound(const Bound& bound, std::string_view what, int side) const {
    Verdict verdict;
    check_range(verdict, what, false, 0, bound.value);
    const bool as_integers = verdict.valid() && number_.whole;
    const std::int64_t limit = truncated(bound.value);
    const auto compare = [](auto a, auto b) { return a < b ? -1 : (a > b ? 1 : 0); };
    const int order =
        as_integers ? compare(number_.integer, limit) : compare(number_.real, bound.value);
    if (order != side && !(bound.exclusive && order == 0)) return verdict;
    std::string text = side > 0 ? "should be less than " : "should be greater than ";
    if (!bound.exclusive) text += "or equal to ";
    text += as_integers ? std::to_string(limit) : patch::go_text(float_of(bound.value));
    verdict.add(Fault::other(path_, text, number_.json()));
    return verdict;
  }

  const GoNumber& number_;
  const std::string& path_;
  std::string_view type_;
  std::string_view format_;
};

}  // namespace

Verdict check_number(const Schema& schema, const Json::Number& number, const std::string& path) {
  const GoNumber value(number);
  return NumberChecker(schema, value, path).run(schema);
}

bool is_json_integer(double value) noexcept {
  constexpr double kMost = 9007199254740991.0;
  if (!std::isfinite(value) || std::fabs(value) > kMost) return false;
  const double whole = std::trunc(value);
  if (value == whole) return true;
  // The nearest integer below, and how far away it is for the size of both.
  const double distance = std::fabs(value - whole);
  return distance / (std::fabs(value) + std::fabs(whole)) < 1e-9;
}

}  // namespace kaudit::apiserver::objects::schema
