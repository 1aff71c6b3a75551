#include "apiserver/explorer/request_recorder.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "audit/event_memory.hpp"

namespace kaudit::apiserver::explorer {
namespace {

/// Between two looks at the inbox: notes come by the thousand, and waking for each would cost more
/// than they do.
constexpr auto kPause = std::chrono::milliseconds(20);
/// The longest time without a call of on_change(), which waits for times to be over, too.
constexpr auto kIdle = std::chrono::milliseconds(250);
constexpr std::size_t kUsualSteps = 16;

/// A request that is in the chain.
struct OpenRun {
  ChainRun run;
  std::size_t depth = 0;
};

OpenRun* open_run(const RequestScope& scope) noexcept {
  return static_cast<OpenRun*>(scope.observed.get());
}

/// Begins with the first step.
OpenRun& run_of(const RequestScope& scope, ChainObserver::Clock::time_point at) {
  if (!scope.observed) {
    auto open = std::make_shared<OpenRun>();
    open->run.began = at;
    open->run.steps.reserve(kUsualSteps);
    scope.observed = std::move(open);
  }
  return *open_run(scope);
}

std::string shortened(std::string_view text) {
  return std::string(text.substr(0, Recorder::kMaxText));
}

}  // namespace

Recorder::Recorder(const PolicyInForce& policy, Ring::Limits limits)
    : policy_(policy), ring_(limits) {}

Recorder::~Recorder() { stop(); }

void Recorder::start() {
  thread_ = std::thread([this] { run(); });
}

void Recorder::stop() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
    news_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Recorder::entered(const RequestScope& scope, std::string_view step,
                       Clock::time_point at) noexcept try {
  OpenRun& open = run_of(scope, at);
  ++open.depth;
  ChainRun& run = open.run;
  run.steps.push_back({step, at - run.began, std::chrono::nanoseconds(-1)});
  if (step == "audit") {
    run.audited = true;
    run.user = scope.user;
    run.policy = &policy_.current();
  }
} catch (const std::exception&) {
  dropped_.fetch_add(1, std::memory_order_relaxed);  // for want of memory
}

void Recorder::left(const RequestScope& scope, std::string_view step, Clock::time_point at,
                    const Answer* answer) noexcept try {
  if (!scope.observed) return;
  // The run lives in the scope's slot, and on in the note.
  std::shared_ptr<ChainRun> run(scope.observed, &open_run(scope)->run);
  const bool outermost = --open_run(scope)->depth == 0;
  if (outermost) scope.observed.reset();
  for (auto times = run->steps.rbegin(); times != run->steps.rend(); ++times) {
    if (times->step != step || times->left.count() >= 0) continue;
    times->left = at - run->began;
    times->panicked = answer == nullptr;
    break;
  }
  if (!outermost) return;
  run->audit_id = scope.audit_id;
  run->method = scope.request().method;
  run->target = shortened(scope.url.request_uri);
  run->user_agent = shortened(scope.request().headers.first("User-Agent").value_or(""));
  run->peer = scope.request().peer.address;
  run->info = scope.info;
  run->path = std::exchange(run->info.path, {});
  run->received = scope.received;
  if (run->policy == nullptr) run->policy = &policy_.current();
  if (answer != nullptr) {
    run->answered_by = answer->made_by;
    run->kind = answer->kind;
    run->code = answer->kind == Answer::Kind::Cut ? 0 : answer->response.status;
    run->answer_bytes = answer->response.body.size();
  }
  leave_note(std::shared_ptr<const ChainRun>(std::move(run)));
} catch (const std::exception&) {
  dropped_.fetch_add(1, std::memory_order_relaxed);
}

bool Recorder::wants_everything() noexcept {
  if (!collects_) return false;
  const auto now = std::chrono::floor<std::chrono::seconds>(Clock::now().time_since_epoch());
  const std::uint64_t second = static_cast<std::uint64_t>(now.count()) << 32U;
  std::uint64_t seen = collected_.load(std::memory_order_relaxed);
  for (;;) {
    const bool same_second = (seen >> 32U) == (second >> 32U);
    const std::uint64_t count = same_second ? seen & 0xFFFF'FFFFU : 0;
    if (count >= kMaxWholeASecond) return false;
    if (collected_.compare_exchange_weak(seen, second | (count + 1), std::memory_order_relaxed)) {
      return true;
    }
  }
}

void Recorder::collected(const audit::EventPtr& whole) noexcept try {
  if (audit::memory_of(*whole) <= kMaxWholeBytes) leave_note(WholeEvent{whole});
} catch (const std::exception&) {
  dropped_.fetch_add(1, std::memory_order_relaxed);
}

void Recorder::observe(const audit::Delivery& delivery) noexcept try {
  leave_note(DeliveryNote{delivery.step,
                          std::string(delivery.backend),
                          {delivery.events.begin(), delivery.events.end()},
                          delivery.batch,
                          delivery.attempt,
                          std::string(delivery.reason),
                          delivery.at});
} catch (const std::exception&) {
  dropped_.fetch_add(1, std::memory_order_relaxed);
}

void Recorder::made(const audit::EventPtr& event) noexcept try {
  leave_note(event);
} catch (const std::exception&) {
  dropped_.fetch_add(1, std::memory_order_relaxed);
}

void Recorder::leave_note(Note note) {
  const Lock lock(mutex_);
  if (inbox_.size() >= kMaxNotes || stopping_) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  inbox_.push_back(std::move(note));
  if (inbox_.size() == 1) news_.notify_one();
}

void Recorder::run() {
  std::vector<Note> notes;
  for (bool last = false; !last;) {
    {
      Lock lock(mutex_);
      news_.wait_for(lock, kIdle,
                     [this]() KAUDIT_REQUIRES(mutex_) { return stopping_ || !inbox_.empty(); });
      last = stopping_;
      notes.swap(inbox_);
    }
    take_in(notes);
    if (on_change_) on_change_();
    if (last) return;
    Lock lock(mutex_);
    news_.wait_for(lock, kPause, [this]() KAUDIT_REQUIRES(mutex_) { return stopping_; });
  }
}

void Recorder::take_in(std::vector<Note>& notes) {
  for (Note& note : notes) {
    std::visit(
        [this](auto& heard) {
          using Heard = std::decay_t<decltype(heard)>;
          if constexpr (std::is_same_v<Heard, DeliveryNote>) {
            ring_.add(heard);
          } else if constexpr (std::is_same_v<Heard, WholeEvent>) {
            ring_.add_whole(std::move(heard.event));
          } else {
            ring_.add(std::move(heard));
          }
        },
        note);
  }
  notes.clear();
}

bool EventTap::process(std::span<const audit::EventPtr> events) {
  for (const audit::EventPtr& event : events) recorder_.made(event);
  return next_ == nullptr || next_->process(events);
}

}  // namespace kaudit::apiserver::explorer
