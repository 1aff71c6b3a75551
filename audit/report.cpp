#include "audit/report.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "audit/sink.hpp"

namespace kaudit::audit {
namespace {

void flatten(Report report, std::vector<Report>& into) {
  if (report.parts.empty()) {
    into.push_back(std::move(report));
    return;
  }
  for (Report& part : report.parts) flatten(std::move(part), into);
}

}  // namespace

void Report::counter(std::string_view name, std::string_view help, std::uint64_t value) {
  add({.kind = Figure::Kind::Counter,
       .name = name,
       .help = help,
       .value = static_cast<double>(value)});
}

void Report::gauge(std::string_view name, std::string_view help, std::uint64_t value) {
  add({.kind = Figure::Kind::Gauge,
       .name = name,
       .help = help,
       .value = static_cast<double>(value)});
}

void Report::histogram(std::string_view name, std::string_view help, Distribution distribution) {
  add({.kind = Figure::Kind::Histogram,
       .name = name,
       .help = help,
       .distribution = std::move(distribution)});
}

void Report::add(Figure figure) {
  const bool known = std::any_of(figures.begin(), figures.end(),
                                 [&](const Figure& other) { return other.name == figure.name; });
  if (!known) figures.push_back(std::move(figure));
}

std::uint64_t Report::lost_events() const noexcept {
  std::uint64_t events = 0;
  for (const Loss& loss : losses) events += loss.events;
  return events;
}

std::vector<Report> reports_of(const Backend& backend) {
  Report report;
  backend.report(report);
  std::vector<Report> reports;
  flatten(std::move(report), reports);
  return reports;
}

}  // namespace kaudit::audit
