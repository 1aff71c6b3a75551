#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// The finalizer by which a CustomResourceDefinition waits for its objects to go.
inline constexpr std::string_view kCleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

/// True for the resource of CustomResourceDefinitions.
bool is_definition(const objects::Resource& resource) noexcept;

/// What follows from a definition that was written, or is gone: its names are accepted or not, it
/// is established, and so may be others of its group that wanted names which are free now. Done
/// before the write is answered. (apiextensions pkg/controller/status, pkg/controller/establish)
boost::asio::awaitable<void> follow_definition(const ApiOptions& options, objects::ObjectPtr before,
                                               objects::ObjectPtr after);

/// The storage versions that a definition has had: that of its spec is added.
void add_stored_version(objects::Json& definition);

/// Makes a definition one that waits for its objects to go. (customresourcedefinition REST.Delete)
void begin_termination(objects::Json& definition, std::string_view now);

/// Says why a definition that is being deleted is still there.
void set_deletion_in_progress(objects::Json& definition);

}  // namespace kaudit::apiserver::api
