#pragma once

#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "apiserver/objects/validate/words/findings.hpp"

namespace kaudit::apiserver::objects::validate {

/// The volumes of a Pod that nothing is wrong with, by name.
using Volumes = std::map<std::string_view, const Json*, std::less<>,
                         Recycled<std::pair<const std::string_view, const Json*>>>;

/// (kubernetes ValidateVolumes)
Volumes check_volumes(const FieldPath& path, const Json& pod_spec, Findings& findings);

/// A container's volumeMounts and volumeDevices.
void check_mounts(const FieldPath& container_path, const Json& container, const Volumes& volumes,
                  Findings& findings);

}  // namespace kaudit::apiserver::objects::validate
