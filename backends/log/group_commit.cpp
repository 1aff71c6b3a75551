#include "backends/log/group_commit.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace kaudit::backends {

namespace {

constexpr int kSpins = 100;

}  // namespace

GroupCommit::GroupCommit(Write write) : write_(std::move(write)) {}

std::vector<LostLines> GroupCommit::commit(std::string_view lines) {
  if (turn_mutex_.try_lock()) {
    const Lock turn(turn_mutex_, std::adopt_lock);
    if (waiting() == 0) return write_(lines);
  }
  Caller caller{lines};
  {
    const Lock lock(queue_mutex_);
    queue_.push_back(&caller);
    waiting_.store(queue_.size(), std::memory_order_relaxed);
  }
  if (wait_for_turn(caller)) {
    const Lock turn(turn_mutex_, std::adopt_lock);
    if (!caller.done.load(std::memory_order_relaxed)) lead();
  }
  if (caller.no_memory) throw std::bad_alloc();
  return std::move(caller.lost);
}

/// A write into the page cache takes less time than falling asleep and being woken.
bool GroupCommit::wait_for_turn(const Caller& caller) {
  for (int i = 0; i < kSpins; ++i) {
    if (caller.done.load(std::memory_order_acquire)) return false;
    if (turn_mutex_.try_lock()) return true;
  }
  turn_mutex_.lock();
  return true;
}

/// Whatever happens, nobody is left in the queue or without an answer: its pointers are to the
/// stacks of callers that wait.
void GroupCommit::lead() {
  group_.clear();
  {
    const Lock lock(queue_mutex_);
    group_.swap(queue_);
    waiting_.store(0, std::memory_order_relaxed);
  }
  for (std::span<Caller* const> rest(group_); !rest.empty();) {
    std::size_t count = 1;
    std::size_t bytes = rest[0]->lines.size();
    while (count < rest.size() && bytes + rest[count]->lines.size() <= kGroupBytes) {
      bytes += rest[count++]->lines.size();
    }
    const auto callers = rest.first(count);
    rest = rest.subspan(count);
    try {
      write_together(callers);
    } catch (const std::bad_alloc&) {
      for (Caller* caller : callers) caller->no_memory = true;
    }
    // The last access: a caller that sees it goes.
    for (Caller* caller : callers) caller->done.store(true, std::memory_order_release);
  }
}

void GroupCommit::write_together(std::span<Caller* const> callers) {
  if (callers.size() == 1) {
    callers[0]->lost = write_(callers[0]->lines);
    return;
  }
  joined_.clear();
  for (const Caller* caller : callers) joined_ += caller->lines;
  std::size_t begin = 0;
  const std::vector<LostLines> lost = write_(joined_);
  if (lost.empty()) return;
  for (Caller* caller : callers) {
    const std::size_t end = begin + caller->lines.size();
    for (const LostLines& stretch : lost) {
      const std::size_t from = std::max(begin, stretch.begin);
      const std::size_t to = std::min(end, stretch.end);
      if (from < to) caller->lost.push_back({from - begin, to - begin, stretch.error});
    }
    begin = end;
  }
}

}  // namespace kaudit::backends
