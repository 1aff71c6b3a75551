#pragma once

#include "apiserver/filter.hpp"

namespace kaudit::apiserver::filters {

using boost::asio::awaitable;

// Each filter is in the file of its name; chain.cpp has their order.

/// Gives the request its audit ID (header Audit-ID, else a random UUID v4) and echoes it in every
/// answer.
awaitable<void> audit_id(RequestScope& scope, const Services& services, Next next);

/// Ends the request that panicked (a handler threw): logs it and cuts the connection. The server
/// lives on.
awaitable<void> panic_recovery(RequestScope& scope, const Services& services, Next next);

/// Derives verb, resource, name … from method and URL; a URL that allows none is a 500.
awaitable<void> request_info(RequestScope& scope, const Services& services, Next next);

/// Forbids caches to keep what only one user may see.
awaitable<void> cache_control(RequestScope& scope, const Services& services, Next next);

/// Reads `timeout=`; a malformed one is refused with 400, which is audited as a failed request.
awaitable<void> request_deadline(RequestScope& scope, const Services& services, Next next);

/// Answers 504 in the handler's place when the deadline passes; lists long-running requests, which
/// have none.
awaitable<void> timeout(RequestScope& scope, const Services& services, Next next);

/// Finds the user, or refuses with 401, which is audited as a failed request.
awaitable<void> authentication(RequestScope& scope, const Services& services, Next next);

/// Makes the request's audit events.
awaitable<void> audit(RequestScope& scope, const Services& services, Next next);

/// Refuses Impersonate-* headers with 403: acting for another user is not part of this server yet.
awaitable<void> impersonation(RequestScope& scope, const Services& services, Next next);

/// Refuses with 429 what is more than may be under way at once.
awaitable<void> in_flight(RequestScope& scope, const Services& services, Next next);

/// Lets pass what the authorizer allows and annotates the decision.
awaitable<void> authorization(RequestScope& scope, const Services& services, Next next);

}  // namespace kaudit::apiserver::filters
