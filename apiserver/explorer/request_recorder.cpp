#include "apiserver/explorer/request_recorder.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace kaudit::apiserver::explorer {
namespace {

/// Between two looks at the inbox: notes come by the thousand, and waking for each would cost more
/// than they do.
constexpr auto kPause = std::chrono::milliseconds(20);
/// The longest time without a call of on_change(), which waits for times to be over, too.
constexpr auto kIdle = std::chrono::milliseconds(250);
constexpr std::size_t kUsualSteps = 16;

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

Recorder::Shelf& Recorder::shelf_of(const RequestScope& scope) noexcept {
  // Scopes are kilobytes apart.
  return shelves_[(reinterpret_cast<std::uintptr_t>(&scope) >> 12U) % kShelves];
}

ChainRun* Recorder::begin(const RequestScope& scope, std::string_view step, Clock::time_point at) {
  Shelf& shelf = shelf_of(scope);
  const Lock lock(shelf.mutex);
  Open& open = shelf.open[&scope];
  // One that was torn down with its connection never left: its place is taken anew.
  if (open.run && !open.run->steps.empty() && open.run->steps.front().step == step) open = {};
  if (!open.run) {
    open.run = std::make_shared<ChainRun>();
    open.run->began = at;
    open.run->steps.reserve(kUsualSteps);
  }
  ++open.depth;
  return open.run.get();
}

void Recorder::entered(const RequestScope& scope, std::string_view step,
                       Clock::time_point at) noexcept try {
  ChainRun* const run = begin(scope, step, at);
  run->steps.push_back({step, at - run->began, std::chrono::nanoseconds(-1)});
  if (step == "audit") {
    run->audited = true;
    run->user = scope.user;
    run->policy = &policy_.current();
  }
} catch (const std::exception&) {
  dropped_.fetch_add(1, std::memory_order_relaxed);  // for want of memory
}

void Recorder::left(const RequestScope& scope, std::string_view step, Clock::time_point at,
                    const Answer* answer) noexcept try {
  std::shared_ptr<ChainRun> run;
  bool outermost = false;
  {
    Shelf& shelf = shelf_of(scope);
    const Lock lock(shelf.mutex);
    const auto found = shelf.open.find(&scope);
    if (found == shelf.open.end()) return;
    run = found->second.run;
    outermost = --found->second.depth == 0;
    if (outermost) shelf.open.erase(found);
  }
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
