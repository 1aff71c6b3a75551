#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace kaudit::cli {

/// Requests of a log whose last event has not come yet, by auditID. There are never more than
/// `kMost`: a log may leave out the events that end requests, and clients choose auditIDs. Not
/// thread-safe.
template <typename Request>
class OpenRequests {
 public:
  static constexpr std::size_t kMost = 20'000;

  /// Null when no such request is open.
  Request* find(std::string_view audit_id) {
    const auto found = by_id_.find(audit_id);
    return found == by_id_.end() ? nullptr : &found->second->second;
  }

  /// Adds one that is not open yet. Where there are too many, the one that has waited longest is
  /// given to `give_up` first.
  template <typename GiveUp>
  void add(std::string audit_id, Request request, const GiveUp& give_up) {
    if (waiting_.size() == kMost) {
      by_id_.erase(waiting_.front().first);
      give_up(waiting_.front().second);
      waiting_.pop_front();
    }
    waiting_.emplace_back(std::move(audit_id), std::move(request));
    by_id_.emplace(waiting_.back().first, std::prev(waiting_.end()));
  }

  void erase(std::string_view audit_id) {
    const auto found = by_id_.find(audit_id);
    if (found == by_id_.end()) return;
    const auto request = found->second;
    by_id_.erase(found);
    waiting_.erase(request);
  }

  /// Hands over all, in the order in which they came, and forgets them.
  template <typename Take>
  void drain(const Take& take) {
    by_id_.clear();
    for (const auto& [id, request] : waiting_) take(request);
    waiting_.clear();
  }

 private:
  using Waiting = std::list<std::pair<std::string, Request>>;

  Waiting waiting_;
  std::unordered_map<std::string_view, typename Waiting::iterator> by_id_;  // keys are in waiting_
};

}  // namespace kaudit::cli
