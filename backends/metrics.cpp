#include "backends/metrics.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace kaudit::backends {
namespace {

using audit::Distribution;
using audit::Figure;
using audit::Report;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricType type_of(Figure::Kind kind) {
  switch (kind) {
    case Figure::Kind::Counter:
      return MetricType::Counter;
    case Figure::Kind::Gauge:
      return MetricType::Gauge;
    case Figure::Kind::Histogram:
      return MetricType::Histogram;
  }
  return MetricType::Untyped;
}

/// The family of that name; families are in the order of their first figure.
MetricFamily& family(std::vector<MetricFamily>& families, std::string_view name,
                     std::string_view help, MetricType type) {
  const auto found = std::find_if(families.begin(), families.end(),
                                  [name](const MetricFamily& known) { return known.name == name; });
  if (found != families.end()) return *found;
  MetricFamily& made = families.emplace_back();
  made.name = name;
  made.help = help;
  made.type = type;
  return made;
}

ClientMetric& add_metric(MetricFamily& to, const Report& report) {
  ClientMetric& metric = to.metric.emplace_back();
  metric.label = {{"backend", report.backend}};
  return metric;
}

/// Prometheus' buckets hold what the ones before them hold too.
ClientMetric::Histogram histogram_of(const Distribution& distribution) {
  ClientMetric::Histogram shown;
  for (std::size_t i = 0; i < distribution.buckets.size(); ++i) {
    shown.sample_count += distribution.buckets[i];
    if (i < distribution.bounds.size()) {
      shown.bucket.push_back({shown.sample_count, distribution.bounds[i]});
    }
  }
  shown.sample_sum = distribution.sum;
  return shown;
}

void add_figure(std::vector<MetricFamily>& families, const Report& report, const Figure& figure) {
  ClientMetric& metric =
      add_metric(family(families, figure.name, figure.help, type_of(figure.kind)), report);
  switch (figure.kind) {
    case Figure::Kind::Counter:
      metric.counter.value = figure.value;
      break;
    case Figure::Kind::Gauge:
      metric.gauge.value = figure.value;
      break;
    case Figure::Kind::Histogram:
      metric.histogram = histogram_of(figure.distribution);
      break;
  }
}

void add_losses(std::vector<MetricFamily>& families, const Report& report) {
  for (const audit::Loss& loss : report.losses) {
    ClientMetric& metric =
        add_metric(family(families, "audit_lost_events_total",
                          "Events that the backend did not get or deliver.", MetricType::Counter),
                   report);
    metric.label.push_back({"reason", std::string(loss.reason)});
    metric.counter.value = static_cast<double>(loss.events);
  }
}

}  // namespace

std::vector<MetricFamily> metrics_of(const std::vector<Report>& reports) {
  std::vector<MetricFamily> families;
  for (const Report& report : reports) {
    for (const Figure& figure : report.figures) add_figure(families, report, figure);
  }
  for (const Report& report : reports) add_losses(families, report);
  return families;
}

}  // namespace kaudit::backends
