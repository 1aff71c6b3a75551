#include "backends/metrics.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace kaudit::backends {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

double count(std::uint64_t value) { return static_cast<double>(value); }

/// Gathers families; one that no output has a figure for is left out.
class Families {
 public:
  /// The figures that follow are of this family.
  void family(std::string name, std::string help, MetricType type) {
    MetricFamily& made = families_.emplace_back();
    made.name = std::move(name);
    made.help = std::move(help);
    made.type = type;
  }

  void add(const Output& output, double value, Labels more = {}) {
    ClientMetric& metric = add_metric(output, std::move(more));
    if (families_.back().type == MetricType::Counter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
  }

  void add(const Output& output, const Histogram& histogram) {
    ClientMetric::Histogram& shown = add_metric(output, {}).histogram;
    const std::vector<std::uint64_t> buckets = histogram.buckets();
    for (std::size_t i = 0; i < buckets.size(); ++i) {
      shown.sample_count += buckets[i];
      if (i < histogram.bounds().size()) {
        shown.bucket.push_back({shown.sample_count, histogram.bounds()[i]});
      }
    }
    shown.sample_sum = histogram.sum();
  }

  std::vector<MetricFamily> take() {
    std::erase_if(families_, [](const MetricFamily& family) { return family.metric.empty(); });
    return std::move(families_);
  }

 private:
  ClientMetric& add_metric(const Output& output, Labels more) {
    ClientMetric& metric = families_.back().metric.emplace_back();
    metric.label = {{"backend", output.name}};
    for (auto& label : more) metric.label.push_back(std::move(label));
    return metric;
  }

  std::vector<MetricFamily> families_;
};

/// A figure of one part of an output: `part` leads to the part, null where there is none.
template <typename Part, typename Figure>
void add_each(Families& families, const Pipeline& pipeline, Part part, Figure figure,
              std::string name, std::string help, MetricType type) {
  families.family(std::move(name), std::move(help), type);
  for (const Output& output : pipeline.outputs) {
    if (output.*part != nullptr) families.add(output, figure(*(output.*part)));
  }
}

void add_queues(Families& families, const Pipeline& pipeline) {
  const auto gauge = [&](const char* name, const char* help, auto figure) {
    add_each(
        families, pipeline, &Output::queue,
        [figure](const QueueFigures& queue) { return count(figure(queue)); }, name, help,
        MetricType::Gauge);
  };
  gauge("audit_queue_events", "Events that wait before the backend.",
        [](const QueueFigures& queue) { return queue.waiting.load(); });
  gauge("audit_queue_capacity_events", "Events that may wait before the backend.",
        [](const QueueFigures& queue) { return queue.capacity; });
  gauge("audit_queue_bytes", "Memory of the events that wait or are being delivered.",
        [](const QueueFigures& queue) { return queue.held_bytes.load(); });
  gauge("audit_queue_capacity_bytes",
        "Memory that the events that wait or are being delivered may take; 0: unbounded.",
        [](const QueueFigures& queue) { return queue.capacity_bytes; });
  gauge("audit_in_flight_batches", "Batches that are being delivered.",
        [](const QueueFigures& queue) { return queue.batches_in_flight.load(); });
  gauge("audit_in_flight_events", "Events that are being delivered.",
        [](const QueueFigures& queue) { return queue.events_in_flight.load(); });
  families.family("audit_batch_events", "Events in a batch.", MetricType::Histogram);
  for (const Output& output : pipeline.outputs) {
    if (output.queue != nullptr) families.add(output, output.queue->batch_events);
  }
}

void add_deliveries(Families& families, const Pipeline& pipeline) {
  families.family("audit_delivery_duration_seconds",
                  "How long the backend took for a batch, retries included.",
                  MetricType::Histogram);
  for (const Output& output : pipeline.outputs) {
    if (output.queue != nullptr) {
      families.add(output, output.queue->delivery_seconds);
    } else if (output.delivery != nullptr) {
      families.add(output, output.delivery->seconds);
    }
  }
  const auto counter = [&](const char* name, const char* help,
                           std::atomic<std::uint64_t> DeliveryFigures::*figure) {
    add_each(
        families, pipeline, &Output::delivery,
        [figure](const DeliveryFigures& delivery) { return count((delivery.*figure).load()); },
        name, help, MetricType::Counter);
  };
  counter("audit_delivered_events_total", "Events that the receiver took.",
          &DeliveryFigures::delivered_events);
  counter("audit_delivered_bytes_total", "Bytes of lists that the receiver took.",
          &DeliveryFigures::delivered_bytes);
  counter("audit_retries_total", "Requests that failed and were tried again.",
          &DeliveryFigures::retries);
}

void add_truncation(Families& families, const Pipeline& pipeline) {
  const auto counter = [&](const char* name, const char* help,
                           std::atomic<std::uint64_t> TruncateFigures::*figure) {
    add_each(
        families, pipeline, &Output::truncate,
        [figure](const TruncateFigures& truncate) { return count((truncate.*figure).load()); },
        name, help, MetricType::Counter);
  };
  counter("audit_truncated_events_total", "Events that lost their bodies for being too large.",
          &TruncateFigures::truncated);
  counter("audit_split_batches_total", "Batches that were too large and cut in two.",
          &TruncateFigures::splits);
}

void add_log(Families& families, const Pipeline& pipeline) {
  const auto counter = [&](const char* name, const char* help,
                           std::atomic<std::uint64_t> LogFigures::*figure) {
    add_each(
        families, pipeline, &Output::log,
        [figure](const LogFigures& log) { return count((log.*figure).load()); }, name, help,
        MetricType::Counter);
  };
  counter("audit_log_rotations_total", "Files that were moved aside.", &LogFigures::rotations);
  counter("audit_log_rotation_failures_total", "Files that could not be moved aside.",
          &LogFigures::rotation_failures);
  counter("audit_log_removed_files_total", "Rotated files that were removed.",
          &LogFigures::removed);
  counter("audit_log_compressed_files_total", "Rotated files that were compressed.",
          &LogFigures::compressed);
  counter("audit_log_upkeep_failures_total",
          "Rotated files that could not be removed or compressed.", &LogFigures::upkeep_failures);
  counter("audit_log_sync_failures_total", "Failures to force the log to the disk.",
          &LogFigures::sync_failures);
}

void add_losses(Families& families, const Pipeline& pipeline, const audit::Counters& counters) {
  families.family("audit_lost_events_total", "Events that the backend did not get or deliver.",
                  MetricType::Counter);
  for (const Output& output : pipeline.outputs) {
    for (const Loss& loss : losses_of(output, counters)) {
      families.add(output, count(loss.events), {{"reason", std::string(loss.reason)}});
    }
  }
}

}  // namespace

std::vector<MetricFamily> metrics_of(const Pipeline& pipeline, const audit::Counters& counters) {
  Families families;
  add_queues(families, pipeline);
  add_deliveries(families, pipeline);
  add_losses(families, pipeline, counters);
  add_truncation(families, pipeline);
  add_log(families, pipeline);
  return families.take();
}

}  // namespace kaudit::backends
