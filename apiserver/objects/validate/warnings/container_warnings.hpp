#pragma once

#include "apiserver/objects/validate/warnings/warning_list.hpp"

namespace kaudit::apiserver::objects::validate {

inline constexpr std::string_view kSeccompWarning =
    R"(non-functional in v1.27+; use the "seccompProfile" field instead)";

/// What concerns the containers of a Pod, one by one, and then their ports. `path`: of the Pod.
void warn_of_containers(const FieldPath& path, const Json& pod, PodWarnings of,
                        WarningList& warnings);

}  // namespace kaudit::apiserver::objects::validate
