#include "cli/receiver/receiver_figures.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/text/duration.hpp"
#include "cli/policy/figures.hpp"
#include "cli/text_table.hpp"

namespace kaudit::cli {
namespace {

constexpr std::size_t kMostTries = 4096;  // different batches among which a retry is found
constexpr std::size_t kMostSources = 100;

std::string lag_text(std::int64_t microseconds) {
  return duration_text(std::chrono::microseconds(microseconds));
}

}  // namespace

void ReceiverFigures::count_try(const BatchRecord& record) {
  auto [found, fresh] = tries_.try_emplace(record.hash);
  Tries& tries = found->second;
  if (fresh) {
    tries.order = batches_;
    tries_in_order_[batches_] = record.hash;
  }
  ++tries.count;
  most_tries_ = std::max(most_tries_, tries.count);
  if (tries.count == 2) ++retried_batches_;
  if (tries.count > 1) ++retries_;
  while (tries_.size() > kMostTries) {
    tries_.erase(tries_in_order_.begin()->second);
    tries_in_order_.erase(tries_in_order_.begin());
  }
}

void ReceiverFigures::add(const BatchRecord& record) {
  ++batches_;
  if (first_time_.empty()) first_time_ = record.time;
  last_time_ = record.time;
  if (record.status >= 200 && record.status < 300) ++accepted_;
  if (!record.fault.empty()) ++on_command_;
  bytes_ += record.bytes;
  largest_bytes_ = std::max(largest_bytes_, record.bytes);
  largest_events_ = std::max(largest_events_, record.events);
  events_ += record.events;
  stored_ += record.stored;
  duplicates_ += record.duplicates;
  unordered_ += record.unordered;
  ++statuses_[record.status];
  if (record.stored > 0 && (sources_.size() < kMostSources || sources_.contains(record.source))) {
    sources_[record.source] += record.stored;
  }
  if (record.stored > 0 && record.lag >= 0) lag_.add(record.lag);
  if (!record.hash.empty()) count_try(record);
}

nlohmann::ordered_json ReceiverFigures::json() const {
  using Json = nlohmann::ordered_json;
  Json statuses = Json::object();
  for (const auto& [status, count] : statuses_) {
    statuses[status == 0 ? "none" : std::to_string(status)] = count;
  }
  Json sources = Json::object();
  for (const auto& [source, count] : sources_) sources[source] = count;
  Json report{{"batches",
               {{"received", batches_},
                {"accepted", accepted_},
                {"refused", batches_ - accepted_},
                {"faulted", on_command_},
                {"bytes", bytes_},
                {"largestBytes", largest_bytes_},
                {"largestEvents", largest_events_}}},
              {"events",
               {{"received", events_},
                {"stored", stored_},
                {"duplicates", duplicates_},
                {"outOfOrder", unordered_}}},
              {"retries",
               {{"requests", retries_}, {"batches", retried_batches_}, {"mostTries", most_tries_}}},
              {"statuses", std::move(statuses)},
              {"sources", std::move(sources)},
              {"connections", connections_},
              {"tlsFailures", tls_failures_}};
  if (lag_.count() > 0) {
    report["lagMicroseconds"] = {
        {"p50", lag_.percentile(0.5)}, {"p99", lag_.percentile(0.99)}, {"largest", lag_.largest()}};
  }
  if (batches_ > 0) {
    report["firstBatch"] = first_time_;
    report["lastBatch"] = last_time_;
  }
  return report;
}

std::string ReceiverFigures::text() const {
  TextTable table;
  const auto row = [&table](const char* name, std::string value) {
    table.add_row({name, std::move(value)});
  };
  row("batches", grouped(batches_) + ", " + byte_text(bytes_) + ", the largest " +
                     byte_text(largest_bytes_) + " and " + counted(largest_events_, "event"));
  std::string answers;
  for (const auto& [status, count] : statuses_) {
    answers += (answers.empty() ? "" : ", ") + grouped(count) + " × " +
               (status == 0 ? "no answer" : std::to_string(status));
  }
  row("answers", answers.empty() ? "none" : answers);
  row("events stored", grouped(stored_));
  row("duplicates", grouped(duplicates_));
  row("out of order", grouped(unordered_));
  row("retries", grouped(retries_) + ", of different batches " + grouped(retried_batches_) +
                     "; one batch came " + counted(most_tries_, "time") + " at most");
  if (lag_.count() > 0) {
    row("lag", "half within " + lag_text(lag_.percentile(0.5)) + ", 99 % within " +
                   lag_text(lag_.percentile(0.99)) + ", the longest " + lag_text(lag_.largest()));
  }
  row("connections",
      grouped(connections_) +
          (tls_failures_ > 0 ? ", " + grouped(tls_failures_) + " TLS handshakes failed" : ""));
  for (const auto& [source, count] : sources_) {
    row("source", source + " (" + grouped(count) + " stored)");
  }
  std::string out;
  table.append_to(out);
  return out;
}

}  // namespace kaudit::cli
