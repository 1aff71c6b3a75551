#pragma once

#include <cstdint>
#include <string_view>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// The metadata that every decoded object has.
inline objects::Json& metadata_of(objects::Json& object) { return *object.find("metadata"); }

/// The namespace in a body must be the URL's, and is filled in. Error: 400. (apiserver
/// pkg/registry/rest EnsureObjectNamespaceMatchesRequestNamespace)
Expected<void> match_namespace(const Call& call, objects::Json& object);

/// Makes an object new: uid, creation time, generation 1; drops what only the server may set.
/// (pkg/registry/rest FillObjectMetaSystemFields, and what the kinds' strategies do to their
/// status)
void prepare_for_create(const Call& call, objects::Json& object);

/// How a write names the version it builds on.
enum class UidRule : std::uint8_t {
  Precondition,  ///< another uid in the body is a conflict (PUT)
  Immutable,     ///< another uid is an invalid change (PATCH)
};

/// Makes of what a client wants and what is stored the object to store: system members stay as they
/// were, of status and the rest only what the URL is about changes, generation counts. Error: 409
/// for another resourceVersion or uid; 422 for a member that must not change. (pkg/registry/rest
/// BeforeUpdate)
Expected<objects::Json> merged_update(const Call& call, const objects::Json& current,
                                      objects::Json wanted, UidRule uid_rule);

/// Json::set() of one of ObjectMeta's members, which comes to its place there.
objects::Json& set_in_metadata(objects::Json& metadata, std::string_view name, objects::Json value);

/// Brings metadata into the order in which it is written; of an object without a type all members.
void normalise_metadata(const objects::Resource& resource, objects::Json& object);

}  // namespace kaudit::apiserver::api
