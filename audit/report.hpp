#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::audit {

/// How often a value was how large.
struct Distribution {
  std::span<const double> bounds;        ///< the buckets' upper ones, ascending; constants
  std::vector<std::uint64_t> buckets{};  ///< of each bucket alone; the last has no bound
  double sum = 0;
};

/// One number of a backend, as metrics show it.
struct Figure {
  enum class Kind : std::uint8_t { Counter, Gauge, Histogram };
  Kind kind = Kind::Counter;
  std::string_view name;  ///< of the metric; a constant, like `help`
  std::string_view help;
  double value = 0;
  Distribution distribution{};  ///< of a histogram
};

struct Loss {
  std::string_view reason;  ///< as the label of a metric has it; a constant
  std::uint64_t events = 0;
};

/// What a backend says about itself (Backend::report): metrics and accounts are made from this
/// alone. A decorator adds its own and passes the report on to its delegate; of two figures with
/// one name the first counts, which is the outer one's. A value, filled by one thread.
struct Report {
  std::string backend;  ///< its name: `log`, `webhook`, …; set by the innermost
  std::vector<Figure> figures{};
  std::vector<Loss> losses{};   ///< by every reason there may be, 0 too
  std::uint64_t pending = 0;    ///< events that are held: they wait or are being delivered
  std::vector<Report> parts{};  ///< of a union, which has nothing to say of its own

  void counter(std::string_view name, std::string_view help, std::uint64_t value);
  void gauge(std::string_view name, std::string_view help, std::uint64_t value);
  void histogram(std::string_view name, std::string_view help, Distribution distribution);
  void lost(std::string_view reason, std::uint64_t events) { losses.push_back({reason, events}); }

  std::uint64_t lost_events() const noexcept;

 private:
  void add(Figure figure);
};

class Backend;

/// The report of a backend, or those of the backends that a union unites. Any thread.
std::vector<Report> reports_of(const Backend& backend);

}  // namespace kaudit::audit
