#pragma once

#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects {

// Kinds that are served in two versions: the same objects, stored once and shown in the version of
// the URL. (kubernetes pkg/apis/*/v*/conversion.go)

/// The resource in whose version its objects are stored; itself for a kind that has one version.
const Resource& stored_as(const Resource& resource) noexcept;

/// An object in the version of `to`, from that in which it names itself; one that is in it already
/// stays as it is. What one version cannot say is kept in annotations. Both resources are versions
/// of the same kind.
Json in_version(const Json& object, const Resource& to);

}  // namespace kaudit::apiserver::objects
