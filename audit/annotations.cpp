#include "audit/annotations.hpp"

#include <stdexcept>
#include <string>

namespace kaudit::audit {
namespace {

/// Two annotations, which nearly every event has, in one allocation.
constexpr std::size_t kUsualBytes = 96;
constexpr std::size_t kUsualPairs = 2;

}  // namespace

Annotations::Annotations(std::initializer_list<TextPair> pairs) {
  for (const TextPair& pair : pairs) set(pair.name, pair.value);
}

std::optional<std::string_view> Annotations::find(std::string_view key) const noexcept {
  const std::size_t place = place_of(key);
  if (!is_at(place, key)) return std::nullopt;
  return pairs_[place].value;
}

std::string_view Annotations::at(std::string_view key) const {
  if (const auto found = find(key)) return *found;
  throw std::out_of_range("no annotation " + std::string(key));
}

void Annotations::set(std::string_view key, std::string_view value) {
  const std::size_t place = place_of(key);
  if (is_at(place, key)) {
    pairs_.set_value(place, value);
  } else {
    insert(place, key, value);
  }
}

bool Annotations::add(std::string_view key, std::string_view value) {
  const std::size_t place = place_of(key);
  if (is_at(place, key)) return pairs_[place].value == value;
  insert(place, key, value);
  return true;
}

std::size_t Annotations::place_of(std::string_view key) const noexcept {
  std::size_t place = 0;
  while (place < pairs_.size() && pairs_[place].name < key) ++place;
  return place;
}

void Annotations::insert(std::size_t place, std::string_view key, std::string_view value) {
  if (pairs_.empty()) pairs_.reserve(kUsualBytes, kUsualPairs);
  pairs_.insert(place, key, value);
}

}  // namespace kaudit::audit
