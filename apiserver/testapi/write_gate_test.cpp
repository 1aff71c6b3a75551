#include "apiserver/testapi/write_gate.hpp"

#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace kaudit::apiserver::testapi {
namespace {

using boost::asio::awaitable;

awaitable<void> write(WriteGate& gate, std::string& story, std::optional<WriteGate::Pass>& pass) {
  pass.emplace(co_await gate.enter());
  story += "in ";
}

awaitable<void> close(WriteGate& gate, std::string& story) {
  const bool closed = co_await gate.close();
  story += closed ? "closed " : "busy ";
}

class WriteGateTest : public ::testing::Test {
 protected:
  void enter(std::optional<WriteGate::Pass>& pass) {
    boost::asio::co_spawn(io, write(gate, story, pass), boost::asio::detached);
    settle();
  }
  void begin_close() {
    boost::asio::co_spawn(io, close(gate, story), boost::asio::detached);
    settle();
  }
  void settle() {
    io.restart();
    io.poll();
  }
  boost::asio::io_context io;
  WriteGate gate;
  std::string story;
};

TEST_F(WriteGateTest, ClosesWhenTheWritesWithinHaveEndedAndHoldsThoseThatCome) {
  std::optional<WriteGate::Pass> first;
  std::optional<WriteGate::Pass> second;
  std::optional<WriteGate::Pass> late;
  enter(first);
  enter(second);
  begin_close();
  EXPECT_EQ(story, "in in ");
  enter(late);
  first.reset();
  settle();
  EXPECT_EQ(story, "in in ");
  second.reset();
  settle();
  EXPECT_EQ(story, "in in closed ");
  gate.open();
  settle();
  EXPECT_EQ(story, "in in closed in ");
}

TEST_F(WriteGateTest, IsClosedByOneAtATime) {
  begin_close();
  begin_close();
  EXPECT_EQ(story, "closed busy ");
  gate.open();
  begin_close();
  EXPECT_EQ(story, "closed busy closed ");
}

}  // namespace
}  // namespace kaudit::apiserver::testapi
