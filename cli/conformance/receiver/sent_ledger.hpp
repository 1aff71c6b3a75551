#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "cli/receiver/event_key.hpp"

namespace kaudit::cli {

/// What is known of an event that was sent.
enum class Standing : std::uint8_t {
  Acknowledged,  ///< a success was answered
  Uncertain,     ///< no answer, or a failure: it may be stored or not
  Refused,       ///< it must not be stored: half of a request, a wrong token
};

/// What was sent to a receiver, so that what it stored can be compared: of each event its members'
/// names and digests of their canonical values, not the bytes. Any thread.
class SentLedger {
 public:
  struct Member {
    std::string name;
    EventKey value;
  };
  struct Sent {
    std::string check;  ///< that it was sent for
    Standing standing = Standing::Uncertain;
    std::uint32_t times = 1;  ///< sent
    std::string audit_id;
    std::string stage;
    std::vector<Member> members;
    // What was found.
    std::uint64_t copies = 0;
    std::string altered;  ///< the first member that differs
  };

  /// Notes an event; one that is there already was sent once more, and is acknowledged when either
  /// sending was.
  void add(std::string_view check, const std::string& event, Standing standing);
  /// Forgets what was found so far.
  void begin_comparison();
  /// Compares one stored event, a line of JSON. False: it is not one, or none that was sent.
  bool compare(std::string_view line);
  std::size_t size() const;
  /// Whether all that was acknowledged has been found.
  bool is_complete() const;
  void each(const std::function<void(const Sent&)>& look) const;

 private:
  mutable Mutex mutex_;
  std::unordered_map<EventKey, Sent, EventKeyHash> sent_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::cli
