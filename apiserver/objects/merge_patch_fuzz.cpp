// Two JSON values, a line each, as object and patch: applying a patch twice must change nothing the
// second time.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "apiserver/objects/merge_patch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit::apiserver::objects;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  auto target = Json::parse(text.substr(0, line));
  const auto patch = Json::parse(text.substr(line + 1));
  if (!target || !patch || !target->object() || !patch->object()) return 0;
  merge_patch(*target, *patch);
  Json again = *target;
  merge_patch(again, *patch);
  if (!(again == *target)) std::abort();
  return 0;
}
