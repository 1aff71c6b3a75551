#pragma once

#include <cstdint>
#include <optional>

#include "apiserver/objects/validate/words/findings.hpp"

namespace kaudit::apiserver::objects::validate {

// What a kubelet does to a container: probes, and hooks of its life.

/// For which system a Pod says it is.
enum class PodOs : std::uint8_t { Unsaid, Linux, Windows, Other };

/// A container's lifecycle; null is none. `grace`: the Pod's terminationGracePeriodSeconds.
void check_lifecycle(const FieldPath& path, const Json* lifecycle,
                     std::optional<std::int64_t> grace, PodOs os, Findings& findings);

/// The three probes of a container, as far as it has them.
void check_probes(const FieldPath& container_path, const Json& container,
                  std::optional<std::int64_t> grace, Findings& findings);

}  // namespace kaudit::apiserver::objects::validate
