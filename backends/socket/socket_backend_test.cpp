#include "backends/socket/socket_backend.hpp"

#include <filesystem>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/report.hpp"
#include "backends/audit_options.hpp"
#include "backends/pipeline.hpp"
#include "backends/socket/socket_options.hpp"
#include "backends/testing/backend_fixtures.hpp"

namespace kaudit::backends {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Listens on a path; the test reads connections one after the other.
class Listener {
 public:
  explicit Listener(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const bool listens =
        ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::listen(socket_.get(), 8) == 0;
    if (!listens) throw std::runtime_error("cannot listen on " + path);
  }

  Descriptor accept() { return Descriptor(::accept(socket_.get(), nullptr, nullptr)); }

  /// What comes on a connection, up to so many bytes or its end.
  static std::string read(const Descriptor& connection, std::size_t bytes) {
    std::string text(bytes, '\0');
    const ssize_t got = ::recv(connection.get(), text.data(), bytes, MSG_WAITALL);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
  }

 private:
  Descriptor socket_;
};

struct SocketTest : ::testing::Test {
  testing::TemporaryFolder folder;
  testing::CapturedLog log;
  audit::Counters counters;
  testing::ManualClock clock;
  testing::StepObserver observer;
  const std::string path = folder.path("s");
  SocketBackend backend{
      path, {.counters = counters, .trace = {&observer, "socket"}}, clock.clock()};

  bool process(const std::string& id) { return backend.process(std::vector{testing::event(id)}); }
  std::uint64_t lost(std::string_view reason) const {
    const audit::Report report = audit::reports_of(backend).front();
    for (const audit::Loss& loss : report.losses) {
      if (loss.reason == reason) return loss.events;
    }
    return 0;
  }
};

TEST_F(SocketTest, SendsALineForEachEvent) {
  Listener listener(path);
  const std::string lines =
      testing::json_line(testing::event("a")) + testing::json_line(testing::event("b"));
  EXPECT_TRUE(backend.process(std::vector{testing::event("a"), testing::event("b")}));
  EXPECT_EQ(Listener::read(listener.accept(), lines.size()), lines);
  EXPECT_THAT(observer.steps(),
              ElementsAre("socket acknowledged a attempt 1", "socket acknowledged b attempt 1"));
}

TEST_F(SocketTest, WithoutAListenerEventsAreLostAndTriesGetRarer) {
  EXPECT_FALSE(process("a"));
  EXPECT_THAT(log.take(), HasSubstr("dial unix " + path + ": connect: no such file or directory"));
  Listener listener(path);
  EXPECT_FALSE(process("b")) << "it is not tried again at once";
  clock.now += SocketBackend::kFirstPause;
  EXPECT_TRUE(process("c"));
  EXPECT_EQ(lost("not_connected"), 2U);
  EXPECT_EQ(counters.errors()["socket"], 2U);
  EXPECT_EQ(audit::reports_of(backend).front().lost_events(), 2U);
}

TEST_F(SocketTest, ThePauseDoublesUpToABoundAndReopenEndsIt) {
  for (auto pause = SocketBackend::kFirstPause; pause <= SocketBackend::kLongestPause; pause *= 2) {
    EXPECT_FALSE(process("a"));  // fails, and makes the pause
    clock.now += pause;
  }
  EXPECT_FALSE(process("b"));
  Listener listener(path);
  clock.now += SocketBackend::kLongestPause - std::chrono::milliseconds(1);
  EXPECT_FALSE(process("c"));
  EXPECT_TRUE(backend.reopen().has_value());
  EXPECT_TRUE(process("d"));
}

TEST_F(SocketTest, ABrokenConnectionIsMadeAnewAndNothingIsLost) {
  Listener listener(path);
  EXPECT_TRUE(process("a"));
  listener.accept();  // and closed
  EXPECT_TRUE(process("b"));
  const std::string line = testing::json_line(testing::event("b"));
  EXPECT_EQ(Listener::read(listener.accept(), line.size()), line);
  EXPECT_EQ(observer.steps(), (std::vector<std::string>{"socket acknowledged a attempt 1",
                                                        "socket retried b attempt 2",
                                                        "socket acknowledged b attempt 2"}));
}

TEST_F(SocketTest, ReopenTakesANewListener) {
  auto listener = std::make_unique<Listener>(path);
  EXPECT_TRUE(process("a"));
  std::filesystem::remove(path);
  Listener second(path);
  EXPECT_TRUE(backend.reopen().has_value());
  EXPECT_TRUE(process("b"));
  const std::string line = testing::json_line(testing::event("b"));
  EXPECT_EQ(Listener::read(second.accept(), line.size()), line);
}

TEST_F(SocketTest, GivingUpCutsTheWaitForAListenerThatDoesNotRead) {
  Listener listener(path);
  std::atomic<int> calls{0};
  std::thread sender([&] {
    while (process(std::string(100'000, 'x'))) ++calls;  // until there is no room
  });
  const Descriptor connection = listener.accept();
  backend.give_up();
  sender.join();
  EXPECT_EQ(lost("shutdown"), 1U);
  EXPECT_EQ(audit::reports_of(backend).front().figures.front().value, calls.load());
}

TEST_F(SocketTest, WhatComesAfterShutdownIsLost) {
  Listener listener(path);
  EXPECT_TRUE(process("a"));
  backend.shutdown();
  EXPECT_FALSE(process("b"));
  EXPECT_EQ(lost("shutdown"), 1U);
}

TEST_F(SocketTest, FlagsMakeIt) {
  Listener listener(path);
  AuditOptions options;
  FlagSet flags;
  options.add_flags(flags);
  EXPECT_TRUE(flags
                  .parse({"--audit-socket-path=" + path, "--audit-socket-mode=batch",
                          "--audit-policy-file=p"})
                  .empty());
  const auto pipeline = build_pipeline(options, counters).value();
  EXPECT_EQ(pipeline->describe(), "buffered<socket>");
  ASSERT_TRUE(pipeline->start().has_value());
  pipeline->process(std::vector{testing::event("a")});
  pipeline->shutdown();
  const std::string line = testing::json_line(testing::event("a"));
  EXPECT_EQ(Listener::read(listener.accept(), line.size()), line);
  EXPECT_EQ(audit::reports_of(*pipeline).front().backend, "socket");
}

TEST_F(SocketTest, APathThatNoSocketCanHaveIsRefused) {
  AuditOptions options;
  options.of<SocketOptions>().path = std::string(108, 'x');
  ASSERT_EQ(options.validate().size(), 1U);
  EXPECT_EQ(options.validate()[0].message,
            "--audit-socket-path is longer than the 107 bytes that the path of a socket may have");
}

}  // namespace
}  // namespace kaudit::backends
