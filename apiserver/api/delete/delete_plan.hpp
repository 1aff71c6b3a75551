#pragma once

#include <chrono>
#include <cstdint>

#include "apiserver/api/delete/delete_options.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// What a DELETE does to an object.
enum class DeleteStep : std::uint8_t {
  Remove,  ///< takes it away
  Mark,    ///< stores the plan's object: its deletion has begun, something holds it
  Wait,    ///< nothing: its deletion has begun before, and this DELETE does not hasten it
};

struct DeletePlan {
  DeleteStep step;
  objects::Json object;  ///< as it is after this step
};

/// Decides, from the object as it is stored: finalizers hold it, the propagation policy adds one of
/// its own, a Pod on a node has its grace period (at most `max_pod_grace`), a Namespace its
/// spec.finalizers. (apiserver pkg/registry/generic/registry Store.Delete, pkg/registry/rest
/// BeforeDelete; the strategies of pods and namespaces)
DeletePlan plan_delete(const objects::Resource& resource, objects::Json object,
                       const DeleteRequest& request, std::chrono::seconds max_pod_grace);

/// The finalizers by which a propagation policy holds an object.
inline constexpr std::string_view kOrphanFinalizer = "orphan";
inline constexpr std::string_view kForegroundFinalizer = "foregroundDeletion";

/// True when nothing holds an object back that is marked as deleted.
bool ready_to_go(const objects::Json& object);

}  // namespace kaudit::apiserver::api
