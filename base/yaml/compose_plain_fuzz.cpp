// What the quick reader takes, it reads as the whole one does.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/yaml/compose_plain.hpp"

namespace {

using kaudit::yaml::RawDocument;
using kaudit::yaml::RawNode;

bool same(const RawDocument& a, const RawNode& x, const RawDocument& b, const RawNode& y) {
  if (x.kind != y.kind || x.tagged != y.tagged || !(x.position == y.position)) return false;
  if (x.kind == RawNode::Kind::Scalar) return x.style == y.style && a.text(x) == b.text(y);
  auto other = b.children(y).begin();
  for (const RawNode& child : a.children(x)) {
    if (other == b.children(y).end() || !same(a, child, b, *other)) return false;
    ++other;
  }
  return other == b.children(y).end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto plain = kaudit::yaml::compose_plain(text);
  if (!plain) return 0;
  const auto whole = kaudit::yaml::compose(text);
  if (!whole || !same(*plain, plain->root(), *whole, whole->root())) std::abort();
  return 0;
}
