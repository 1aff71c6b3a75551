#pragma once

#include <cstdint>

#include "apiserver/objects/validate/words/findings.hpp"

namespace kaudit::apiserver::objects::validate {

/// Whose spec it is: a template may leave open what is only known of a Pod.
enum class PodSpecOf : std::uint8_t { Pod, Template };

/// (kubernetes ValidatePodSpec)
void check_pod_spec(const FieldPath& path, const Json& spec, PodSpecOf whose, Findings& findings);

/// Labels, annotations and spec of a Pod template. (ValidatePodTemplateSpec)
void check_pod_template(const FieldPath& path, const Json& pod_template, Findings& findings);

/// (ValidateTolerations)
void check_tolerations(const FieldPath& path, const Json& spec, Findings& findings);

}  // namespace kaudit::apiserver::objects::validate
