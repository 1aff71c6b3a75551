#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/decoder.hpp"

namespace kaudit::cli {

/// An event as v1 has it, and what of an older one had no place there.
struct UpgradedEvent {
  audit::Event event;
  std::vector<std::string> lost;  ///< member names, like `metadata`
  bool old = false;               ///< it was of v1beta1 or v1alpha1, or said nothing
};

/// Reads an event of `audit.k8s.io` v1, v1beta1 or v1alpha1, or one without kind and apiVersion as
/// lists have them. Old members move to their new names (`timestamp` to requestReceivedTimestamp,
/// an objectRef's `apiVersion` of group and version is parted), times become those of v1.
tl::expected<UpgradedEvent, audit::DecodeError> upgraded_event(std::string_view json);

}  // namespace kaudit::cli
