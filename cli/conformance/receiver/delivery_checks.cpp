#include <string>
#include <thread>
#include <vector>

#include "cli/conformance/receiver/receiver_run.hpp"

namespace kaudit::cli {
namespace {

constexpr std::size_t kParallel = 16;
constexpr std::size_t kManyConnections = 60;

/// Events that together have about so many bytes.
std::vector<std::string> sized_events(EventMaker& maker, std::size_t count, std::size_t bytes) {
  EventParts parts;
  parts.level = "RequestResponse";
  parts.verb = "create";
  parts.middle += R"("requestObject":{"kind":"Secret","data":{"filler":")" +
                  std::string(bytes / count, 'f') + "\"}},";
  return maker.events(count, parts);
}

void check_empty_lists(ReceiverRun& run) {
  if (!run.wanted("batches.empty")) return;
  for (const char* const items : {"[]", "null"}) {
    const auto delivery = run.target().post(
        R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":)" +
        std::string(items) + "}\n");
    run.look_at(delivery);
    if (!delivery.delivered()) {
      run.report().fail("batches.empty", std::string("items ") + items + ": " + *delivery.failure);
      return;
    }
  }
  run.report().pass("batches.empty");
}

/// Decides a check about batches that are sent twice: here whether they are taken, later whether
/// they are stored once.
void leave_to_stored(ReceiverRun& run, std::string_view check) {
  if (!run.stored().is_given()) {
    run.report().skip(check, "--verify-file or --verify-command would tell");
  }
}

}  // namespace

void check_batches(ReceiverRun& run) {
  EventMaker& maker = run.maker();
  run.deliver("batches.one", {maker.event()});
  if (run.wanted("batches.four-hundred")) {
    run.deliver("batches.four-hundred", maker.events(400));
  }
  if (run.wanted("batches.ten-megabytes")) {
    run.deliver("batches.ten-megabytes", sized_events(maker, 200, 10'000'000));
  }
  if (run.wanted("batches.forty-megabytes")) {
    run.deliver("batches.forty-megabytes", sized_events(maker, 400, 40'000'000));
  }
  check_empty_lists(run);
}

void check_idempotency(ReceiverRun& run) {
  if (!run.any_wanted({"idempotency.accepted-again", "idempotency.same-batch",
                       "idempotency.other-batch", "idempotency.reused-ids"})) {
    return;
  }
  EventMaker& maker = run.maker();
  const auto first = maker.events(5);
  std::string failure;
  for (int i = 0; i < 2 && failure.empty(); ++i) {
    failure = run.send("idempotency.same-batch", first).failure.value_or("");
  }
  const auto other = maker.events(2);
  if (failure.empty()) {
    failure = run.send("idempotency.other-batch", other).failure.value_or("");
  }
  if (failure.empty()) {
    // Among new ones, and not in the same order.
    failure = run.send("idempotency.other-batch", {maker.event(), other[1], other[0]})
                  .failure.value_or("");
  }
  if (failure.empty()) {
    run.report().pass("idempotency.accepted-again");
  } else {
    run.report().fail("idempotency.accepted-again", failure);
  }
  EventParts reused;
  reused.audit_id = "kit-" + maker.run() + "-reused";
  run.send("idempotency.reused-ids", {maker.event(reused)});
  reused.verb = "delete";
  reused.uri = "/api/v1/namespaces/default/secrets/all-of-them";
  reused.shift_seconds = 5;
  run.send("idempotency.reused-ids", {maker.event(reused)});
  for (const char* const check :
       {"idempotency.same-batch", "idempotency.other-batch", "idempotency.reused-ids"}) {
    leave_to_stored(run, check);
  }
}

void check_order(ReceiverRun& run) {
  EventMaker& maker = run.maker();
  if (run.wanted("order.late-received")) {
    EventParts parts;
    parts.audit_id = "kit-" + maker.run() + "-late";
    const std::string complete = maker.event(parts);
    parts.stage = "RequestReceived";
    parts.shift_seconds = -1;
    parts.middle.clear();
    const auto before = run.send("order.late-received", {complete});
    if (before.delivered()) {
      run.deliver("order.late-received", {maker.event(parts)});
    } else {
      run.report().fail("order.late-received", *before.failure);
    }
  }
  if (run.wanted("order.old-events")) {
    EventParts old;
    old.shift_seconds = -3600;
    EventParts ahead;
    ahead.shift_seconds = 300;
    run.deliver("order.old-events", {maker.event(ahead), maker.event(old)});
  }
}

namespace {

void check_parallel(ReceiverRun& run) {
  struct Sender {
    std::vector<std::string> events;
    ReceiverTarget::Delivery delivery;
    std::thread thread;
  };
  std::vector<Sender> senders(kParallel);
  for (Sender& sender : senders) sender.events = run.maker().events(20);
  for (Sender& sender : senders) {
    sender.thread = std::thread(
        [&run, &sender] { sender.delivery = run.target().post(EventMaker::list(sender.events)); });
  }
  std::size_t failed = 0;
  std::string failure;
  for (Sender& sender : senders) {
    sender.thread.join();
    run.look_at(sender.delivery);
    const bool taken = sender.delivery.delivered();
    run.note("concurrency.parallel", sender.events,
             taken ? Standing::Acknowledged : Standing::Uncertain);
    if (taken) continue;
    ++failed;
    failure = *sender.delivery.failure;
  }
  if (failed == 0) {
    run.report().pass("concurrency.parallel");
  } else {
    run.report().fail("concurrency.parallel", std::to_string(failed) + " of " +
                                                  std::to_string(kParallel) +
                                                  " were not taken: " + failure);
  }
}

/// All are connected and have sent before the first is answered.
std::string failure_of_many(ReceiverRun& run) {
  ReceiverTarget& target = run.target();
  struct Open {
    std::vector<std::string> events;
    WireStream stream;
  };
  std::vector<Open> all;
  const auto failed = [&all](const std::string& why) {
    return "connection " + std::to_string(all.size() + 1) + ": " + why;
  };
  for (std::size_t i = 0; i < kManyConnections; ++i) {
    std::vector<std::string> events{run.maker().event()};
    const std::string body = EventMaker::list(events);
    auto stream = target.connect();
    if (!stream) return failed(stream.error().message);
    const auto head = target.head(body.size());
    if (!head) return failed(head.error().message);
    const Wire wire = stream->write(*head + body, target.within(std::chrono::seconds(10)));
    if (wire != Wire::Done) return failed(std::string(text(wire)));
    all.push_back({std::move(events), std::move(*stream)});
  }
  std::string failure;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto answer = target.read_answer(all[i].stream, std::chrono::seconds(30));
    const bool taken = answer && answer->status >= 200 && answer->status < 300;
    run.note("concurrency.connections", all[i].events,
             taken ? Standing::Acknowledged : Standing::Uncertain);
    if (taken || !failure.empty()) continue;
    failure = "connection " + std::to_string(i + 1) + ": " +
              (answer ? "answered " + std::to_string(answer->status) : answer.error().message);
  }
  return failure;
}

}  // namespace

void check_concurrency(ReceiverRun& run) {
  if (run.wanted("concurrency.parallel")) check_parallel(run);
  if (!run.wanted("concurrency.connections")) return;
  if (run.target().config().proxy) {
    run.report().skip("concurrency.connections", "the kubeconfig has a proxy-url");
    return;
  }
  const std::string failure = failure_of_many(run);
  if (failure.empty()) {
    run.report().pass("concurrency.connections");
  } else {
    run.report().fail("concurrency.connections", failure);
  }
}

}  // namespace kaudit::cli
