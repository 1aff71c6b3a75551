// Two JSON values, a line each, as object and patch: applying a patch twice must change nothing the
// second time.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "apiserver/objects/patch/merge_patch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit::apiserver::objects;
  using namespace kaudit::apiserver::objects::patch;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  auto target = Json::parse(text.substr(0, line));
  const auto patch = MergePatch::parse(text.substr(line + 1));
  if (!target || !patch || !target->object()) return 0;
  const Json once = patch->apply(*std::move(target));
  const Json twice = patch->apply(once);
  if (!(once == twice)) std::abort();
  return 0;
}
