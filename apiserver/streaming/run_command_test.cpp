#include "apiserver/streaming/run_command.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "apiserver/streaming/process/builtins.hpp"
#include "apiserver/streaming/spdy/testing/spdy_client.hpp"
#include "apiserver/streaming/testing/upgraded.hpp"
#include "apiserver/streaming/testing/websocket_client.hpp"
#include "apiserver/streaming/upgrade_answer.hpp"

namespace kaudit::apiserver::streaming {
namespace {

using testing::client_frame;
using testing::on_channel;
using testing::spdy_request;
using testing::Upgraded;
using testing::websocket_request;

constexpr std::uint8_t kBinaryFrame = 2;

Upgraded::Handler running(const std::vector<std::string>& argv, WantedStreams wanted) {
  return [argv, wanted](RequestScope& scope) {
    process::Surroundings in;
    in.files = std::make_shared<process::FileTree>(
        std::make_shared<process::FileBudget>(process::FileTree::kMaxBytes));
    CommandWords words;
    words.argv = argv;
    return answer_command(scope, wanted, process::start(argv, in), words);
  };
}

constexpr WantedStreams kOutputs{.in = false, .out = true, .err = true};
constexpr WantedStreams kAll{.in = true, .out = true, .err = true};

TEST(RunCommand, WritesOutputsAndTheExitCode) {
  Upgraded exec(websocket_request("v5.channel.k8s.io"),
                running({"sh", "-c", "echo out; echo err >&2; exit 3"}, kOutputs));
  EXPECT_TRUE(exec.ends());
  EXPECT_TRUE(exec.head().starts_with("HTTP/1.1 101 "));
  EXPECT_EQ(on_channel(exec.sent(), 1), "out\n");
  EXPECT_EQ(on_channel(exec.sent(), 2), "err\n");
  EXPECT_EQ(on_channel(exec.sent(), 3),
            R"({"metadata":{},"status":"Failure","message":"command terminated with non-zero exit )"
            R"(code: command terminated with exit code 3","reason":"NonZeroExitCode","details":)"
            R"({"causes":[{"reason":"ExitCode","message":"3"}]}})");
  EXPECT_EQ(testing::server_frames(exec.sent()).back().payload, "\x03\xe8");
}

TEST(RunCommand, TellsTheEndInTheWordsOfTheProtocol) {
  const auto status = [](const std::string& protocol, const std::string& script) {
    Upgraded exec(websocket_request(protocol), running({"sh", "-c", script}, kOutputs));
    EXPECT_TRUE(exec.ends());
    return on_channel(exec.sent(), 3);
  };
  EXPECT_EQ(status("v4.channel.k8s.io", "true"), R"({"metadata":{},"status":"Success"})");
  EXPECT_EQ(status("channel.k8s.io", "true"), "");
  EXPECT_EQ(status("channel.k8s.io", "exit 2"),
            "command terminated with non-zero exit code: error executing command [sh -c exit 2], "
            "exit code 2");
}

TEST(RunCommand, GivesStdinToTheProcessUntilItEnds) {
  Upgraded exec(websocket_request("v5.channel.k8s.io"), running({"cat"}, kAll));
  exec.send(client_frame(kBinaryFrame, std::string("\0one\n", 5)));
  EXPECT_EQ(on_channel(exec.sent(), 1), "one\n");
  EXPECT_FALSE(exec.done());
  exec.send(client_frame(kBinaryFrame, std::string("\xff\0", 2)));
  EXPECT_TRUE(exec.done());
  EXPECT_EQ(on_channel(exec.sent(), 3), R"({"metadata":{},"status":"Success"})");
}

