#include <string>
#include <thread>
#include <vector>

#include "cli/conformance/receiver/receiver_run.hpp"
#include "cli/conformance/shell_run.hpp"

namespace kaudit::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kPieces = 20;
constexpr milliseconds kPiecePause{100};
constexpr int kProbesBesideASlowOne = 3;
constexpr seconds kOthersTime{5};
constexpr seconds kRestartTime{60};
constexpr milliseconds kAgainPause{200};

/// A batch on a connection of its own, as the bytes that are to be sent.
struct RawBatch {
  std::vector<std::string> events;
  std::string head;
  std::string body;
  std::string whole() const { return head + body; }
};

Result<RawBatch> raw_batch(ReceiverRun& run, std::size_t count) {
  RawBatch batch;
  batch.events = run.maker().events(count);
  batch.body = EventMaker::list(batch.events);
  auto head = run.target().head(batch.body.size());
  if (!head) return tl::unexpected(head.error());
  batch.head = std::move(*head);
  return batch;
}

Result<void> written(WireStream& stream, std::string_view bytes, const ReceiverTarget& target) {
  const Wire wire = stream.write(bytes, target.within(seconds(10)));
  if (wire == Wire::Done) return {};
  return fail("while sending: " + std::string(text(wire)));
}

Result<void> taken(ReceiverRun& run, WireStream& stream) {
  const auto answer = run.target().read_answer(stream, seconds(30));
  if (!answer) return fail("no answer: " + answer.error().message);
  if (answer->status >= 200 && answer->status < 300) return {};
  return fail("answered " + std::to_string(answer->status));
}

void decide(ReceiverRun& run, std::string_view check, const Result<void>& result) {
  if (result) {
    run.report().pass(check);
  } else {
    run.report().fail(check, result.error().message);
  }
}

Result<void> send_slowly(ReceiverRun& run) {
  auto batch = raw_batch(run, 10);
  if (!batch) return tl::unexpected(batch.error());
  auto stream = run.target().connect();
  if (!stream) return tl::unexpected(stream.error());
  const std::string all = batch->whole();
  Result<void> sent;
  for (std::size_t i = 0; i < kPieces && sent; ++i) {
    const std::size_t begin = all.size() * i / kPieces;
    const std::size_t end = all.size() * (i + 1) / kPieces;
    sent = written(*stream, std::string_view(all).substr(begin, end - begin), run.target());
    std::this_thread::sleep_for(kPiecePause);
  }
  if (sent) sent = taken(run, *stream);
  run.note("slow.sender", batch->events, sent ? Standing::Acknowledged : Standing::Uncertain);
  return sent;
}

/// Others are answered while half of a batch has come.
Result<void> others_go_on(ReceiverRun& run) {
  auto batch = raw_batch(run, 50);
  if (!batch) return tl::unexpected(batch.error());
  auto stream = run.target().connect();
  if (!stream) return tl::unexpected(stream.error());
  const std::size_t half = batch->body.size() / 2;
  auto sent = written(*stream, batch->head + batch->body.substr(0, half), run.target());
  if (!sent) return sent;
  // More than once: the first may come before the receiver has begun to read the half.
  std::string failure;
  for (int probe = 0; probe < kProbesBesideASlowOne && failure.empty(); ++probe) {
    std::this_thread::sleep_for(kPiecePause);
    failure = run.probe("slow.others-go-on", kOthersTime);
  }
  sent = written(*stream, batch->body.substr(half), run.target());
  if (sent) sent = taken(run, *stream);
  run.note("slow.others-go-on", batch->events, sent ? Standing::Acknowledged : Standing::Uncertain);
  if (failure.empty()) return {};
  return fail("while half of another batch had come: " + failure);
}

Result<void> break_off(ReceiverRun& run) {
  auto batch = raw_batch(run, 10);
  if (!batch) return tl::unexpected(batch.error());
  auto stream = run.target().connect();
  if (!stream) return tl::unexpected(stream.error());
  // Most events are there whole: a reader that stores what it has would store them.
  const std::size_t most = batch->body.size() * 3 / 4;
  auto sent = written(*stream, batch->head + batch->body.substr(0, most), run.target());
  if (!sent) return sent;
  stream->close_gently(run.target().within(seconds(2)));
  run.note("slow.half-request", batch->events, Standing::Refused);
  const std::string failure = run.probe("slow.half-request");
  if (failure.empty()) return {};
  return fail("afterwards a right batch is not taken: " + failure);
}

