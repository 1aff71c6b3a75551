// Three lines: an object, what is applied to it by one manager, and by another with force, then
// once more. Nothing may crash, whatever does not fit.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "apiserver/objects/apply/field_manager.hpp"

namespace {

using namespace kaudit::apiserver::objects;
using namespace kaudit::apiserver::objects::apply;

std::optional<Json> next_object(std::string_view& text) {
  const std::size_t line = text.find('\n');
  auto object = Json::parse(text.substr(0, line));
  text = line == std::string_view::npos ? std::string_view() : text.substr(line + 1);
  if (!object || !object->object()) return std::nullopt;
  return *std::move(object);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::optional<Json> live = next_object(text);
  if (!live) return 0;
  const std::string api_version(live->text("apiVersion"));
  const std::string kind(live->text("kind"));
  const FieldManager fields({find_type(api_version, kind), api_version, kind});
  if (Json* metadata = live->find("metadata"); !metadata || !metadata->object()) {
    live->set("metadata", Json(Json::Object()));
  }
  live->find("metadata")->set("managedFields", fields.update(nullptr, *live, {"fuzz", "t1"}));
  std::optional<Json> applied;
  for (const std::string_view manager : {"one", "two", "two"}) {
    if (auto next = next_object(text)) applied = std::move(next);
    if (!applied) return 0;
    auto result = fields.apply(&*live, *applied, {manager, "t2"}, Force::Yes);
    if (!result) return 0;
    live = std::move(result->object);
    if (Json* metadata = live->find("metadata"); !metadata || !metadata->object()) return 0;
    live->find("metadata")->set("managedFields", std::move(result->managed_fields));
  }
  return 0;
}
