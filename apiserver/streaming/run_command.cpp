#include "apiserver/streaming/run_command.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/streaming/taken_connection.hpp"
#include "audit/status.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::streaming {
namespace {

using process::Clock;
using process::Process;

constexpr auto kStreamCreation = std::chrono::seconds(30);  // kubelet's streamCreationTimeout
constexpr auto kLastWords = std::chrono::seconds(10);
constexpr std::size_t kMaxInbox = std::size_t{64} * 1024;
constexpr std::size_t kMaxHeldBack = std::size_t{64} * 1024;
constexpr std::size_t kMaxSizeText = 1024;

/// What the client has sent and the process has not taken yet.
class Inbox {
 public:
  bool empty() const noexcept { return items_.empty(); }
  bool has_room() const noexcept { return bytes_ < kMaxInbox && items_.size() < kMaxItems; }

  void add(std::vector<CommandStreams::Input> input) {
    for (CommandStreams::Input& each : input) {
      bytes_ += each.data.size();
      items_.push_back(std::move(each));
    }
  }

  /// Gives the process what it takes. True: it has taken something.
  bool deliver(Process& process) {
    bool moved = false;
    while (!items_.empty()) {
      CommandStreams::Input& item = items_.front();
      if (item.role == Role::Resize) {
        resize(process, item.data);
        item.data.clear();
      } else if (!item.data.empty()) {
        const std::size_t size = process.take(item.data);
        item.data.erase(0, size);
        bytes_ -= size;
        moved = moved || size > 0;
        if (!item.data.empty()) return moved;
      }
      if (item.ends && item.role == Role::Stdin) process.end_input();
      moved = true;
      items_.pop_front();
    }
    return moved;
  }

 private:
  static constexpr std::size_t kMaxItems = 4096;

  void resize(Process& process, std::string_view text) {
    bytes_ -= text.size();
    size_text_ += text;
    process::TerminalSize size;
    while (take_terminal_size(size_text_, size)) process.resize(size);
    if (size_text_.size() > kMaxSizeText) size_text_.clear();
  }

