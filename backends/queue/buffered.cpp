#include "backends/queue/buffered.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include "audit/event_memory.hpp"
#include "base/json/json_writer.hpp"
#include "base/logging.hpp"

namespace kaudit::backends {
namespace {

/// Room that is reserved beforehand: a queue may be longer, and then grows as it fills.
constexpr std::size_t kLargestReserve = std::size_t{1} << 20;

constexpr std::string_view kFull = "audit buffer queue blocked";
constexpr std::string_view kTooLate = "audit backend shut down";

BufferSettings sensible(BufferSettings settings, const audit::ByLine* by_line) {
  if (by_line != nullptr) settings.max_in_flight = 1;
  settings.batches.max_size = std::min(settings.batches.max_size, settings.capacity);
  if (settings.batches.throttle) settings.together_bytes = 0;
  if (settings.together_bytes == 0) settings.batches.rest = {};
  return settings;
}

}  // namespace

Buffered::Buffered(std::unique_ptr<audit::Backend> delegate, const BufferSettings& settings,
                   audit::Counters& counters, SteadyClock clock)
    : Decorator(std::move(delegate)),
      by_line_(this->delegate().by_line()),
      settings_(sensible(settings, by_line_)),
      clock_(std::move(clock)),
      errors_("buffered", counters, clock_),
      plan_(settings_.batches, clock_()) {
  figures_.capacity = settings_.capacity;
  figures_.capacity_bytes = settings_.capacity_bytes;
  const std::size_t room = by_line_ == nullptr ? std::min(settings_.capacity, kLargestReserve) : 0;
  incoming_.reserve(room);
  outgoing_.reserve(room);
}

Buffered::~Buffered() { drain_and_join(); }

Result<void> Buffered::start() {
  if (auto started = Decorator::start(); !started) return started;
  const Lock lock(mutex_);
  try {
    add_thread();
  } catch (const std::system_error& error) {
    return fail("audit buffer: cannot start a thread: " + std::string(error.what()));
  }
  return {};
}

bool Buffered::process(std::span<const audit::EventPtr> events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (const Pushed pushed = push(events[i]); pushed != Pushed::Yes) {
      lose(events.subspan(i, 1), pushed);
    }
  }
  return true;
}

bool Buffered::process_passing(const audit::Event& event) {
  if (const Pushed pushed = push_line(event); pushed != Pushed::Yes) {
    const audit::EventPtr named = std::make_shared<const audit::Event>(event);
    lose({&named, 1}, pushed);
  }
  return true;
}

Buffered::Pushed Buffered::push(audit::EventPtr event) try {
  if (by_line_ != nullptr) return push_line(*event);
  const std::size_t bytes = audit::memory_of(*event);
  Lock lock(mutex_);
  if (const Pushed room = has_room(bytes); room != Pushed::Yes) return room;
  // Under the lock, so that no thread takes the event out before it was reported to be in.
  settings_.trace.note(audit::DeliveryStep::Queued, {&event, 1});
  incoming_.push_back({std::move(event), bytes});
  const bool wake = added(bytes);
  lock.unlock();
  if (wake) due_.notify_one();
  return Pushed::Yes;
} catch (const std::bad_alloc&) {  // a queue beyond kLargestReserve could not grow
  return Pushed::Full;
}

Buffered::Pushed Buffered::push_line(const audit::Event& event) try {
  std::string long_line;  // of what is too long for the writer
  JsonWriter writer(long_line, JsonWriter::AtEnd::Drop);
  by_line_->write_line(writer, event);
  const std::string_view line = writer.finish();
  const std::size_t bytes = line.size();
  Lock lock(mutex_);
  if (const Pushed room = has_room(bytes); room != Pushed::Yes) return room;
  if (long_line.empty()) {
    lines_.push(line);
  } else {
    lines_.push(std::move(long_line));
  }
  const bool wake = added(bytes);
  lock.unlock();
  if (wake) due_.notify_one();
  return Pushed::Yes;
} catch (const std::bad_alloc&) {
  return Pushed::Full;
}

Buffered::Pushed Buffered::has_room(std::size_t bytes) const {
  if (stopped_) return Pushed::TooLate;
  if (waiting_ >= settings_.capacity) return Pushed::Full;
  if (settings_.capacity_bytes > 0 && held_bytes_ + bytes > settings_.capacity_bytes) {
    return Pushed::Full;
  }
  return Pushed::Yes;
}

