#include "apiserver/nonresource/metrics_page.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace kaudit::apiserver::nonresource {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Label = ClientMetric::Label;

MetricFamily family(std::string name, std::string help, MetricType type) {
  MetricFamily made;
  made.name = std::move(name);
  made.help = std::move(help);
  made.type = type;
  return made;
}

void add_counter(MetricFamily& to, double value, std::vector<Label> labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = value;
  to.metric.push_back(std::move(metric));
}

void add_gauge(MetricFamily& to, double value) {
  ClientMetric metric;
  metric.gauge.value = value;
  to.metric.push_back(std::move(metric));
}

double count(std::uint64_t value) { return static_cast<double>(value); }

void add_audit(std::vector<MetricFamily>& families, const audit::Counters& counters) {
  MetricFamily errors = family(
      "apiserver_audit_error_total",
      "[ALPHA] Counter of audit events that failed to be audited properly. Plugin identifies the "
      "plugin affected by the error.",
      MetricType::Counter);
  for (const auto& [plugin, number] : counters.errors()) {
    add_counter(errors, count(number), {{"plugin", plugin}});
  }
  if (!errors.metric.empty()) families.push_back(std::move(errors));

  MetricFamily events =
      family("apiserver_audit_event_total",
             "[ALPHA] Counter of audit events generated and sent to the audit backend.",
             MetricType::Counter);
  add_counter(events, count(counters.events()));
  families.push_back(std::move(events));

  MetricFamily levels = family("apiserver_audit_level_total",
                               "[ALPHA] Counter of policy levels for audit events (1 per request).",
                               MetricType::Counter);
  for (const audit::Level level : {audit::Level::Metadata, audit::Level::None,
                                   audit::Level::Request, audit::Level::RequestResponse}) {
    const std::uint64_t number = counters.level(level);
    // As in a real server a level appears with its first request.
    if (number > 0) {
      add_counter(levels, count(number), {{"level", std::string(to_string(level))}});
    }
  }
  if (!levels.metric.empty()) families.push_back(std::move(levels));

  MetricFamily rejected = family(
      "apiserver_audit_requests_rejected_total",
      "[ALPHA] Counter of apiserver requests rejected due to an error in audit logging backend.",
      MetricType::Counter);
  add_counter(rejected, count(counters.rejected()));
  families.push_back(std::move(rejected));
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total_pages = 0;
  double resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void add_process(std::vector<MetricFamily>& families) {
  MetricFamily cpu =
      family("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.",
             MetricType::Counter);
  add_counter(cpu, cpu_seconds());
  families.push_back(std::move(cpu));
  MetricFamily memory =
      family("process_resident_memory_bytes", "Resident memory size in bytes.", MetricType::Gauge);
  add_gauge(memory, resident_bytes());
  families.push_back(std::move(memory));
}

}  // namespace

std::string metrics_text(const audit::Counters& counters, std::vector<MetricFamily> of_backends) {
  std::vector<MetricFamily> families;
  add_audit(families, counters);
  std::move(of_backends.begin(), of_backends.end(), std::back_inserter(families));
  add_process(families);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace kaudit::apiserver::nonresource