  std::deque<CommandStreams::Input> items_;
  std::size_t bytes_ = 0;
  std::string size_text_;
};

void read_input(TakenConnection& connection, CommandStreams& streams, Inbox& inbox) {
  while (inbox.has_room() && !streams.over() && connection.feed(streams)) {
    inbox.add(streams.take_input());
  }
}

/// Gives the client the time to make its streams, unless it has sent something in them.
boost::asio::awaitable<void> client_is_ready(TakenConnection& connection, CommandStreams& streams,
                                             Inbox& inbox) {
  const auto ready = Clock::now() + streams.making_time();
  while (Clock::now() < ready && inbox.empty() && !connection.cancelled() && !streams.over()) {
    co_await connection.sleep_until(ready);
    read_input(connection, streams, inbox);
  }
}

/// False: the client has not opened them all in time, or has gone.
boost::asio::awaitable<bool> streams_are_there(TakenConnection& connection, CommandStreams& streams,
                                               Inbox& inbox) {
  const auto patience = Clock::now() + kStreamCreation;
  for (;;) {
    read_input(connection, streams, inbox);
    co_await connection.write(streams.take_output());
    if (streams.complete()) {
      co_await client_is_ready(connection, streams, inbox);
      co_return true;
    }
    if (connection.cancelled() || streams.over() || Clock::now() >= patience) co_return false;
    co_await connection.sleep_until(patience);
  }
}

/// Sends what a client's window still holds back.
boost::asio::awaitable<void> flush(TakenConnection& connection, CommandStreams& streams) {
  const auto patience = Clock::now() + kLastWords;
  Inbox dropped;
  for (;;) {
    co_await connection.write(streams.take_output());
    if (streams.held_back() == 0 || connection.cancelled() || streams.over() ||
        Clock::now() >= patience) {
      co_return;
    }
    co_await connection.sleep_until(patience);
    read_input(connection, streams, dropped);
  }
}

/// True: the process has exited.
boost::asio::awaitable<bool> run(TakenConnection& connection, CommandStreams& streams,
                                 Process& process, Inbox& inbox) {
  for (;;) {
    read_input(connection, streams, inbox);
    const bool moved = inbox.deliver(process);
    Process::State state = Process::State::Waits;
    if (streams.held_back() < kMaxHeldBack) {
      process::Output output;
      state = process.run(Clock::now(), output);
      // What went wrong first: a client may leave once its output is whole, as kubectl cp does.
      if (!output.err.empty()) streams.write(Role::Stderr, output.err);
      if (!output.out.empty()) streams.write(Role::Stdout, output.out);
    }
    co_await connection.write(streams.take_output());
    if (state == Process::State::Exited) co_return true;
    if (connection.cancelled() || streams.over()) co_return false;
    if (state == Process::State::Busy || moved) {
      // The others on this thread have their turn.
      co_await boost::asio::post(connection.executor(), boost::asio::use_awaitable);
    } else {
      co_await connection.sleep_until(process.wakes_at());
    }
  }
}

audit::Status failure_status(const std::string& message) {
  audit::Status status;
  status.status = "Failure";
  status.message = message;
  return status;
}

audit::Status internal_error_status(const Process& process, const CommandWords& words) {
  std::string why = words.request == CommandWords::Request::Exec
                        ? "error executing command in container: "
                        : "error attaching to container: ";
  why += process.failure();
  audit::Status status = failure_status("Internal error occurred: " + why);
  status.reason = "InternalError";
  status.code = 500;
  if (words.speaker == CommandWords::Speaker::Translator) {
    status.details.emplace().causes.push_back({"", status.message, ""});
    status.message = "Internal error occurred: " + status.message;
  }
  return status;
}

audit::Status exit_code_status(const Process& process, const CommandWords& words) {
  const std::string code = std::to_string(process.exit_code());
  const std::string why =
      words.speaker == CommandWords::Speaker::Translator
          ? "command terminated with exit code " + code
          : "error executing command [" + joined(words.argv, " ") + "], exit code " + code;
  audit::Status status = failure_status("command terminated with non-zero exit code: " + why);
  status.reason = "NonZeroExitCode";
  status.details.emplace().causes.push_back({"ExitCode", code, ""});
  return status;
}

audit::Status end_status(const Process& process, const CommandWords& words) {
  if (!process.failure().empty()) return internal_error_status(process, words);
  // What an attached process exits with is nobody's answer.
  if (process.exit_code() != 0 && words.request == CommandWords::Request::Exec) {
    return exit_code_status(process, words);
  }
  audit::Status status;
  status.status = "Success";
  return status;
}

}  // namespace

std::string command_end(const Process& process, StatusForm form, const CommandWords& words) {
  const audit::Status status = end_status(process, words);
  if (form == StatusForm::Message) return status.message;
  std::string json;
  append_json(json, status);
  return json;
}

bool take_terminal_size(std::string& text, process::TerminalSize& size) {
  const std::size_t end = text.find('}');
  if (end == std::string::npos) return false;
  const std::string_view object = std::string_view(text).substr(0, end);
  const auto number = [object](std::string_view name) {
    const std::size_t at = object.find(name);
    std::uint16_t value = 0;
    if (at == std::string_view::npos) return value;
    const std::size_t digits = object.find_first_not_of(" \t:", at + name.size());
    if (digits == std::string_view::npos) return value;
    std::from_chars(object.data() + digits, object.data() + object.size(), value);
    return value;
  };
  size = {number("\"Width\""), number("\"Height\"")};
  text.erase(0, end + 1);
  return true;
}

boost::asio::awaitable<void> run_command(RequestScope& scope,
                                         std::unique_ptr<CommandStreams> streams,
                                         process::ProcessPtr process, WantedStreams wanted,
                                         CommandWords words) {
  TakenConnection connection(scope);
  Inbox inbox;
  const bool there = co_await streams_are_there(connection, *streams, inbox);
  if (there) {
    if (!wanted.in) process->end_input();
    const bool exited = co_await run(connection, *streams, *process, inbox);
    if (exited) streams->write(Role::Error, command_end(*process, streams->status_form(), words));
  }
  streams->close();
  co_await flush(connection, *streams);
}

}  // namespace kaudit::apiserver::streaming
