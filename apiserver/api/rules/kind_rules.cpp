#include "apiserver/api/rules/kind_rules.hpp"

#include <iterator>
#include <utility>
#include <vector>

#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/warnings.hpp"
#include "apiserver/api/write/metadata_rules.hpp"
#include "apiserver/objects/validate/rules.hpp"
#include "apiserver/objects/validate/warnings/kind_warnings.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

void append(std::vector<FieldError>& errors, std::vector<FieldError> more) {
  errors.insert(errors.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

Expected<void> result_of(const Call& call, const Json& object,
                         const std::vector<FieldError>& errors) {
  if (errors.empty()) return {};
  return tl::unexpected(invalid(call.resource.group, call.resource.kind,
                                object.find("metadata")->text("name"), errors));
}

}  // namespace

Expected<void> check_new(const Call& call, const Json& object) {
  std::vector<FieldError> errors = errors_of_new_metadata(call, object);
  append(errors, objects::validate::errors_of_new(call.resource, object));
  auto result = result_of(call, object, errors);
  if (result) {
    add_warnings(call.scope.headers, objects::validate::warnings_of_new(call.resource, object));
  }
  return result;
}

Expected<void> check_changed(const Call& call, const Json& current, const Json& object) {
  std::vector<FieldError> errors = errors_of_changed_metadata(call, current, object);
  const std::string_view part = call.subresource ? call.subresource->name : std::string_view();
  append(errors, objects::validate::errors_of_change(call.resource, part, current, object));
  auto result = result_of(call, object, errors);
  if (result) {
    add_warnings(call.scope.headers,
                 objects::validate::warnings_of_change(call.resource, part, current, object));
  }
  return result;
}

}  // namespace kaudit::apiserver::api
