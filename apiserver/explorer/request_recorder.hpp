#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <variant>
#include <vector>

#include "apiserver/explorer/allowance.hpp"
#include "apiserver/explorer/ring.hpp"
#include "audit/sink.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::explorer {

/// Hears of requests, events and deliveries, and puts them together in a Ring.
///
/// The server's threads only leave notes in an inbox, under a lock that is held for the length of a
/// push_back; one thread of the recorder's own takes them out. When it cannot keep up, notes are
/// dropped and counted (dropped()): the server never waits for it.
///
/// For a page that shows what other levels would have recorded it has everything collected, bodies
/// included, whatever the policy says: of kWholeBurst requests and then of kWholeSustained a
/// second, and of events up to kMaxWholeBytes.
///
/// A page that shows the latest few thousand requests needs no more of a load that goes on for
/// long: where it may, the recorder looks at kBurst requests and then at kSustained a second, which
/// is more than anybody can read and more than one client at work sends. The others are counted
/// (unseen()), and cost the server that.
class Recorder final : public ChainObserver, public audit::DeliveryObserver {
 public:
  static constexpr std::size_t kMaxNotes = 65'536;
  static constexpr std::size_t kMaxText = 8 * 1024;  ///< bytes of a URL that are kept
  static constexpr std::uint32_t kWholeBurst = 500;
  static constexpr std::uint32_t kWholeSustained = 25;                  ///< requests a second
  static constexpr std::uint32_t kBurst = 5'000;                        ///< requests
  static constexpr std::uint32_t kSustained = 100;                      ///< requests a second
  static constexpr std::size_t kMaxWholeBytes = std::size_t{1} << 20U;  ///< of one event

  /// `policy` must outlive it.
  Recorder(const PolicyInForce& policy, Ring::Limits limits);
  explicit Recorder(const PolicyInForce& policy) : Recorder(policy, Ring::Limits{}) {}
  ~Recorder() override;

  /// Called on the recorder's thread after new notes, and now and then. Set before start().
  void on_change(std::function<void()> callback) { on_change_ = std::move(callback); }
  /// Has everything collected. Called before there are requests.
  void collect_everything() { collects_ = true; }
  /// Lets it look away from what comes too fast. Called before there are requests.
  void look_away() { looks_away_ = true; }
  void start();
  /// Takes in what is there, and ends the thread.
  void stop();

  bool looks_at(Clock::time_point began) noexcept override;
  void entered(const RequestScope& scope, std::string_view step,
               Clock::time_point at) noexcept override;
  void left(const RequestScope& scope, std::string_view step, Clock::time_point at,
            const Answer* answer) noexcept override;
  audit::Context::Collect wants(const RequestScope& scope) noexcept override;
  void collected(const audit::EventPtr& whole) noexcept override;
  void observe(const audit::Delivery& delivery) noexcept override;
  void made(const audit::EventPtr& event) noexcept override;

  const Ring& ring() const noexcept { return ring_; }
  std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }
  /// Requests that it has looked away from.
  std::uint64_t unseen() const noexcept { return unseen_.load(std::memory_order_relaxed); }

 private:
  struct WholeEvent {
    audit::EventPtr event;
  };
  using Note =
      std::variant<std::shared_ptr<const ChainRun>, audit::EventPtr, WholeEvent, DeliveryNote>;

  void leave_note(Note note);
  void run();
  void take_in(std::vector<Note>& notes);

  const PolicyInForce& policy_;
  std::function<void()> on_change_;
  bool collects_ = false;
  bool looks_away_ = false;
  std::atomic<std::uint64_t> unseen_{0};
  Allowance requests_{kBurst, kSustained};
  Allowance whole_{kWholeBurst, kWholeSustained};
  Ring ring_;
  std::atomic<std::uint64_t> dropped_{0};

  Mutex mutex_;
  Condition news_;
  std::vector<Note> inbox_ KAUDIT_GUARDED_BY(mutex_);
  bool stopping_ KAUDIT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

/// Hands events on to the backends, whose word on them counts, or to nobody where there is none:
/// who looks on sees them all the same. Thread-safe.
class OptionalSink final : public audit::Sink {
 public:
  /// `next` null: there is no backend. It must outlive this.
  explicit OptionalSink(audit::Sink* next) : next_(next) {}

  bool process(std::span<const audit::EventPtr> events) override {
    return next_ == nullptr || next_->process(events);
  }
  bool may_wait() const noexcept override { return next_ != nullptr && next_->may_wait(); }

 private:
  audit::Sink* const next_;
};

}  // namespace kaudit::apiserver::explorer
