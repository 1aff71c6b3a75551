#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "audit/level.hpp"
#include "base/mutex.hpp"

namespace kaudit::audit {

/// The pipeline's own figures (audit-semantics 7); a server shows them under the names given. All
/// members may be called from any thread.
class Counters {
 public:
  /// apiserver_audit_event_total: every stage of a request handed to the sink.
  void count_event() noexcept { events_.fetch_add(1, std::memory_order_relaxed); }
  /// An event on its way to the sink and in it, for as long as it lives: it may wait there for the
  /// outside.
  class InHand {
   public:
    explicit InHand(Counters& counters) noexcept : counters_(counters) {
      counters_.in_hand_.fetch_add(1, std::memory_order_relaxed);
    }
    ~InHand() { counters_.in_hand_.fetch_sub(1, std::memory_order_relaxed); }
    InHand(const InHand&) = delete;
    InHand& operator=(const InHand&) = delete;

   private:
    Counters& counters_;
  };
  /// apiserver_audit_level_total{level}: one per request, None too.
  void count_level(Level level) noexcept;
  /// apiserver_audit_requests_rejected_total: requests refused because an event could not be
  /// stored.
  void count_rejected() noexcept { rejected_.fetch_add(1, std::memory_order_relaxed); }
  /// apiserver_audit_error_total{plugin}: events a backend (log, webhook, buffered, truncate)
  /// failed to take.
  void count_errors(std::string_view plugin, std::uint64_t events);

  std::uint64_t events() const noexcept { return events_.load(std::memory_order_relaxed); }
  std::uint64_t in_hand() const noexcept { return in_hand_.load(std::memory_order_relaxed); }
  std::uint64_t level(Level level) const noexcept;
  std::uint64_t rejected() const noexcept { return rejected_.load(std::memory_order_relaxed); }
  /// By plugin; a plugin is absent until its first error.
  std::map<std::string, std::uint64_t> errors() const;

 private:
  std::atomic<std::uint64_t> events_{0};
  std::atomic<std::uint64_t> in_hand_{0};
  std::atomic<std::uint64_t> rejected_{0};
  std::array<std::atomic<std::uint64_t>, 4> levels_{};
  mutable Mutex errors_mutex_;
  std::map<std::string, std::uint64_t, std::less<>> errors_ KAUDIT_GUARDED_BY(errors_mutex_);
};

}  // namespace kaudit::audit
