#include "apiserver/objects/apply/values.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace kaudit::apiserver::objects::apply {
namespace {

// -1, 0, 1
template <typename T>
int order_of(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}
int order_of(const TreeText& a, const TreeText& b) {
  const auto order = a <=> b;
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

bool read_integer(std::string_view text, std::int64_t& value) {
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end;
}

int compare_numbers(const TreeText& a, const TreeText& b) {
  std::int64_t left = 0;
  std::int64_t right = 0;
  if (read_integer(a, left) && read_integer(b, right)) return order_of(left, right);
  return order_of(std::strtod(a.c_str(), nullptr), std::strtod(b.c_str(), nullptr));
}

int rank(const Json& value) {
  if (value.number()) return 0;
  if (value.string()) return 1;
  if (value.boolean()) return 2;
  return value.is_null() ? 3 : 4;
}

template <typename T>
using Stack = std::vector<T, Recycled<T>>;
using Members = Stack<const Json::Member*>;

Members by_name(const Json::Object& members) {
  Members sorted;
  sorted.reserve(members.size());
  for (const Json::Member& member : members) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(),
            [](const Json::Member* a, const Json::Member* b) { return a->name < b->name; });
  return sorted;
}

bool same_order(const Json::Object& a, const Json::Object& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Json::Member& x, const Json::Member& y) { return x.name == y.name; });
}

}  // namespace

int compare_values(const Json& a, const Json& b) {
  if (a.string() && b.string()) return order_of(*a.string(), *b.string());  // most are
  if (rank(a) != rank(b)) return order_of(rank(a), rank(b));
  if (a.number()) return compare_numbers(a.number()->text, b.number()->text);
  if (a.boolean()) return order_of(*a.boolean(), *b.boolean());
  return a.is_null() ? 0 : order_of(a.dump(), b.dump());
}

bool same_value(const Json& a, const Json& b) {
  Stack<std::pair<const Json*, const Json*>> pending{{&a, &b}};
  while (!pending.empty()) {
    const auto [left, right] = pending.back();
    pending.pop_back();
    const TreeText* const packed = left->packed();
    if (packed != nullptr && right->packed() != nullptr && *packed == *right->packed()) continue;
    if (const Json::Object* members = left->object()) {
      const Json::Object* others = right->object();
      if (others == nullptr || others->size() != members->size()) return false;
      if (same_order(*members, *others)) {
        for (std::size_t i = 0; i < members->size(); ++i) {
          pending.emplace_back(&(*members)[i].value, &(*others)[i].value);
        }
        continue;
      }
      const Members sorted = by_name(*members);
      const Members others_sorted = by_name(*others);
      for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (sorted[i]->name != others_sorted[i]->name) return false;
        pending.emplace_back(&sorted[i]->value, &others_sorted[i]->value);
      }
    } else if (const Json::Array* elements = left->array()) {
      const Json::Array* others = right->array();
      if (others == nullptr || others->size() != elements->size()) return false;
      for (std::size_t i = 0; i < elements->size(); ++i) {
        pending.emplace_back(&(*elements)[i], &(*others)[i]);
      }
    } else if (right->object() || right->array() || compare_values(*left, *right) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace kaudit::apiserver::objects::apply
