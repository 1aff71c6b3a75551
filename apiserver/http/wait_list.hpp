#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kaudit::apiserver::http {

namespace asio = boost::asio;

/// Who waits on one thread for the same thing: tasks and coroutines. Lives on that thread.
class WaitList {
 public:
  class Task {
   public:
    virtual void go_on() noexcept = 0;

   protected:
    ~Task() = default;
  };

  void add(std::shared_ptr<Task> task) { tasks_.push_back(std::move(task)); }

  /// To be awaited at once.
  asio::awaitable<void> join() {
    // What may throw comes first: once a coroutine waits, it must be sure to go on.
    if (waiting_.size() == waiting_.capacity()) waiting_.reserve(2 * waiting_.size() + 1);
    const auto wait = [this](Waiting&& handler) { waiting_.push_back(std::move(handler)); };
    return asio::async_initiate<const asio::use_awaitable_t<>, void()>(wait, asio::use_awaitable);
  }

  /// Lets all of them go on: tasks first, then coroutines in the order in which they came. None may
  /// come meanwhile: the list is first swapped with one that nobody joins.
  void release() {
    for (const auto& task : tasks_) task->go_on();
    tasks_.clear();
    for (Waiting& waiting : waiting_) waiting();
    waiting_.clear();
  }

  void swap(WaitList& other) noexcept {
    tasks_.swap(other.tasks_);
    waiting_.swap(other.waiting_);
  }

 private:
  using Waiting = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;

  std::vector<std::shared_ptr<Task>> tasks_;
  std::vector<Waiting> waiting_;
};

}  // namespace kaudit::apiserver::http
