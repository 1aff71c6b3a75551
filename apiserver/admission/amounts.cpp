#include "apiserver/admission/amounts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "apiserver/objects/validate/words/members.hpp"

namespace kaudit::apiserver::admission {
namespace {

using objects::Json;
namespace read = objects::validate;

constexpr std::int64_t kNano = 1'000'000'000;
constexpr std::int64_t kBinaryStep = 1024;
constexpr std::int64_t kDecimalStep = 1000;

struct QuantitySuffix {
  std::string_view text;
  long double factor;
  bool binary;
};
constexpr auto kQuantitySuffixes = std::to_array<QuantitySuffix>({
    {"Ki", 1024.0L, true},
    {"Mi", 1048576.0L, true},
    {"Gi", 1073741824.0L, true},
    {"Ti", 1099511627776.0L, true},
    {"Pi", 1125899906842624.0L, true},
    {"Ei", 1152921504606846976.0L, true},
    {"n", 1e-9L, false},
    {"u", 1e-6L, false},
    {"m", 1e-3L, false},
    {"k", 1e3L, false},
    {"M", 1e6L, false},
    {"G", 1e9L, false},
    {"T", 1e12L, false},
    {"P", 1e15L, false},
    {"E", 1e18L, false},
});
constexpr std::array<std::string_view, 7> kBinaryNames{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
constexpr std::array<std::string_view, 10> kDecimalNames{"n", "u", "m", "",  "k",
                                                         "M", "G", "T", "P", "E"};

}  // namespace

Quantity::Quantity(std::int64_t number) : nano_(Wide{number} * kNano) {}

Quantity::Wide Quantity::capped(long double nano) noexcept {
  constexpr long double kMost = 1e38L;
  // A part of a nano counts as a whole one.
  return static_cast<Wide>(std::clamp(std::ceil(nano), -kMost, kMost));
}

Quantity Quantity::parse(std::string_view text) {
  Quantity quantity;
  if (text.empty() || text.size() > 64) return quantity;
  const std::size_t digits = text.find_first_not_of("+-.0123456789");
  const std::string number(text.substr(0, digits));
  const std::string_view rest =
      digits == std::string_view::npos ? std::string_view() : text.substr(digits);
  long double factor = 1;
  if (!rest.empty()) {
    const auto* const suffix =
        std::find_if(kQuantitySuffixes.begin(), kQuantitySuffixes.end(),
                     [rest](const QuantitySuffix& each) { return each.text == rest; });
    if (suffix != kQuantitySuffixes.end()) {
      factor = suffix->factor;
      if (suffix->binary) quantity.form_ = Form::Binary;
    } else if (rest.size() > 1 && (rest[0] == 'e' || rest[0] == 'E')) {
      factor = std::pow(10.0L, std::strtold(std::string(rest.substr(1)).c_str(), nullptr));
    } else {
      return quantity;
    }
  }
  quantity.nano_ = capped(std::strtold(number.c_str(), nullptr) * factor * kNano);
  return quantity;
}

Quantity& Quantity::operator+=(const Quantity& other) noexcept {
  if (is_zero()) form_ = other.form_;
  const Wide before = nano_;
  if (__builtin_add_overflow(before, other.nano_, &nano_)) nano_ = before;
  return *this;
}

Quantity Quantity::minus(const Quantity& other) const noexcept {
  Quantity result = *this;
  result.nano_ = other.nano_ >= nano_ ? Wide{0} : nano_ - other.nano_;
  return result;
}

double Quantity::ratio_to(const Quantity& other) const noexcept {
  return other.is_zero() ? 0 : static_cast<double>(nano_) / static_cast<double>(other.nano_);
}

double Quantity::value() const noexcept { return static_cast<double>(nano_) / kNano; }

std::string Quantity::text() const {
  if (nano_ == 0) return "0";
  Wide left = nano_ < 0 ? -nano_ : nano_;
  std::string_view suffix;
  const bool binary = form_ == Form::Binary && left % kNano == 0 && left / kNano >= kBinaryStep;
  if (binary) {
    left /= kNano;
    std::size_t name = 0;
    for (; left % kBinaryStep == 0 && name + 1 < kBinaryNames.size(); ++name) left /= kBinaryStep;
    suffix = kBinaryNames[name];
  } else {
    std::size_t name = 0;
    for (; left % kDecimalStep == 0 && name + 1 < kDecimalNames.size(); ++name) {
      left /= kDecimalStep;
    }
    suffix = kDecimalNames[name];
  }
  std::string digits;
  for (; left != 0; left /= 10) digits += static_cast<char>('0' + static_cast<int>(left % 10));
  if (nano_ < 0) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits.append(suffix);
}

Amounts amounts_of(const Json* list) {
  Amounts amounts;
  if (list == nullptr || list->object() == nullptr) return amounts;
  for (const Json::Member& each : *list->object()) {
    amounts[each.name] = Quantity::parse(read::text_of(each.value));
  }
  return amounts;
}

Json json_of(const Amounts& amounts) {
  Json list{Json::Object()};
  for (const auto& [name, quantity] : amounts) list.set(name, Json(quantity.text()));
  return list;
}

void add(Amounts& to, const Amounts& more) {
  for (const auto& [name, quantity] : more) to[name] += quantity;
}

void raise(Amounts& to, const Amounts& least) {
  for (const auto& [name, quantity] : least) {
    const auto [place, fresh] = to.emplace(name, quantity);
    if (!fresh && place->second < quantity) place->second = quantity;
  }
}

std::string text(const Amounts& amounts) {
  std::string all;
  for (const auto& [name, quantity] : amounts) {
    all.append(all.empty() ? "" : ",").append(name).append("=").append(quantity.text());
  }
  return all;
}

Amounts pod_amounts(const Json& pod, std::string_view part) {
  const Json* spec = pod.find("spec");
  Amounts all;
  for (const Json& container : read::items(spec, "containers")) {
    add(all, amounts_of(read::member(&container, {"resources", part})));
  }
  // Init containers run one after the other, beside those of them that go on.
  Amounts going_on;
  Amounts at_most;
  for (const Json& container : read::items(spec, "initContainers")) {
    Amounts own = amounts_of(read::member(&container, {"resources", part}));
    if (read::text(&container, "restartPolicy") == "Always") {
      add(all, own);
      add(going_on, own);
      own = going_on;
    } else {
      add(own, going_on);
    }
    raise(at_most, own);
  }
  raise(all, at_most);
  for (const auto& [name, quantity] : amounts_of(read::member(spec, {"resources", part}))) {
    if (name == "cpu" || name == "memory" || name.starts_with("hugepages-")) all[name] = quantity;
  }
  if (!all.empty()) add(all, amounts_of(read::member(spec, "overhead")));
  return all;
}

}  // namespace kaudit::apiserver::admission
