#include "apiserver/http/round.hpp"

#include <memory>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace kaudit::apiserver::http {
namespace {

class Note final : public WaitList::Task {
 public:
  Note(std::string& log, std::string text) : log_(log), text_(std::move(text)) {}
  void go_on() noexcept override { log_ += text_; }

 private:
  std::string& log_;
  std::string text_;
};

asio::awaitable<void> wait_twice(Round& round, std::string& log, std::string name) {
  log += name + "1 ";
  co_await round.end();
  log += name + "2 ";
  co_await round.end();
  log += name + "3 ";
}

TEST(Round, EndsBehindAllThatWasReady) {
  asio::io_context io;
  Round round(io);
  std::string log;
  asio::co_spawn(io, wait_twice(round, log, "a"), asio::detached);
  asio::co_spawn(io, wait_twice(round, log, "b"), asio::detached);
  asio::post(io, [&] {
    log += "post ";
    round.add(std::make_shared<Note>(log, "task "));
  });
  io.run();
  EXPECT_EQ(log, "a1 b1 post task a2 b2 a3 b3 ");
}

TEST(Round, MayEndBeforeWhatWaitsForIt) {
  std::string log;
  {
    asio::io_context io;
    Round round(io);
    asio::co_spawn(io, wait_twice(round, log, "a"), asio::detached);
    round.add(std::make_shared<Note>(log, "task "));
    io.run_one();  // the coroutine's beginning
  }
  EXPECT_EQ(log, "a1 ");
}

}  // namespace
}  // namespace kaudit::apiserver::http
