#include "apiserver/objects/patch/list_identity.hpp"

#include <cstdlib>
#include <utility>

#include "apiserver/objects/patch/go_text.hpp"
#include "apiserver/objects/patch/strategic_merge.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

// A scalar as a key that is equal exactly where Go's interface values are. Objects and lists, which
// Go cannot compare (it panics), have none.
std::optional<std::string> identity(const Json& value) {
  if (const auto* text = value.string()) return "s" + *text;
  if (const Json::Number* number = value.number()) {
    if (is_int64(*number)) {
      return "i" + std::to_string(std::strtoll(number->text.c_str(), nullptr, 10));
    }
    return "f" + json_float(std::strtod(number->text.c_str(), nullptr));
  }
  if (const bool* boolean = value.boolean()) return *boolean ? "t" : "b";
  if (value.is_null()) return "n";
  return std::nullopt;
}

tl::unexpected<PatchError> incomparable(const Json& value) {
  return refuse_patch(PatchError::Kind::Unforeseen,
                      "runtime error: comparing uncomparable type " + std::string(go_type(value)));
}

}  // namespace

PatchResult<std::string> identity_of(const Json& element, std::string_view merge_key) {
  const Json* value = &element;
  if (!merge_key.empty()) {
    if (!element.object()) return wrong_type("map[string]interface {}", element);
    value = element.find(merge_key);
    if (value == nullptr) return no_merge_key(element, merge_key);
  }
  auto id = identity(*value);
  if (!id) return incomparable(*value);
  return *std::move(id);
}

PatchResult<void> Places::add(const Json::Array& list, std::string_view merge_key) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto id = identity_of(list[i], merge_key);
    if (!id) return tl::unexpected(id.error());
    places_.try_emplace(*std::move(id), i);
  }
  return {};
}

void Places::add_leniently(const Json::Array& list, std::string_view merge_key) {
  for (std::size_t i = 0; i < list.size() && !stopped_at_; ++i) {
    if (!merge_key.empty() && !list[i].object()) {
      stopped_at_ = i;
    } else if (auto id = identity_of(list[i], merge_key)) {
      places_.try_emplace(*std::move(id), i);
    }
  }
}

std::size_t Places::position_of(const std::string& id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? kNone : found->second;
}

}  // namespace kaudit::apiserver::objects::patch
