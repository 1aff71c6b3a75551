#include "apiserver/filters/event_recording.hpp"

#include <new>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/answer.hpp"
#include "apiserver/request/request_source.hpp"

namespace kaudit::apiserver::filters {

namespace asio = boost::asio;

namespace {

/// A coroutine of its own because it runs on another executor than its caller.
asio::awaitable<bool> process_one(audit::Sink& sink, audit::EventPtr event) {
  co_return sink.process({&event, 1});
}

/// Gives all that was collected to who looks on: after the event itself, of which it is the rest.
class Collected {
 public:
  Collected(const Services& services, const audit::EventPtr& whole)
      : services_(services), whole_(whole) {}
  Collected(const Collected&) = delete;
  Collected& operator=(const Collected&) = delete;
  ~Collected() {
    if (whole_) services_.observer->collected(whole_);
  }

 private:
  const Services& services_;
  const audit::EventPtr& whole_;
};

/// The sink, if it can be given an event in passing: nobody else wants it, and it does not wait.
audit::PassingSink* sink_in_passing(const Services& services) noexcept {
  if (services.observer != nullptr || services.sink->may_wait()) return nullptr;
  return services.sink->passing();
}

Handing hand_in_passing(const Services& services, audit::PassingSink& sink,
                        const audit::Event* event, http::Round* round) {
  if (round == nullptr) return {services, sink, event};
  return {services, sink, event, *round};
}

/// Tells who looks on of an event that is about to be handed on.
void show_made(const Services& services, const audit::Context& context,
               const audit::EventPtr& event) {
  if (!event || services.observer == nullptr) return;
  if (context.collect() != audit::Context::Collect::Unseen) services.observer->made(event);
}

}  // namespace

audit::RequestFacts facts_of(const RequestScope& scope, audit::SharedUser user) {
  const request::RequestInfo& info = scope.info;
  return audit::RequestFacts{.audit_id = scope.audit_id,
                             .request_uri = scope.url.request_uri,
                             .verb = info.verb,
                             .user = std::move(user),
                             .source = request::source_of(scope.request()),
                             .object_ref = request::object_of(info),
                             .received = scope.received};
}

audit::Context::Collect collect_for(const RequestScope& scope, const Services& services) noexcept {
  if (services.observer == nullptr) return audit::Context::Collect::AsDecided;
  return scope.looked_at ? services.observer->wants(scope) : audit::Context::Collect::Unseen;
}

Handing::Handing(const Services& services, audit::EventPtr event, audit::EventPtr whole)
    : services_(services), event_(std::move(event)), whole_(std::move(whole)) {
  if (event_) services.counters->count_event();
  if (event_ && services.sink->may_wait()) {
    ended_ = false;
    return;
  }
  const Collected collected(services, whole_);
  if (!event_) return;
  const audit::Counters::InHand in_hand(*services.counters);
  taken_ = services.sink->process({&event_, 1});
}

Handing::Handing(const Services& services, audit::PassingSink& sink, const audit::Event* passing)
    : services_(services) {
  if (passing == nullptr) return;
  services.counters->count_event();
  const audit::Counters::InHand in_hand(*services.counters);
  taken_ = sink.process_passing(*passing);
}

Handing::Handing(const Services& services, audit::PassingSink& sink, const audit::Event* passing,
                 http::Round& round)
    : services_(services) {
  if (passing == nullptr) return;
  services.counters->count_event();
  try {
    lines_ = RoundLines::add(round, *sink.in_lines(), *services.counters, *passing);
    ended_ = false;
  } catch (const std::bad_alloc&) {  // which the sink counts, if it has none either
    taken_ = sink.process_passing(*passing);
  }
}

asio::awaitable<bool> Handing::end() && { return lines_ ? lines_->taken() : wait_for_sink(); }

asio::awaitable<bool> Handing::wait_for_sink() {
  const Collected collected(services_, whole_);
  const audit::Counters::InHand in_hand(*services_.counters);
  co_return co_await asio::co_spawn(services_.waiting_room->get_executor(),
                                    process_one(*services_.sink, std::move(event_)),
                                    asio::use_awaitable);
}

http::Round* round_of_events(RequestScope& scope, const Services& services) noexcept {
  audit::PassingSink* const sink = sink_in_passing(services);
  const bool apart = sink == nullptr || sink->in_lines() == nullptr || scope.info.long_running;
  return apart ? nullptr : scope.exchange.steps_aside();
}

Handing record(const Services& services, audit::Context& context, audit::Stage stage, Timestamp at,
               http::Round* round) {
  if (audit::PassingSink* const sink = sink_in_passing(services)) {
    return hand_in_passing(services, *sink, context.passing_event(stage, at), round);
  }
  audit::EventPtr event = context.make_event(stage, at);
  audit::EventPtr whole = context.whole_event(stage, at, event);
  show_made(services, context, event);
  return {services, std::move(event), std::move(whole)};
}

Handing record_last(const Services& services, audit::Context& context, audit::Stage stage,
                    Timestamp at, http::Round* round) {
  if (audit::PassingSink* const sink = sink_in_passing(services)) {
    return hand_in_passing(services, *sink, context.passing_event(stage, at), round);
  }
  audit::EventPtr event = context.make_last_event(stage, at);
  audit::EventPtr whole = context.whole_event(stage, at, event);
  show_made(services, context, event);
  return {services, std::move(event), std::move(whole)};
}

asio::awaitable<Answer> refuse_unaudited(RequestScope& scope, const Services& services,
                                         audit::Status status) {
  Answer answer = status_answer(scope, std::move(status));
  if (services.policy) {
    const audit::Decision decision = services.policy->evaluate(attributes_of(scope, nullptr));
    services.counters->count_level(decision.level);
    audit::Context context(facts_of(scope, {}), decision, collect_for(scope, services));
    answer.record_in(context);
    Handing handing =
        record_last(services, context, audit::Stage::ResponseStarted, Timestamp::now());
    if (!handing.ended()) co_await std::move(handing).end();
  }
  co_return std::move(answer);
}

}  // namespace kaudit::apiserver::filters
