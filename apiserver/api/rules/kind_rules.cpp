#include "apiserver/api/rules/kind_rules.hpp"

#include <iterator>
#include <utility>
#include <vector>

#include "apiserver/api/custom/definition_reactions.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/warnings.hpp"
#include "apiserver/api/write/metadata_rules.hpp"
#include "apiserver/custom/instance.hpp"
#include "apiserver/custom/rules/definition_check.hpp"
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
  if (call.version != nullptr) {
    std::vector<FieldError> wrong_type = custom::errors_of_type(*call.version, object);
    if (!wrong_type.empty()) return result_of(call, object, wrong_type);
  }
  std::vector<FieldError> errors = errors_of_new_metadata(call, object);
  if (call.version != nullptr) {
    append(errors, custom::errors_of_new(*call.version, object));
    return result_of(call, object, errors);
  }
  if (is_definition(call.resource)) append(errors, custom::errors_of_new_definition(object));
  append(errors, objects::validate::errors_of_new(call.resource, object));
  auto result = result_of(call, object, errors);
  if (result) {
    add_warnings(call.scope.headers, objects::validate::warnings_of_new(call.resource, object));
  }
  return result;
}

Expected<void> check_changed(const Call& call, const Json& current, const Json& object) {
  if (call.version != nullptr) {
    std::vector<FieldError> wrong_type = custom::errors_of_type(*call.version, object);
    if (!wrong_type.empty()) return result_of(call, object, wrong_type);
  }
  std::vector<FieldError> errors = errors_of_changed_metadata(call, current, object);
  const std::string_view part = call.subresource ? call.subresource->name : std::string_view();
  if (call.version != nullptr) {
    append(errors, custom::errors_of_change(*call.version, part, current, object));
    return result_of(call, object, errors);
  }
  if (is_definition(call.resource)) {
    append(errors, custom::errors_of_changed_definition(part, current, object));
  }
  append(errors, objects::validate::errors_of_change(call.resource, part, current, object));
  auto result = result_of(call, object, errors);
  if (result) {
    add_warnings(call.scope.headers,
                 objects::validate::warnings_of_change(call.resource, part, current, object));
  }
  return result;
}

}  // namespace kaudit::apiserver::api
