#include "apiserver/http/sockets/client_socket.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

namespace kaudit::apiserver::http {
namespace {

using Direction = ClientSocket::Direction;

/// A socket under test, and the other end of it.
class ClientSocketTest : public ::testing::Test {
 protected:
  ClientSocketTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    peer_ = ends[1];
    socket_.emplace(poller_, ends[0]);
  }
  ~ClientSocketTest() override { hang_up(); }

  void peer_sends(std::string_view text) {
    ASSERT_EQ(::send(peer_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  void hang_up() { ::close(std::exchange(peer_, -1)); }

  /// What a receive() brings; "again", "end".
  std::string received(std::size_t most = 100, ClientSocket::Keep keep = ClientSocket::Keep::No) {
    std::string text(most, ' ');
    const ssize_t size = socket_->receive(text.data(), text.size(), keep);
    if (size < 0) return errno == EAGAIN ? "again" : "broken";
    return size == 0 ? "end" : text.substr(0, static_cast<std::size_t>(size));
  }

  /// Notes in log_ when the wait has ended.
  asio::awaitable<void> wait(Direction direction) {
    if (!socket_->is_ready(direction)) co_await socket_->wait(direction);
    log_ += direction == Direction::Read ? "readable " : "writable ";
  }
  void begin_to_wait(Direction direction) {
    asio::co_spawn(io_, wait(direction), asio::detached);
    io_.poll();
  }
  /// Until nothing more can happen by itself.
  void settle() {
    io_.restart();
    for (int quiet = 0; quiet < 3;) quiet = io_.poll() > 0 ? 0 : quiet + 1;
  }

  asio::io_context io_;
  Poller poller_{io_};
  std::optional<ClientSocket> socket_;
  int peer_ = -1;
  std::string log_;
};

TEST_F(ClientSocketTest, WhatHasNotComeIsWaitedFor) {
  EXPECT_EQ(received(), "again");
  begin_to_wait(Direction::Read);
  EXPECT_EQ(log_, "");
  peer_sends("hello");
  settle();
  EXPECT_EQ(log_, "readable ");
  EXPECT_EQ(received(), "hello");
}

TEST_F(ClientSocketTest, AReadThatBringsLessSparesTheNextOne) {
  peer_sends("one");
  settle();
  EXPECT_EQ(received(2), "on") << "as much as was asked for: there may be more";
  EXPECT_TRUE(socket_->is_ready(Direction::Read));
  EXPECT_EQ(received(2), "e");
  EXPECT_FALSE(socket_->is_ready(Direction::Read));
  peer_sends("two");
  EXPECT_EQ(received(), "again") << "the kernel has not been asked";
  settle();
  EXPECT_EQ(received(), "two");
}

TEST_F(ClientSocketTest, APeekLeavesWhatItShows) {
  peer_sends("one");
  EXPECT_EQ(received(100, ClientSocket::Keep::Yes), "one");
  EXPECT_EQ(received(), "one");
}

TEST_F(ClientSocketTest, AnEndThatCameWithTheLastBytesIsRead) {
  peer_sends("last");
  hang_up();
  settle();
  EXPECT_EQ(received(), "last");
  EXPECT_EQ(received(), "end");
  EXPECT_EQ(received(), "end");
}

TEST_F(ClientSocketTest, AnEndThatComesLaterIsRead) {
  peer_sends("last");
  settle();
  EXPECT_EQ(received(), "last");
  begin_to_wait(Direction::Read);
  hang_up();
  settle();
  EXPECT_EQ(log_, "readable ");
  EXPECT_EQ(received(), "end");
}

TEST_F(ClientSocketTest, RoomIsWaitedFor) {
  const std::string much(std::size_t{1} << 16U, 'x');
  while (socket_->send(much) >= 0) continue;
  EXPECT_EQ(errno, EAGAIN);
  begin_to_wait(Direction::Write);
  settle();
  EXPECT_EQ(log_, "");
  std::string taken(much.size(), ' ');
  while (::recv(peer_, taken.data(), taken.size(), 0) > 0) continue;
  settle();
  EXPECT_EQ(log_, "writable ");
  EXPECT_GT(socket_->send("more"), 0);
}

TEST_F(ClientSocketTest, CancelEndsAllWaitsButNotAtOnce) {
  struct Watch final : WaitList::Task {
    explicit Watch(std::string& log) : log_(log) {}
    void go_on() noexcept override { log_ += "watch "; }
    std::string& log_;
  };
  EXPECT_EQ(received(), "again");
  begin_to_wait(Direction::Read);
  socket_->wait_to_read(std::make_shared<Watch>(log_));
  socket_->cancel();
  EXPECT_EQ(log_, "");
  settle();
  EXPECT_EQ(log_, "watch readable ");
}

TEST_F(ClientSocketTest, ASocketMayGoWhileItsTurnIsDue) {
  EXPECT_EQ(received(), "again");
  peer_sends("for nobody");
  socket_->cancel();
  socket_.reset();
  settle();
}

TEST_F(ClientSocketTest, WaitsEndWithTheSocket) {
  EXPECT_EQ(received(), "again");
  begin_to_wait(Direction::Read);
  socket_->close();
  io_.restart();
  io_.run();  // ends: without sockets there is nothing to do
  EXPECT_EQ(log_, "readable ");
}

TEST_F(ClientSocketTest, WhatCannotBeWatchedIsClosedAndAnError) {
  std::string path = ::testing::TempDir() + "client-socket.XXXXXX";
  const int file = ::mkstemp(path.data());
  ASSERT_GE(file, 0);
  ::unlink(path.c_str());
  EXPECT_THROW(ClientSocket(poller_, file), boost::system::system_error);
  EXPECT_EQ(::fcntl(file, F_GETFD), -1);
}

}  // namespace
}  // namespace kaudit::apiserver::http
