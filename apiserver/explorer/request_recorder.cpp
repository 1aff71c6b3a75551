#include "apiserver/explorer/request_recorder.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>

#include "audit/event_memory.hpp"

namespace kaudit::apiserver::explorer {
namespace {

/// Between two looks at the inbox: notes come by the thousand, and waking for each would cost more
/// than they do. Half of what passes between two steps of the page.
constexpr auto kPause = std::chrono::milliseconds(100);
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

bool Recorder::looks_at(Clock::time_point began) noexcept {
  if (!looks_away_ || requests_.take(began)) return true;
  unseen_.fetch_add(1, std::memory_order_relaxed);
  return false;
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

void Recorder::left(const RequestScope& scope, std::string_view /*step*/, Clock::time_point at,
                    const Answer* answer) noexcept try {
  if (!scope.observed) return;
  // The run lives in the scope's slot, and on in the note.
  std::shared_ptr<ChainRun> run(scope.observed, &open_run(scope)->run);
  const bool outermost = --open_run(scope)->depth == 0;
  if (outermost) scope.observed.reset();
  // Steps nest: it is the last one that is still open.
  const auto times =
      std::ranges::find_if(run->steps.rbegin(), run->steps.rend(),
                           [](const StepTimes& step) { return step.left.count() < 0; });
  if (times != run->steps.rend()) {
    times->left = at - run->began;
    times->panicked = answer == nullptr;
  }
  if (!outermost) return;
  run->audit_id = scope.audit_id;
  run->method = scope.request().method;
  run->target = shortened(scope.url.request_uri);
  run->user_agent = shortened(scope.request().headers.first("User-Agent").value_or(""));
  run->peer = scope.request().peer.address;
  run->url = scope.url;
  // From the run's own URL, with which it lives. What is wrong with it the request was told.
  if (!request::read_request_info(run->method, run->url, run->info)) run->info = {};
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

audit::Context::Collect Recorder::wants(const RequestScope& scope) noexcept {
  using Collect = audit::Context::Collect;
  return collects_ && whole_.take(scope.started) ? Collect::Everything : Collect::AsDecided;
}

void Recorder::collected(const audit::EventPtr& whole) noexcept try {
  if (audit::memory_of(*whole) <= kMaxWholeBytes) leave_note(WholeEvent{whole});
} catch (const std::exception&) {
  dropped_.fetch_add(1, std::memory_order_relaxed);
}

void Recorder::observe(const audit::Delivery& delivery) noexcept try {
  DeliveryNote note;
  std::ranges::copy_if(delivery.events, std::back_inserter(note.events),
                       [](const audit::EventPtr& event) { return !event->unobserved; });
  note.step = delivery.step;
  note.backend = delivery.backend;
  note.together = delivery.events.size();
  note.batch = delivery.batch;
  note.attempt = delivery.attempt;
  note.reason = delivery.reason;
  note.at = delivery.at;
  leave_note(std::move(note));
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

}  // namespace kaudit::apiserver::explorer
