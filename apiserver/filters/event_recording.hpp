#pragma once

#include "apiserver/filter.hpp"
#include "apiserver/scope_attributes.hpp"
#include "audit/status.hpp"

namespace kaudit::apiserver::filters {

/// What every event of the request says, with the given user.
audit::RequestFacts facts_of(const RequestScope& scope, audit::SharedUser user);

/// Whether more is collected of a request than its policy lets be recorded: as an observer wants.
audit::Context::Collect collect_for(const RequestScope& scope, const Services& services) noexcept;

/// Makes the event of this stage and hands it to the sink. False: the sink refused it.
boost::asio::awaitable<bool> record(const Services& services, const audit::Context& context,
                                    audit::Stage stage, Timestamp at);

/// The same of the last stage, which ends the context (audit::Context::make_last_event).
boost::asio::awaitable<bool> record_last(const Services& services, audit::Context& context,
                                         audit::Stage stage, Timestamp at);

/// Records an answer to a request that ends before the audit filter (401, malformed timeout): its
/// only event is ResponseStarted, with an empty user. Gives the answer back. (apiserver
/// pkg/endpoints/filters WithFailedAuthenticationAudit)
boost::asio::awaitable<Answer> refuse_unaudited(RequestScope& scope, const Services& services,
                                                audit::Status status);

}  // namespace kaudit::apiserver::filters