Result<void> keep_alive(ReceiverRun& run) {
  auto stream = run.target().connect();
  if (!stream) return tl::unexpected(stream.error());
  for (int i = 0; i < 2; ++i) {
    const auto batch = raw_batch(run, 1);
    if (!batch) return tl::unexpected(batch.error());
    auto sent = written(*stream, batch->whole(), run.target());
    const auto answer = sent ? run.target().read_answer(*stream, seconds(30))
                             : Result<RawAnswer>(tl::unexpected(sent.error()));
    const bool success = answer && answer->status >= 200 && answer->status < 300;
    run.note("connections.keep-alive", batch->events,
             success ? Standing::Acknowledged : Standing::Uncertain);
    if (!answer) {
      return fail((i == 0 ? "first batch: " : "second batch: ") + answer.error().message);
    }
    if (!success) return fail("answered " + std::to_string(answer->status));
    if (i == 0 && !answer->keeps_alive) return fail("the connection is closed after each answer");
  }
  return {};
}

Result<void> reconnect(ReceiverRun& run) {
  auto stream = run.target().connect();
  if (!stream) return tl::unexpected(stream.error());
  const auto batch = raw_batch(run, 1);
  if (!batch) return tl::unexpected(batch.error());
  auto sent = written(*stream, batch->whole(), run.target());
  if (sent) sent = taken(run, *stream);
  run.note("connections.reconnect", batch->events,
           sent ? Standing::Acknowledged : Standing::Uncertain);
  if (!sent) return sent;
  stream->reset();
  const std::string failure = run.probe("connections.reconnect");
  if (failure.empty()) return {};
  return fail("after a reset: " + failure);
}

using RawCheck = Result<void> (*)(ReceiverRun&);

void check_raw(ReceiverRun& run, std::string_view check, RawCheck raw) {
  if (!run.wanted(check)) return;
  if (run.target().config().proxy) {
    run.report().skip(check, "the kubeconfig has a proxy-url");
    return;
  }
  const auto result = raw(run);
  // Whether half a request was stored is seen at the end.
  if (check == "slow.half-request" && result && run.stored().is_given()) return;
  decide(run, check, result);
}

/// Empty once the receiver takes batches again.
std::string wait_for_receiver(ReceiverRun& run) {
  const auto end = std::chrono::steady_clock::now() + kRestartTime;
  for (;;) {
    std::string failure = run.probe("restart.comes-back");
    if (failure.empty() || std::chrono::steady_clock::now() > end) return failure;
    std::this_thread::sleep_for(kAgainPause);
  }
}

}  // namespace

void check_slow_senders(ReceiverRun& run) {
  check_raw(run, "slow.sender", send_slowly);
  check_raw(run, "slow.others-go-on", others_go_on);
  check_raw(run, "slow.half-request", break_off);
}

void check_connections(ReceiverRun& run) {
  check_raw(run, "connections.keep-alive", keep_alive);
  check_raw(run, "connections.reconnect", reconnect);
}

void check_restart(ReceiverRun& run) {
  CheckReport& report = run.report();
  const auto skip_all = [&report](const char* why) {
    for (const char* const check :
         {"restart.comes-back", "restart.nothing-forgotten", "restart.knows-again"}) {
      report.skip(check, why);
    }
  };
  if (!run.any_wanted({"restart.comes-back", "restart.nothing-forgotten", "restart.knows-again"})) {
    return;
  }
  if (run.restart_command().empty()) return skip_all("needs --restart-command");
  const auto before = run.maker().events(20);
  const auto again = run.maker().events(5);
  for (const auto& [check, events] :
       {std::pair("restart.nothing-forgotten", before), std::pair("restart.knows-again", again)}) {
    if (const auto sent = run.send(check, events); !sent.delivered()) {
      report.fail("restart.comes-back", "before the restart: " + *sent.failure);
      return skip_all("there was nothing to restart");
    }
  }
  const auto restarted = run_shell(run.restart_command(), "", kRestartTime);
  if (!restarted || *restarted != 0) {
    report.fail("restart.comes-back",
                restarted ? "--restart-command ended with exit code " + std::to_string(*restarted)
                          : restarted.error().message);
    return skip_all("the receiver was not restarted");
  }
  if (const std::string failure = wait_for_receiver(run); !failure.empty()) {
    report.fail("restart.comes-back", "not within a minute: " + failure);
    return skip_all("the receiver did not come back");
  }
  report.pass("restart.comes-back");
  run.send("restart.knows-again", again);
  if (!run.stored().is_given()) skip_all("--verify-file or --verify-command would tell");
}

}  // namespace kaudit::cli
