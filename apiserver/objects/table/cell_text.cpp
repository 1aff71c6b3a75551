#include "apiserver/objects/table/cell_text.hpp"

#include <algorithm>
#include <charconv>

#include "base/text/list.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::apiserver::objects::table {
namespace {

/// One step of a path: a member, and what is taken of the list that it is.
struct Step {
  std::string_view name;
  std::string_view index;  ///< `0`, `*`, `type=InternalIP`; "" without brackets
};

Step take_step(std::string_view& path) {
  path.remove_prefix(1);  // the dot
  const std::size_t end = std::min(path.find_first_of(".["), path.size());
  Step step{path.substr(0, end), {}};
  path.remove_prefix(end);
  if (!path.starts_with('[')) return step;
  const std::size_t close = path.find(']');
  step.index = path.substr(1, close - 1);
  path.remove_prefix(close + 1);
  return step;
}

const Json* item_of(const Json* list, std::string_view index) {
  const std::span<const Json> all = items(list);
  if (const std::size_t equals = index.find('='); equals != std::string_view::npos) {
    const std::string_view member = index.substr(0, equals);
    const std::string_view text = index.substr(equals + 1);
    const auto found =
        std::ranges::find_if(all, [&](const Json& item) { return item.text(member) == text; });
    return found == all.end() ? nullptr : &*found;
  }
  std::size_t position = 0;
  std::from_chars(index.data(), index.data() + index.size(), position);
  return position < all.size() ? &all[position] : nullptr;
}

bool parse_time(const Json* time, std::int64_t& seconds) {
  if (time == nullptr || time->string() == nullptr) return false;
  const auto parsed = parse_rfc3339(*time->string(), TimeForm::Time);
  if (parsed) seconds = parsed->seconds;
  return parsed.has_value();
}

std::string unit(std::int64_t value, const char* name) { return std::to_string(value) + name; }

/// `3d4h`; `3d` when the rest is 0.
std::string two_units(std::int64_t first, const char* name, std::int64_t rest,
                      const char* rest_name) {
  return unit(first, name) + (rest == 0 ? "" : unit(rest, rest_name));
}

std::string requirement_text(const Json& expression) {
  std::string key(expression.text("key"));
  const std::string_view op = expression.text("operator");
  if (op == "Exists") return key;
  if (op == "DoesNotExist") return "!" + key;
  std::vector<std::string> values = texts_at(expression, ".values");
  std::ranges::sort(values);
  return key + (op == "NotIn" ? " notin (" : " in (") + joined(values, ",") + ")";
}

}  // namespace

const Json* at(const Json& object, std::string_view path) {
  const Json* value = &object;
  while (!path.empty() && value != nullptr) {
    const Step step = take_step(path);
    value = value->find(step.name);
    if (!step.index.empty()) value = item_of(value, step.index);
  }
  return value;
}

std::string text_at(const Json& object, std::string_view path) {
  const Json* value = at(object, path);
  return value != nullptr && value->string() ? *value->string() : "";
}

std::vector<std::string> texts_at(const Json& object, std::string_view path) {
  std::string_view member;
  if (const std::size_t star = path.find("[*]"); star != std::string_view::npos) {
    member = path.substr(star + 3);
    path = path.substr(0, star);
  }
  std::vector<std::string> texts;
  for (const Json& item : items(at(object, path))) {
    const Json* value = member.empty() ? &item : at(item, member);
    if (value != nullptr && value->string()) texts.push_back(*value->string());
  }
  return texts;
}

std::int64_t number_at(const Json& object, std::string_view path) {
  const Json* value = at(object, path);
  std::int64_t number = 0;
  if (value != nullptr && value->number()) {
    const std::string_view text = value->number()->text;
    std::from_chars(text.data(), text.data() + text.size(), number);
  }
  return number;
}

bool has(const Json& object, std::string_view path) {
  const Json* value = at(object, path);
  return value != nullptr && !value->is_null();
}

std::span<Json> items(Json* list) noexcept {
  if (list == nullptr || list->array() == nullptr) return {};
  return *list->array();
}

std::span<const Json> items(const Json* list) noexcept { return items(const_cast<Json*>(list)); }

std::size_t count(const Json* value) noexcept {
  if (value == nullptr) return 0;
  if (value->array()) return value->array()->size();
  return value->object() ? value->object()->size() : 0;
}

std::string text_or_zero(const Json* value) {
  if (value == nullptr) return "0";
  if (value->number()) return value->number()->text;
  return value->string() ? *value->string() : "0";
}

std::string human_duration(std::int64_t seconds) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  constexpr std::int64_t kYear = 365 * kDay;
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 2 * kMinute) return unit(seconds, "s");
  const std::int64_t minutes = seconds / kMinute;
  if (minutes < 10) return two_units(minutes, "m", seconds % kMinute, "s");
  if (minutes < 3 * 60) return unit(minutes, "m");
  const std::int64_t hours = seconds / kHour;
  if (hours < 8) return two_units(hours, "h", minutes % 60, "m");
  if (hours < 48) return unit(hours, "h");
  const std::int64_t days = seconds / kDay;
  if (hours < 192) return two_units(days, "d", hours % 24, "h");
  if (seconds < 2 * kYear) return unit(days, "d");
  const std::int64_t years = seconds / kYear;
  if (seconds < 8 * kYear) return two_units(years, "y", days % 365, "d");
  return unit(years, "y");
}

bool seconds_between(const Json* from, const Json* to, std::int64_t& seconds) {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  if (!parse_time(from, begin) || !parse_time(to, end)) return false;
  seconds = end - begin;
  return true;
}

bool seconds_since(const Json* from, Timestamp now, std::int64_t& seconds) {
  std::int64_t begin = 0;
  if (!parse_time(from, begin)) return false;
  seconds = now.seconds - begin;
  return true;
}

std::string age(const Json* time, Timestamp now) {
  std::int64_t seconds = 0;
  return seconds_since(time, now, seconds) ? human_duration(seconds) : "<unknown>";
}

std::string first_three(std::span<const std::string> texts) {
  constexpr std::size_t kShown = 3;
  std::string out = joined(texts.first(std::min(texts.size(), kShown)), ",");
  if (texts.size() > kShown) out += " + " + std::to_string(texts.size() - kShown) + " more...";
  return out;
}

std::string labels_text(const Json* map) {
  std::vector<std::string> pairs;
  if (map != nullptr && map->object()) {
    for (const Json::Member& member : *map->object()) {
      pairs.push_back(member.name + "=" + (member.value.string() ? *member.value.string() : ""));
    }
  }
  if (pairs.empty()) return "<none>";
  std::ranges::sort(pairs);
  return joined(pairs, ",");
}

std::string selector_text(const Json* selector, std::string_view none) {
  std::vector<std::string> parts;
  if (selector != nullptr) {
    if (const Json* labels = selector->find("matchLabels"); count(labels) > 0) {
      for (const Json::Member& member : *labels->object()) {
        parts.push_back(member.name + "=" + (member.value.string() ? *member.value.string() : ""));
      }
    }
    for (const Json& expression : items(selector->find("matchExpressions"))) {
      parts.push_back(requirement_text(expression));
    }
  }
  if (parts.empty()) return std::string(none);
  std::ranges::sort(parts);
  return joined(parts, ",");
}

}  // namespace kaudit::apiserver::objects::table
