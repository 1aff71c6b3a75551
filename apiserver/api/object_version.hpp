#pragma once

#include "apiserver/api/call.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "apiserver/store/object_list.hpp"

namespace kaudit::apiserver::api {

// Objects are stored in one version of their kind; a call works with them in that of its URL.

/// A stored object in the call's version; itself where that is the stored one.
objects::ObjectPtr in_version_of(const Call& call, const objects::ObjectPtr& stored);

/// The same of many, each in its place.
void bring_to_version_of(const Call& call, store::ObjectList& stored);

/// An object in the call's version as a tree.
objects::Json tree_of(const Call& call, const objects::Object& stored);

/// An object of the call's version on its way into the store.
objects::Draft draft_of(const Call& call, const objects::Json& object);

/// An object of that resource, in the version in which it is stored.
objects::Draft draft_of(const objects::Resource& resource, const objects::Json& object);

/// True when a stored object is in the form that the call's version of a custom resource has now.
bool is_in_form(const Call& call, const objects::Object& stored);

/// What a call answers for the object that it is about: the object in the call's version, or what
/// its subresource shows of it. Error: 400.
Expected<RawJson> shown_object(const Call& call, const objects::ObjectPtr& stored);

}  // namespace kaudit::apiserver::api