TEST(RunCommand, MovesMoreThanAnyBufferHolds) {
  Upgraded exec(websocket_request("v5.channel.k8s.io"), running({"cat"}, kAll));
  std::string got;
  for (int i = 0; i < 100; ++i) {
    exec.send(client_frame(kBinaryFrame, std::string(1, '\0') + std::string(30'000, 'x')));
    got += on_channel(exec.take_sent(), 1);
  }
  EXPECT_EQ(got, std::string(3'000'000, 'x'));
}

TEST(RunCommand, EndsWhenTheClientLeavesSaysGoodbyeOrTheServerStops) {
  for (const bool goodbye : {false, true}) {
    Upgraded exec(websocket_request("v5.channel.k8s.io"), running({"sleep", "1000"}, kOutputs));
    EXPECT_FALSE(exec.done());
    if (goodbye) {
      exec.send(client_frame(8, "\x03\xe8"));
    } else {
      exec.leave();
      exec.go_on();
    }
    EXPECT_TRUE(exec.done());
    EXPECT_EQ(on_channel(exec.sent(), 3), "");
  }
}

TEST(RunCommand, OverSpdyWaitsForTheStreamsAndEndsThem) {
  Upgraded exec(spdy_request("v5.channel.k8s.io, v4.channel.k8s.io"), running({"cat"}, kAll));
  EXPECT_NE(exec.head().find("\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n"),
            std::string::npos);
  spdy::testing::Client client;
  std::uint32_t id = 1;
  for (const char* type : {"error", "stdin", "stdout", "stderr"}) {
    exec.send(client.open(id, {{"streamtype", type}}));
    client.receive(exec.take_sent());
    EXPECT_TRUE(client.streams[id].replied) << type;
    id += 2;
  }
  exec.send(spdy::testing::Client::data(3, "hello"));
  client.receive(exec.take_sent());
  EXPECT_EQ(client.streams[5].data, "hello");
  exec.send(spdy::testing::Client::data(3, "", 1));
  client.receive(exec.take_sent());
  EXPECT_TRUE(exec.done());
  EXPECT_EQ(client.streams[1].data, R"({"metadata":{},"status":"Success"})");
  for (const std::uint32_t stream : {1U, 5U, 7U}) EXPECT_TRUE(client.streams[stream].finished);
  EXPECT_TRUE(client.gone_away);
}

TEST(RunCommand, ResizesATerminal) {
  WantedStreams wanted = kAll;
  wanted.tty = true;
  Upgraded exec(websocket_request("v4.channel.k8s.io"), running({"resizes", "2"}, wanted));
  exec.send(client_frame(kBinaryFrame, "\x04{\"Width\":80,\"Height\":24}"));
  exec.send(client_frame(kBinaryFrame, "\x04{\"Width\":100,\"Height\":30}"));
  EXPECT_TRUE(exec.done());
  EXPECT_EQ(on_channel(exec.sent(), 1), "80x24\n100x30\n");
}

TEST(RunCommand, ReadsSizesFromWhateverComes) {
  std::string text = "{\"Width\": 80,\"Height\":24}{\"Width\":99999999}x}{\"Wid";
  process::TerminalSize size;
  ASSERT_TRUE(take_terminal_size(text, size));
  EXPECT_EQ(size.width, 80);
  EXPECT_EQ(size.height, 24);
  ASSERT_TRUE(take_terminal_size(text, size));
  EXPECT_EQ(size.width, 0);
  ASSERT_TRUE(take_terminal_size(text, size));
  EXPECT_FALSE(take_terminal_size(text, size));
  EXPECT_EQ(text, "{\"Wid");
}

std::string refusal(http::Request request, WantedStreams wanted = kOutputs) {
  Upgraded exec(std::move(request), running({"true"}, wanted));
  EXPECT_TRUE(exec.done());
  EXPECT_EQ(exec.sent(), "");
  return exec.head();
}

TEST(RunCommand, RefusesProtocolsThatItDoesNotSpeak) {
  EXPECT_EQ(refusal(websocket_request("v9.channel.k8s.io")), "HTTP/1.1 403 Forbidden\r\n\r\n");
  const std::string spdy = refusal(spdy_request("v9.channel.k8s.io"));
  EXPECT_TRUE(
      spdy.starts_with("HTTP/1.1 403 Forbidden\r\n"
                       "X-Accepted-Stream-Protocol-Versions: v4.channel.k8s.io\r\n"));
  EXPECT_TRUE(spdy.ends_with(
      "unable to upgrade: unable to negotiate protocol: client supports [v9.channel.k8s.io], "
      "server accepts [v4.channel.k8s.io v3.channel.k8s.io v2.channel.k8s.io channel.k8s.io]\n"));
  http::Request h2c = spdy_request("");
  h2c.headers.set("Upgrade", "h2c");
  EXPECT_TRUE(refusal(h2c).starts_with("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_TRUE(refusal(websocket_request("v5.channel.k8s.io"), {})
                  .ends_with("you must specify at least 1 of stdin, stdout, stderr\n"));
}

}  // namespace
}  // namespace kaudit::apiserver::streaming
