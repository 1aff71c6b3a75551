#pragma once

#include <string_view>

namespace kaudit::apiserver::custom {

/// Whether a version comes before another one where the best comes first: v2 before v1, v1 before
/// v1beta2, that before v1beta1 and v1alpha1, and those before names of other forms, which are
/// ordered by name. (apimachinery pkg/version CompareKubeAwareVersionStrings)
bool is_newer_version(std::string_view a, std::string_view b) noexcept;

}  // namespace kaudit::apiserver::custom
