#include "cli/object/object_input.hpp"

#include "apiserver/objects/types/types.hpp"
#include "base/yaml/reader.hpp"
#include "base/yaml/to_json.hpp"
#include "cli/read_input.hpp"

namespace kaudit::cli {

using apiserver::objects::Json;
using apiserver::objects::TypeMeta;

Result<Json> read_object(const std::string& file, std::uint64_t most) {
  auto text = read_at_most(file, most);
  if (!text) return tl::unexpected(text.error());
  const auto refused = [&](const std::string& why) { return fail(file + ": " + why); };
  if (!yaml::looks_like_json(*text)) {
    auto json = yaml::yaml_to_json(*text);
    if (!json) return refused(json.error().message);
    text = *std::move(json);
  }
  auto object = Json::parse(*text);
  if (!object) return refused(object.error().message);
  if (!object->object()) return refused("holds no object");
  return *std::move(object);
}

TypeMeta type_of_object(const Json& object, std::string_view kind) {
  TypeMeta type{object.text("apiVersion"), object.text("kind")};
  const std::size_t slash = kind.rfind('/');
  if (slash != std::string_view::npos) {
    if (type.api_version.empty()) type.api_version = kind.substr(0, slash);
    if (type.kind.empty()) type.kind = kind.substr(slash + 1);
  }
  return type;
}

Result<Json> canonical(const TypeMeta& type, const Json& object) {
  using namespace apiserver::objects;
  if (find_type(type.api_version, type.kind) == nullptr) return object;
  const auto decoded = decode_any(type, object.dump(), BodyFormat::Json,
                                  {FieldValidation::Ignore, Defaulting::None});
  if (!decoded) return tl::unexpected(decoded.error());
  return Json::parse(decoded->json);
}

}  // namespace kaudit::cli
