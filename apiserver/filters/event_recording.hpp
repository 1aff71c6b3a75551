#pragma once

#include <memory>

#include "apiserver/filter.hpp"
#include "apiserver/filters/round_lines.hpp"
#include "apiserver/scope_attributes.hpp"
#include "audit/status.hpp"

namespace kaudit::apiserver::filters {

/// What every event of the request says, with the given user; in views of the scope.
audit::RequestFacts facts_of(const RequestScope& scope, audit::SharedUser user);

/// Whether more is collected of a request than its policy lets be recorded: as an observer wants.
audit::Context::Collect collect_for(const RequestScope& scope, const Services& services) noexcept;

/// The round at whose end an event of this request may be written, together with those of others;
/// null: it is written at once. The request has stepped aside then (http::Exchange).
http::Round* round_of_events(RequestScope& scope, const Services& services) noexcept;

/// An event on its way to the sink. A sink that never waits has been given it when this exists; for
/// one that may, and at the end of a round, end() gives it.
///
///     Handing handing = record(services, context, stage, at);
///     bool taken = handing.taken();
///     if (!handing.ended()) taken = co_await std::move(handing).end();
///
/// (Most sinks never wait: so most events cost no coroutine.)
class [[nodiscard]] Handing {
 public:
  /// `event` null: there is none at this stage. `whole`: all that was collected, for an observer.
  Handing(const Services& services, audit::EventPtr event, audit::EventPtr whole);
  /// Gives it the event, if there is one.
  Handing(const Services& services, audit::PassingSink& sink, const audit::Event* passing);
  /// Gives it the event with those of the round, if there is one.
  Handing(const Services& services, audit::PassingSink& sink, const audit::Event* passing,
          http::Round& round);

  bool ended() const noexcept { return ended_; }
  bool taken() const noexcept { return taken_; }  ///< of one that has ended
  /// This must outlive it.
  boost::asio::awaitable<bool> end() &&;

 private:
  boost::asio::awaitable<bool> wait_for_sink();

  const Services& services_;
  audit::EventPtr event_;
  audit::EventPtr whole_;
  std::shared_ptr<RoundLines> lines_;
  bool ended_ = true;
  bool taken_ = true;
};

/// Makes the event of this stage and hands it to the sink.
Handing record(const Services& services, audit::Context& context, audit::Stage stage, Timestamp at,
               http::Round* round = nullptr);

/// The same of the last stage, which ends the context (audit::Context::make_last_event).
Handing record_last(const Services& services, audit::Context& context, audit::Stage stage,
                    Timestamp at, http::Round* round = nullptr);

/// Records an answer to a request that ends before the audit filter (401, malformed timeout): its
/// only event is ResponseStarted, with an empty user. Gives the answer back. (apiserver
/// pkg/endpoints/filters WithFailedAuthenticationAudit)
boost::asio::awaitable<Answer> refuse_unaudited(RequestScope& scope, const Services& services,
                                                audit::Status status);

}  // namespace kaudit::apiserver::filters
