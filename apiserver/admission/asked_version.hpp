#pragma once

#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/admit/admission.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::admission {

// A webhook may want to be asked in another version of a resource than that of the URL.

/// The other versions in which the call's resource is served.
std::vector<const objects::Resource*> other_versions(const api::Call& call);

/// True when an object of the request has another form in the version that was asked for: not that
/// of the URL, and no object of another kind, as a subresource has.
bool is_converted(const api::AdmissionRequest& request, const objects::Resource& asked) noexcept;

/// An object of the call's kind in a version of its resource, with the defaults of that version
/// where it is a custom one. Error: of a conversion webhook.
boost::asio::awaitable<api::Expected<objects::Json>> in_served_version(
    const api::Call& call, objects::Json object, const objects::Resource& version);

}  // namespace kaudit::apiserver::admission
