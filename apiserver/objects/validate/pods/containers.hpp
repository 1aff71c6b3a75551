#pragma once

#include "apiserver/objects/validate/pods/volumes.hpp"
#include "apiserver/objects/validate/words/findings.hpp"

namespace kaudit::apiserver::objects::validate {

/// The three lists of containers in a Pod's spec. (kubernetes validateContainers,
/// validateInitContainers, validateEphemeralContainers)
void check_all_containers(const FieldPath& spec_path, const Json& spec, const Volumes& volumes,
                          Findings& findings);

}  // namespace kaudit::apiserver::objects::validate
