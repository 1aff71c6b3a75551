#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "apiserver/custom/definition.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::custom {

/// Sets a condition of a CustomResourceDefinition; the time only changes with the status.
/// (apihelpers SetCRDCondition)
struct Condition {
  std::string_view type;
  std::string_view status;
  std::string_view reason;
  std::string_view message;
};
void set_condition(objects::Json& definition, const Condition& condition, std::string_view now);

/// A definition as it is once its names have been looked at: status.acceptedNames, and the
/// conditions NamesAccepted and Established. `others`: those of its group; itself among them does
/// not count. Nothing when that is what it says already. (apiextensions pkg/controller/status
/// NamingConditionController, pkg/controller/establish)
std::optional<objects::Json> with_names_settled(const objects::Json& definition,
                                                std::span<const DefinitionPtr> others,
                                                std::string_view now);

}  // namespace kaudit::apiserver::custom
