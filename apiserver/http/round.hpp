#pragma once

#include <memory>
#include <vector>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kaudit::apiserver::http {

namespace asio = boost::asio;

/// What a thread's clients leave for later: until all that is ready now has been worked on, which
/// is a round. A post() of each would do the same, for ten times the instructions. Lives on one
/// thread, and as long as the io_context runs.
class Round {
 public:
  explicit Round(asio::io_context& io) : io_(io) {}
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  class Task {
   public:
    virtual void at_end_of_round() noexcept = 0;

   protected:
    ~Task() = default;
  };
  /// Calls the task once, before any coroutine goes on that waits for the same end.
  void add(std::shared_ptr<Task> task);
  /// To be awaited at once; a coroutine goes on in the order in which it came.
  asio::awaitable<void> end();

 private:
  using Waiting = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;

  void plan();
  void run();

  asio::io_context& io_;
  bool planned_ = false;
  std::vector<std::shared_ptr<Task>> tasks_;
  std::vector<Waiting> waiting_;
  // Of the round that ends: kept for their memory.
  std::vector<std::shared_ptr<Task>> ending_tasks_;
  std::vector<Waiting> ending_;
};

}  // namespace kaudit::apiserver::http
