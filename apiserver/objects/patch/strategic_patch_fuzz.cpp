// Two JSON values, a line each, as an object of the kind that it names (a Pod when it names none)
// and strategic merge patch. The outcome must be the same every time, and JSON that reads back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "apiserver/objects/patch/strategic_patch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit::apiserver::objects;
  using namespace kaudit::apiserver::objects::patch;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  const auto object = Json::parse(text.substr(0, line));
  const auto patch = StrategicPatch::parse(text.substr(line + 1));
  if (!object || !object->object() || !patch) return 0;
  const Type* type = find_type(object->text("apiVersion"), object->text("kind"));
  if (type == nullptr) type = find_type("v1", "Pod");
  const auto once = patch->apply(*type, *object);
  const auto again = patch->apply(*type, *object);
  if (once.has_value() != again.has_value()) std::abort();
  if (!once) return once.error().message == again.error().message ? 0 : (std::abort(), 0);
  if (!(*once == *again) || !(*Json::parse(once->dump()) == *once)) std::abort();
  return 0;
}
