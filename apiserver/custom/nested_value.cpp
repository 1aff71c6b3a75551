#include "apiserver/custom/nested_value.hpp"

#include <cstddef>
#include <utility>

#include "apiserver/objects/patch/go_text.hpp"
#include "base/text/integer.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;

std::string shown_path(const std::vector<std::string>& path, std::size_t count) {
  return "." +
         joined(std::vector(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(count)), ".");
}

tl::unexpected<Error> wrong_type(const std::vector<std::string>& path, std::size_t count,
                                 const Json& found, const char* wanted) {
  const std::string type = found.is_null() ? "<nil>" : std::string(objects::patch::go_type(found));
  return fail(shown_path(path, count) + " accessor error: " + objects::patch::go_text(found) +
              " is of the type " + type + ", expected " + wanted);
}

// null: it is not there.
Result<const Json*> nested(const Json& object, const std::vector<std::string>& path) {
  const Json* value = &object;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!value->object()) {
      if (value->is_null()) return nullptr;
      return wrong_type(path, i, *value, "map[string]interface{}");
    }
    value = value->find(path[i]);
    if (value == nullptr) return nullptr;
  }
  return value;
}

}  // namespace

Result<std::optional<std::int64_t>> nested_integer(const Json& object,
                                                   const std::vector<std::string>& path) {
  const auto found = nested(object, path);
  if (!found) return tl::unexpected(found.error());
  if (*found == nullptr) return std::optional<std::int64_t>();
  const Json::Number* const number = (*found)->number();
  if (number == nullptr || !objects::patch::is_int64(*number)) {
    return wrong_type(path, path.size(), **found, "int64");
  }
  return std::optional<std::int64_t>(*parse_int64(number->text));
}

Result<std::optional<std::string>> nested_text(const Json& object,
                                               const std::vector<std::string>& path) {
  const auto found = nested(object, path);
  if (!found) return tl::unexpected(found.error());
  if (*found == nullptr) return std::optional<std::string>();
  if ((*found)->string() == nullptr) return wrong_type(path, path.size(), **found, "string");
  return std::optional<std::string>(*(*found)->string());
}

Result<void> set_nested(Json& object, const std::vector<std::string>& path, Json value) {
  Json* place = &object;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    Json* next = place->find(path[i]);
    if (next == nullptr) next = &place->set(path[i], Json(Json::Object()));
    if (!next->object()) {
      return fail("value cannot be set because " + shown_path(path, i + 1) +
                  " is not a map[string]interface{}");
    }
    place = next;
  }
  place->set(path.back(), std::move(value));
  return {};
}

}  // namespace kaudit::apiserver::custom
