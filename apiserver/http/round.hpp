#pragma once

#include <memory>

#include <boost/asio/io_context.hpp>

#include "apiserver/http/wait_list.hpp"

namespace kaudit::apiserver::http {

/// What a thread's clients leave for later: until all that is ready now has been worked on, which
/// is a round. A post() of each would do the same, for ten times the instructions. Lives on one
/// thread, and as long as the io_context runs.
class Round {
 public:
  explicit Round(asio::io_context& io) : io_(io) {}
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  /// Lets the task go on once, before any coroutine that waits for the same end.
  void add(std::shared_ptr<WaitList::Task> task);
  /// To be awaited at once; a coroutine goes on in the order in which it came.
  asio::awaitable<void> end();

 private:
  void plan();
  void run();

  asio::io_context& io_;
  bool planned_ = false;
  WaitList waiting_;
  WaitList ending_;  ///< of the round that ends
};

}  // namespace kaudit::apiserver::http
