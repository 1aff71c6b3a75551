#include "apiserver/objects/validate/cron_schedule.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/text/ascii.hpp"
#include "base/text/duration.hpp"
#include "base/text/integer.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

struct Bounds {
  std::int64_t min;
  std::int64_t max;
  std::span<const std::string_view> names = {};  ///< from min on
};

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kDays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr Bounds kFields[] = {{0, 59}, {0, 23}, {1, 31}, {1, 12, kMonths}, {0, 6, kDays}};
constexpr std::pair<std::string_view, std::string_view> kDescriptors[] = {
    {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"},
    {"@weekly", "0 0 * * 0"}, {"@daily", "0 0 * * *"},    {"@midnight", "0 0 * * *"},
    {"@hourly", "0 * * * *"}};

Result<std::int64_t> read_number(std::string_view text) {
  const auto number = parse_int64(text);
  if (!number) {
    const std::string_view why =
        number.error() == IntegerError::Syntax ? "invalid syntax" : "value out of range";
    return fail("failed to parse int from " + std::string(text) + ": strconv.Atoi: parsing " +
                go_quoted(text) + ": " + std::string(why));
  }
  if (*number < 0) {
    return fail("negative number (" + std::to_string(*number) +
                ") not allowed: " + std::string(text));
  }
  return *number;
}

Result<std::int64_t> read_bound(std::string_view text, const Bounds& bounds) {
  const std::string name = lower_case(text);
  for (std::size_t i = 0; i < bounds.names.size(); ++i) {
    if (bounds.names[i] == name) return bounds.min + static_cast<std::int64_t>(i);
  }
  return read_number(text);
}

struct Range {
  std::uint64_t values = 0;
  bool any = false;  // a star without a step
};

// `*`, `1`, `1-5`, each with `/2` behind it.
Result<Range> read_range(std::string_view text, const Bounds& bounds) {
  const auto parts = split(text, '/');
  const auto ends = split(parts[0], '-');
  std::int64_t start = bounds.min;
  std::int64_t end = bounds.max;
  Range range;
  range.any = ends[0] == "*" || ends[0] == "?";
  if (!range.any) {
    const auto first = read_bound(ends[0], bounds);
    if (!first) return tl::unexpected(first.error());
    start = end = *first;
    if (ends.size() > 2) return fail("too many hyphens: " + std::string(text));
    if (ends.size() == 2) {
      const auto last = read_bound(ends[1], bounds);
      if (!last) return tl::unexpected(last.error());
      end = *last;
    }
  }
  std::int64_t step = 1;
  if (parts.size() > 2) return fail("too many slashes: " + std::string(text));
  if (parts.size() == 2) {
    const auto given = read_number(parts[1]);
    if (!given) return tl::unexpected(given.error());
    step = *given;
    if (ends.size() == 1) end = bounds.max;
  }
  const auto wrong = [text](const std::string& what, std::int64_t value, const char* relation,
                            std::int64_t limit) {
    return fail(what + " (" + std::to_string(value) + ") " + relation + " (" +
                std::to_string(limit) + "): " + std::string(text));
  };
  if (start < bounds.min) return wrong("beginning of range", start, "below minimum", bounds.min);
  if (end > bounds.max) return wrong("end of range", end, "above maximum", bounds.max);
  if (start > end) return wrong("beginning of range", start, "beyond end of range", end);
  if (step == 0) return fail("step of range should be a positive number: " + std::string(text));
  for (std::int64_t value = start; value <= end; value += std::min(step, bounds.max + 1)) {
    range.values |= std::uint64_t{1} << static_cast<unsigned>(value);
  }
  range.any = range.any && step == 1;
  return range;
}

Result<CronSchedule> read_every(std::string_view text) {
  constexpr std::string_view kEvery = "@every ";
  if (!text.starts_with(kEvery)) return fail("unrecognized descriptor: " + std::string(text));
  const auto every = parse_duration(text.substr(kEvery.size()));
  if (every) {
    CronSchedule schedule;
    schedule.every =
        std::max(std::chrono::seconds(1), std::chrono::duration_cast<std::chrono::seconds>(*every));
    return schedule;
  }
  return fail("failed to parse duration " + std::string(text) + ": " + every.error().message);
}

std::vector<std::string_view> words(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\n\v\f\r";
  std::vector<std::string_view> list;
  for (;;) {
    const std::size_t begin = text.find_first_not_of(kSpaces);
    if (begin == std::string_view::npos) return list;
    text.remove_prefix(begin);
    const std::size_t end = text.find_first_of(kSpaces);
    list.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return list;
    text.remove_prefix(end);
  }
}

}  // namespace

Result<CronSchedule> read_cron_schedule(std::string_view schedule) {
  // A time zone in front is the caller's to refuse.
  if (schedule.starts_with("TZ=") || schedule.starts_with("CRON_TZ=")) {
    const std::size_t end = schedule.find(' ');
    if (end == std::string_view::npos) {
      return fail("invalid schedule format: runtime error: slice bounds out of range [:-1]");
    }
    schedule.remove_prefix(end + 1);
  }
  for (const auto& [descriptor, meaning] : kDescriptors) {
    if (schedule == descriptor) return read_cron_schedule(meaning);
  }
  if (schedule.starts_with('@')) return read_every(schedule);
  const auto fields = words(schedule);
  if (fields.size() != std::size(kFields)) {
    return fail("expected exactly 5 fields, found " + std::to_string(fields.size()) + ": [" +
                joined(fields, " ") + "]");
  }
  CronSchedule read;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (const std::string_view text : split(fields[i], ',')) {
      if (text.empty()) continue;
      const auto range = read_range(text, kFields[i]);
      if (!range) return tl::unexpected(range.error());
      read.fields[i] |= range->values;
      if (i == CronSchedule::DayOfMonth) read.any_day_of_month |= range->any;
      if (i == CronSchedule::Weekday) read.any_weekday |= range->any;
    }
  }
  return read;
}

}  // namespace kaudit::apiserver::objects::validate
