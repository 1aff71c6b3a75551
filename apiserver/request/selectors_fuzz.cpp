// Label and field selectors, which a client may send to any list.
#include <cstdint>
#include <cstdlib>

#include "apiserver/request/field_selector.hpp"
#include "apiserver/request/label_selector.hpp"

using namespace kaudit::apiserver;

namespace {

/// The canonical form of a selector is a selector, and its own canonical form.
template <typename Selector>
void check(std::string_view text) {
  const auto selector = Selector::parse(text);
  if (!selector) {
    return;
  }
  const auto again = Selector::parse(selector->text());
  if (!again || again->text() != selector->text()) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check<FieldSelector>(text);
  check<LabelSelector>(text);
  return 0;
}