/// Counts an event that was put into the queue, and says whether a thread must be woken for it.
bool Buffered::added(std::size_t bytes) {
  ++waiting_;
  waiting_bytes_ += bytes;
  held_bytes_ += bytes;
  figures_.waiting.store(waiting_, std::memory_order_relaxed);
  figures_.held_bytes.store(held_bytes_, std::memory_order_relaxed);
  return must_wake();
}

/// Whether the event that was just added changes when a batch is due, and a thread waits for that.
bool Buffered::must_wake() {
  const bool half_of_the_bytes =
      settings_.capacity_bytes > 0 && waiting_bytes_ > settings_.capacity_bytes / 2;
  if (half_of_the_bytes || too_full_to_rest()) {
    plan_.flush();
    return idle_ + resting_ > 0;
  }
  return idle_ > 0 && (waiting_ == 1 || waiting_ == settings_.batches.max_size);
}

bool Buffered::too_full_to_rest() const {
  return settings_.batches.rest.count() > 0 && waiting_ >= settings_.capacity / 2;
}

void Buffered::lose(std::span<const audit::EventPtr> events, Pushed why) {
  const bool full = why == Pushed::Full;
  auto& lost = full ? figures_.lost_full : figures_.lost_shutdown;
  lost.fetch_add(events.size(), std::memory_order_relaxed);
  settings_.trace.lost(events, full ? kLostFull : kLostShutdown);
  errors_.failed(events, full ? kFull : kTooLate);
}

/// Of which it is known only now that nobody will deliver them.
void Buffered::lose_lines(std::span<const LineBacklog::Piece> pieces) {
  std::string lines;
  std::size_t events = 0;
  for (const LineBacklog::Piece& piece : pieces) {
    lines += piece.lines;
    events += piece.count;
  }
  if (events == 0) return;
  figures_.lost_shutdown.fetch_add(events, std::memory_order_relaxed);
  errors_.failed_lines(lines, kTooLate);
}

void Buffered::run() {
  Batch batch;
  Lock lock(mutex_);
  while (const std::size_t due = wait_for_batch(lock)) {
    const std::size_t events = with_what_goes_together(due);
    take(events, batch);
    batch.ticket = tickets_;
    tickets_ += batches_of(events);
    figures_.batches_in_flight.fetch_add(batches_of(events), std::memory_order_relaxed);
    figures_.events_in_flight.fetch_add(events, std::memory_order_relaxed);
    // Still under the lock: it looks at who is idle and at what is left. Before delivering, which
    // may take long.
    let_another_collect();
    lock.unlock();

    deliver(batch);
    batch.events.clear();

    lock.lock();
    lines_.take_back(batch.lines);
    give_back(batch.bytes);
    figures_.batches_in_flight.fetch_sub(batches_of(events), std::memory_order_relaxed);
    figures_.events_in_flight.fetch_sub(events, std::memory_order_relaxed);
  }
}

/// How many events to send; 0 when there will never be any.
std::size_t Buffered::wait_for_batch(Lock& lock) {
  for (;;) {
    if (too_full_to_rest()) plan_.flush();
    const SteadyTime now = clock_();
    const BatchPlan::Decision decision = plan_.decide(waiting_, now);
    if (decision.send > 0) {
      plan_.sent(now);
      return decision.send;
    }
    if (stopped_) return 0;
    std::size_t& waiters = decision.resting ? resting_ : idle_;
    ++waiters;
    if (decision.ask_again) {
      due_.wait_until(lock, *decision.ask_again);
    } else {
      due_.wait(lock);
    }
    --waiters;
  }
}

void Buffered::take(std::size_t events, Batch& batch) {
  batch.size = events;
  batch.bytes = by_line_ != nullptr ? lines_.take(events, batch.lines) : take_events(events, batch);
  waiting_ -= events;
  waiting_bytes_ -= batch.bytes;
  figures_.waiting.store(waiting_, std::memory_order_relaxed);
}

