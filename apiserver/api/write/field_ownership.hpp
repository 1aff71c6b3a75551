#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/apply/field_manager.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

// Who owns which field: every write through the API keeps metadata.managedFields up to date.

/// Who writes: the query's fieldManager, else the user agent up to its first slash, printable
/// characters only and no more than 128 bytes of them. (apiserver managerOrUserAgent)
std::string manager_of(const Call& call, std::string_view field_manager);
/// Of the kind that the call's URL is about.
std::shared_ptr<const objects::apply::FieldManager> field_manager_of(const Call& call);
/// The time of an entry that changes now.
objects::TreeText ownership_time();

/// Replaces an object's managedFields by what they are once that manager has created it.
void track_create(const Call& call, std::string_view field_manager, objects::Json& object);
/// The same for a change of the object that is stored, by what the client wants: before the rules
/// of the kind put back what it may not change.
void track_update(const Call& call, std::string_view field_manager, const objects::Json& current,
                  objects::Json& wanted);
void set_managed_fields(objects::Json& object, objects::Json managed_fields);

/// Puts the times of managedFields back where nothing else is different: such a write changes
/// nothing. (fieldmanager IgnoreManagedFieldsTimestampsTransformer)
void keep_times_if_unchanged(const objects::Json& current, objects::Json& object);

}  // namespace kaudit::apiserver::api
