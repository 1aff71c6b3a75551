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

constexpr std::size_t kFew = 16;

using Pairs = Stack<std::pair<const Json*, const Json*>>;

bool same_leaf(const Json& a, const Json& b) {
  if (a.string() && b.string()) return *a.string() == *b.string();  // most are
  return !b.nests() && compare_values(a, b) == 0;
}

// What nests is left for later.
bool same_child(const Json& a, const Json& b, Pairs& later) {
  if (!a.nests()) return same_leaf(a, b);
  later.emplace_back(&a, &b);
  return true;
}

bool same_members(const Json::Object& a, const Json::Object& b, Pairs& later) {
  if (a.size() != b.size()) return false;
  if (same_order(a, b)) {
    return std::equal(a.begin(), a.end(), b.begin(),
                      [&](const Json::Member& x, const Json::Member& y) {
                        return same_child(x.value, y.value, later);
                      });
  }
  if (a.size() <= kFew) {  // looking each up takes no memory
    return std::all_of(a.begin(), a.end(), [&](const Json::Member& member) {
      const auto other = std::find_if(b.begin(), b.end(), [&](const Json::Member& candidate) {
        return candidate.name == member.name;
      });
      return other != b.end() && same_child(member.value, other->value, later);
    });
  }
  const Members left = by_name(a);
  const Members right = by_name(b);
  return std::equal(left.begin(), left.end(), right.begin(),
                    [&](const Json::Member* x, const Json::Member* y) {
                      return x->name == y->name && same_child(x->value, y->value, later);
                    });
}

// Of values of which the first nests.
bool same_level(const Json& a, const Json& b, Pairs& later) {
  const TreeText* const packed = a.packed();
  if (packed != nullptr && b.packed() != nullptr && *packed == *b.packed()) return true;
  if (const Json::Object* members = a.object()) {
    return b.object() != nullptr && same_members(*members, *b.object(), later);
  }
  const Json::Array* const others = b.array();
  return others != nullptr &&
         std::equal(a.array()->begin(), a.array()->end(), others->begin(), others->end(),
                    [&](const Json& x, const Json& y) { return same_child(x, y, later); });
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
  if (!a.nests()) return same_leaf(a, b);
  Pairs pending{{&a, &b}};
  while (!pending.empty()) {
    const auto [left, right] = pending.back();
    pending.pop_back();
    if (!same_level(*left, *right, pending)) return false;
  }
  return true;
}

}  // namespace kaudit::apiserver::objects::apply
