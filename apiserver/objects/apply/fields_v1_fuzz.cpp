// FieldsV1: what reads must come out the same after one round, and set operations must keep their
// laws. Two sets, a line each.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "apiserver/objects/apply/fields_v1.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit::apiserver::objects;
  using namespace kaudit::apiserver::objects::apply;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  const auto first = Json::parse(text.substr(0, line));
  if (!first) return 0;
  const auto a = read_fields_v1(*first);
  if (!a) return 0;
  if (!(*read_fields_v1(fields_v1_of(*a)) == *a)) std::abort();
  if (line == std::string_view::npos) return 0;
  const auto second = Json::parse(text.substr(line + 1));
  if (!second) return 0;
  const auto b = read_fields_v1(*second);
  if (!b) return 0;
  const PathSet both = intersection(*a, *b);
  if (!(united(difference(*a, *b), both) == *a)) std::abort();
  if (!(united(*a, *b) == united(*b, *a))) std::abort();
  if (!intersection(difference(*a, *b), *b).empty()) std::abort();
  shown_paths(*a);
  return 0;
}
