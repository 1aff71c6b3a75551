#include "apiserver/http/accept_failures.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <fcntl.h>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>

#include "apiserver/http/testing/tls_client.hpp"

namespace kaudit::apiserver::http::test {
namespace {

/// What goes to the default logger meanwhile, a line each. Any thread may log.
class CapturedLines {
 public:
  CapturedLines() : before_(spdlog::default_logger()) {
    auto logger = std::make_shared<spdlog::logger>("captured", sink_);
    logger->set_pattern("%v");
    spdlog::set_default_logger(logger);
  }
  ~CapturedLines() { spdlog::set_default_logger(before_); }
  CapturedLines(const CapturedLines&) = delete;
  CapturedLines& operator=(const CapturedLines&) = delete;
  std::string text() const {
    std::string text;
    for (const std::string& line : sink_->last_formatted()) text += line;
    return text;
  }

 private:
  const std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> sink_ =
      std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(100);
  std::shared_ptr<spdlog::logger> before_;
};

TEST(AcceptFailures, ABurstIsToldOnceAndEveryFailureCounted) {
  const CapturedLines lines;
  AcceptFailures failures;
  AcceptFailures::Clock::time_point now{};
  now += std::chrono::hours(1);
  const auto fail_often = [&] {
    for (int i = 0; i < 100; ++i) {
      failures.failed("too many open files", now += std::chrono::seconds(1));
    }
  };
  fail_often();
  EXPECT_EQ(failures.count(), 100U);
  const std::string told = lines.text();
  EXPECT_THAT(told, ::testing::StartsWith("Connections cannot be accepted: too many open files."));
  now += AcceptFailures::kQuiet;
  fail_often();
  EXPECT_EQ(failures.count(), 200U);
  EXPECT_EQ(lines.text(), told + told);
}

TEST(AcceptFailures, AServerWithoutDescriptorsCountsAndGoesOnWhenThereAreSome) {
  const CapturedLines lines;
  TestServer server(echo);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_GE(client, 0);
  const int next = ::dup(client);  // the lowest number that is free
  ::close(next);
  ASSERT_EQ(::fcntl(next, F_GETFD), -1);
  const rlimit none{static_cast<rlim_t>(next), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server->port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connected = ::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address);
  // The line comes after the count; nothing waits this long in a run that passes.
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (connected == 0 && lines.text().empty() && std::chrono::steady_clock::now() < limit) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(connected, 0);
  EXPECT_GE(server->accept_failures(), 1U);
  EXPECT_THAT(lines.text(), ::testing::HasSubstr("Connections cannot be accepted: "));

  EXPECT_EQ(Client(server->port()).ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status, "200 OK");
  ::close(client);
}

}  // namespace
}  // namespace kaudit::apiserver::http::test