/// Returns their bytes.
std::size_t Buffered::take_events(std::size_t events, Batch& batch) {
  std::size_t bytes = 0;
  batch.events.reserve(events);
  for (std::size_t taken = 0; taken < events; ++taken) {
    if (next_ == outgoing_.size()) {
      outgoing_.clear();
      next_ = 0;
      outgoing_.swap(incoming_);
    }
    Entry& entry = outgoing_[next_++];
    bytes += entry.bytes;
    batch.events.push_back(std::move(entry.event));
  }
  return bytes;
}

/// With the full batches behind one that is full: with a batch size of 1, the log's default,
/// whatever waits.
std::size_t Buffered::with_what_goes_together(std::size_t events) const {
  const std::size_t size = settings_.batches.max_size;
  if (events < size || settings_.together_bytes == 0) return events;
  const std::size_t usual_bytes = waiting_bytes_ / waiting_ + 1;
  const std::size_t most = std::min(waiting_, settings_.together_bytes / usual_bytes);
  return std::max(events, most / size * size);
}

std::size_t Buffered::batches_of(std::size_t events) const {
  return (events + settings_.batches.max_size - 1) / settings_.batches.max_size;
}

void Buffered::give_back(std::size_t bytes) {
  held_bytes_ -= bytes;
  figures_.held_bytes.store(held_bytes_, std::memory_order_relaxed);
}

/// Before this thread goes to deliver: there must be one that handles the events left behind, and
/// those that come in the meantime.
void Buffered::let_another_collect() {
  if (idle_ > 0) {
    if (waiting_ > 0) due_.notify_one();
    return;
  }
  const bool more_to_do = waiting_ > 0 || !stopped_;
  if (!more_to_do || thread_count_ >= settings_.max_in_flight) return;
  try {
    add_thread();
  } catch (const std::exception& error) {  // those that are there go on
    log_warning("audit buffer: cannot start one more thread: {}", error.what());
  }
}

void Buffered::add_thread() {
  threads_.emplace_back([this] { run(); });
  ++thread_count_;
}

void Buffered::deliver(const Batch& batch) {
  const audit::DeliveryTrace::Batch traced(batch.ticket + 1, batch.events,
                                           settings_.batches.max_size);
  settings_.trace.note(audit::DeliveryStep::Batched, batch.events);
  const SteadyTime begin = clock_();
  if (by_line_ == nullptr) delegate().process(batch.events);
  for (const LineBacklog::Piece& piece : batch.lines) by_line_->deliver_lines(piece.lines);
  const std::size_t full = settings_.batches.max_size;
  if (batch.size >= full) {
    figures_.batch_events.observe(static_cast<double>(full), batch.size / full);
  }
  if (const std::size_t rest = batch.size % full; rest > 0) {
    figures_.batch_events.observe(static_cast<double>(rest));
  }
  const std::chrono::duration<double> took = clock_() - begin;
  figures_.delivery_seconds.observe(took.count());
  errors_.succeeded();
}

void Buffered::shutdown() {
  // From the queue outwards: the delegate may close only when no thread can hand it events any
  // more, and the last burst of losses is logged when none can be added.
  drain_and_join();
  Decorator::shutdown();
  errors_.flush();
}

void Buffered::report(audit::Report& to) const {
  figures_.report(to);
  Decorator::report(to);
}

void Buffered::drain_and_join() {
  std::vector<std::thread> threads;
  const auto threads_left = [&] {
    const Lock lock(mutex_);
    stopped_ = true;
    plan_.drain();
    threads.swap(threads_);
    return !threads.empty();
  };
  // A thread may start others until the queue is empty.
  while (threads_left()) {
    due_.notify_all();
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }
  run();  // what is left when it was never started
}

void Buffered::give_up() noexcept try {
  Batch abandoned;
  {
    const Lock lock(mutex_);
    // Stopped before the queue is emptied, so that it stays empty.
    stopped_ = true;
    plan_.drain();
    take(waiting_, abandoned);
    give_back(abandoned.bytes);
  }
  due_.notify_all();
  if (!abandoned.events.empty()) lose(abandoned.events, Pushed::TooLate);
  lose_lines(abandoned.lines);
  Decorator::give_up();
} catch (const std::exception& error) {
  log_error("audit buffer: {}", error.what());
  Decorator::give_up();
}

}  // namespace kaudit::backends
