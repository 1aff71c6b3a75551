// Label and field selectors, which a client may send to any list.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <tuple>

#include "apiserver/request/field_selector.hpp"
#include "apiserver/request/label_selector.hpp"

using namespace kaudit::apiserver;
using namespace kaudit::apiserver::request;

namespace {

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

auto terms_of(const FieldSelector& selector) {
  std::multiset<std::tuple<std::string, FieldSelector::Operator, std::string>> terms;
  for (const auto& required : selector.requirements()) {
    terms.emplace(required.field, required.op, required.value);
  }
  return terms;
}

/// The canonical form demands the same. (In another order perhaps: terms are sorted with their
/// operators, and `==` is shown as `=`.)
void check_fields(std::string_view text) {
  if (const auto selector = FieldSelector::parse(text)) {
    const auto again = FieldSelector::parse(selector->text());
    require(again.has_value() && terms_of(*again) == terms_of(*selector));
  }
}

/// The canonical form is its own.
void check_labels(std::string_view text) {
  if (const auto selector = LabelSelector::parse(text)) {
    const auto again = LabelSelector::parse(selector->text());
    require(again.has_value() && again->text() == selector->text());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_fields(text);
  check_labels(text);
  return 0;
}
