#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "apiserver/explorer/request_record.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::explorer {

/// One step that some events went together, with all that was to be looked at only while it was
/// observed.
struct DeliveryNote {
  audit::DeliveryStep step{};
  std::string backend;
  std::vector<audit::EventPtr> events;  ///< those that were looked at
  std::size_t together = 0;             ///< how many there were
  std::uint64_t batch = 0;
  std::uint32_t attempt = 0;
  std::string reason;
  Timestamp at{};
};

/// The latest requests, each put together from what is heard of it here and there. The oldest go
/// when there are too many or they hold too much. One thread writes; any number read, each holding
/// the lock while it looks.
///
/// What belongs together is found by audit ID, which is the client's to choose: of requests that
/// have the same one at the same time, events may land with the wrong one.
class Ring {
 public:
  struct Limits {
    std::size_t requests = 5'000;
    std::size_t bytes = std::size_t{32} << 20U;
    std::size_t deliveries = 64;  ///< steps that are kept of one request
  };
  explicit Ring(Limits limits) : limits_(limits) {}
  Ring() : Ring(Limits{}) {}

  void add(std::shared_ptr<const ChainRun> run);
  void add(audit::EventPtr event);
  /// An event with all that level RequestResponse records.
  void add_whole(audit::EventPtr event);
  void add(const DeliveryNote& note);

  using Visit = std::function<void(const RequestRecord&)>;
  std::optional<RequestRecord> find(std::uint64_t number) const;
  /// The latest of that audit ID.
  std::optional<RequestRecord> find(std::string_view audit_id) const;
  /// Every record that changed after version `since`, oldest first. Gives the latest version.
  std::uint64_t visit_changed(std::uint64_t since, const Visit& visit) const;
  struct Changes {
    std::uint64_t version = 0;  ///< the latest
    std::size_t skipped = 0;    ///< records that changed and were not visited
  };
  /// The same of the latest `limit` of them. Costs as much as has changed, not as much as there is.
  Changes visit_latest_changed(std::uint64_t since, std::size_t limit, const Visit& visit) const;

  /// Those of these numbers that are remembered.
  void visit(std::span<const std::uint64_t> numbers, const Visit& visit) const;

  /// The numbers of the requests that had an event in that batch, at most `limit`.
  std::vector<std::uint64_t> in_batch(std::string_view backend, std::uint64_t batch,
                                      std::size_t limit) const;

  struct State {
    std::uint64_t version = 0;    ///< of the latest change
    std::uint64_t forgotten = 0;  ///< requests that made room for others
    std::size_t requests = 0;
    std::size_t bytes = 0;
    std::uint64_t last = 0;   ///< number of the latest request
    std::uint64_t first = 1;  ///< of the oldest one that is remembered
  };
  State state() const;
  const Limits& limits() const noexcept { return limits_; }

 private:
  RequestRecord* open(std::string_view audit_id) KAUDIT_REQUIRES(mutex_);
  RequestRecord* record_of(const audit::Event& event) KAUDIT_REQUIRES(mutex_);
  RequestRecord& make(std::string_view audit_id) KAUDIT_REQUIRES(mutex_);
  void changed(RequestRecord& record, std::size_t more_bytes) KAUDIT_REQUIRES(mutex_);
  const RequestRecord* at(std::uint64_t number) const KAUDIT_REQUIRES(mutex_);
  std::vector<const RequestRecord*> changed_after(std::uint64_t since) const
      KAUDIT_REQUIRES(mutex_);
  void make_room() KAUDIT_REQUIRES(mutex_);

  const Limits limits_;
  mutable Mutex mutex_;
  std::deque<RequestRecord> records_ KAUDIT_GUARDED_BY(mutex_);
  /// By audit ID, as the record has it, which stays where it is.
  std::unordered_map<std::string_view, std::uint64_t> latest_ KAUDIT_GUARDED_BY(mutex_);
  /// Where events that came lately belong: most of what is heard is of one of them.
  struct Place {
    const audit::Event* event = nullptr;
    std::uint64_t number = 0;
  };
  static constexpr std::size_t kPlaces = 1024;
  std::array<Place, kPlaces> places_ KAUDIT_GUARDED_BY(mutex_);
  static std::size_t place_of(const audit::Event& event) noexcept {
    return (reinterpret_cast<std::uintptr_t>(&event) / sizeof(audit::Event)) % kPlaces;
  }

  /// The numbers of what changed at the latest versions, up to state_.version: looking at each
  /// record for what is new would mean reading megabytes to show a few rows.
  static constexpr std::size_t kChanges = std::size_t{1} << 14U;
  std::deque<std::uint64_t> changes_ KAUDIT_GUARDED_BY(mutex_);

  std::uint64_t first_ KAUDIT_GUARDED_BY(mutex_) = 1;  ///< number of records_.front()
  State state_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::explorer
