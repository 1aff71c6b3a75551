#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::admission {

/// A quantity that is counted with: exact from a nano to some 10^29; what is beyond stays there.
/// (apimachinery pkg/api/resource Quantity)
class Quantity {
 public:
  Quantity() = default;
  explicit Quantity(std::int64_t number);
  /// `500m`, `1Gi`, `1e3`; zero for what is not one.
  static Quantity parse(std::string_view text);

  bool is_zero() const noexcept { return nano_ == 0; }
  bool is_negative() const noexcept { return nano_ < 0; }
  /// In the form of the first, unless that is zero.
  Quantity& operator+=(const Quantity& other) noexcept;
  /// Not below zero.
  Quantity minus(const Quantity& other) const noexcept;
  /// How often the other is in it; 0 when that is zero.
  double ratio_to(const Quantity& other) const noexcept;
  double value() const noexcept;

  friend bool operator<(const Quantity& a, const Quantity& b) noexcept { return a.nano_ < b.nano_; }
  friend bool operator==(const Quantity& a, const Quantity& b) noexcept {
    return a.nano_ == b.nano_;
  }

  /// The canonical text.
  std::string text() const;

 private:
  __extension__ using Wide = __int128;
  enum class Form : std::uint8_t { Decimal, Binary };

  static Wide capped(long double nano) noexcept;

  Wide nano_ = 0;
  Form form_ = Form::Decimal;
};

/// Quantities by the names of resources. (core/v1 ResourceList)
using Amounts = std::map<std::string, Quantity, std::less<>>;

Amounts amounts_of(const objects::Json* list);
objects::Json json_of(const Amounts& amounts);
void add(Amounts& to, const Amounts& more);
/// The larger of each.
void raise(Amounts& to, const Amounts& least);
/// `cpu=1,pods=2`. (apiserver plugin/resourcequota prettyPrint)
std::string text(const Amounts& amounts);

/// What all containers of a Pod ask for, or are held to: the sum of those that run at the same
/// time, or what an init container needs when that is more; what the Pod itself says of cpu, memory
/// and huge pages counts instead. `part`: requests or limits.
Amounts pod_amounts(const objects::Json& pod, std::string_view part);

}  // namespace kaudit::apiserver::admission
