#pragma once

#include "apiserver/filter.hpp"

namespace kaudit::apiserver::filters {

using boost::asio::awaitable;

// Each filter is in the file of its name; chain.cpp has their order.

/// Gives the request its audit ID (header Audit-ID, else a random UUID v4) and echoes it in every
/// answer. First, so that every answer and every log line has it.
awaitable<Answer> audit_id(RequestScope& scope, Next next);

/// Ends the request that panicked (a handler threw): logs it and cuts the connection. The server
/// lives on. Outside audit, which makes an event of the panic on its way out.
awaitable<Answer> panic_recovery(RequestScope& scope, Next next);

/// Derives verb, resource, name … from method and URL; a URL that allows none is a 500.
awaitable<Answer> request_info(RequestScope& scope, Next next);

/// Forbids caches to keep what only one user may see.
awaitable<Answer> cache_control(RequestScope& scope, Next next);

/// Reads `timeout=`; a malformed one is refused with 400, which is audited as a failed request:
/// nobody knows yet whose it is.
awaitable<Answer> request_deadline(RequestScope& scope, Next next);

/// Answers 504 in the handler's place when the deadline passes; lists long-running requests, which
/// have none. Outside audit, so that the event says what the handler did.
awaitable<Answer> timeout(RequestScope& scope, Next next);

/// Answers requests to the test API, where there is one. In front of audit, so that tests that
/// count events do not count themselves, and of authentication, because its token is nobody's.
awaitable<Answer> test_requests(RequestScope& scope, Next next);

/// Finds the user, or refuses with 401, which is audited as a failed request.
awaitable<Answer> authentication(RequestScope& scope, Next next);

/// Makes the request's audit events. Behind authentication, because policies ask for the user; in
/// front of all that may refuse the request, because refusals are events.
awaitable<Answer> audit(RequestScope& scope, Next next);

/// Lets a user who may do so act for the one that the headers Impersonate-* name; refuses others
/// with 403. In front of all that asks who the user is, and behind audit, whose events have both.
awaitable<Answer> impersonation(RequestScope& scope, Next next);

/// Refuses with 429 what is more than may be under way at once. In front of authorization, whose
/// work it spares.
awaitable<Answer> in_flight(RequestScope& scope, Next next);

/// Lets pass what the authorizer allows and annotates the decision. Behind all else that a real
/// server has, so that what has been allowed is served.
awaitable<Answer> authorization(RequestScope& scope, Next next);

/// Breaks answers as tests have asked for, in the handler's place: behind authorization, so that
/// who may not is still refused.
awaitable<Answer> faults(RequestScope& scope, Next next);

}  // namespace kaudit::apiserver::filters
