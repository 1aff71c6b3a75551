// Faults as JSON.
#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "apiserver/testapi/fault.hpp"
#include "base/text/duration.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::testapi {
namespace {

using objects::Json;
using Reset = FaultAction::Reset;
using Bookmarks = WatchFault::Bookmarks;

constexpr std::size_t kMaxTexts = 1'000;  // in one list

constexpr std::pair<Reset, std::string_view> kResets[] = {
    {Reset::Before, "before"}, {Reset::After, "after"}, {Reset::MidBody, "mid-body"}};
constexpr std::pair<Bookmarks, std::string_view> kBookmarks[] = {{Bookmarks::Dropped, "drop"},
                                                                 {Bookmarks::Repeated, "repeat"}};

using Lists = std::pair<std::string_view, std::vector<std::string> FaultMatch::*>;
constexpr Lists kLists[] = {
    {"users", &FaultMatch::users},         {"userGroups", &FaultMatch::user_groups},
    {"verbs", &FaultMatch::verbs},         {"apiGroups", &FaultMatch::api_groups},
    {"resources", &FaultMatch::resources}, {"namespaces", &FaultMatch::namespaces},
    {"names", &FaultMatch::names},         {"paths", &FaultMatch::paths},
};

template <typename Table>
std::string choices_of(const Table& table) {
  std::string text;
  for (const auto& [value, name] : table) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

/// Reads the members of an object, and complains about the first thing that is wrong.
class Reader {
 public:
  Reader(const Json& object, std::string place) : json_(object), place_(std::move(place)) {
    if (json_.object() == nullptr) complain("", "must be an object");
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  const Json* member(std::string_view name) {
    known_.push_back(name);
    const Json* found = json_.find(name);
    return found == nullptr || found->is_null() ? nullptr : found;
  }
  std::string text(std::string_view name) {
    const Json* found = member(name);
    if (found == nullptr) return "";
    if (found->string() == nullptr) complain(name, "must be a string");
    return found->string() == nullptr ? "" : *found->string();
  }
  std::vector<std::string> texts(std::string_view name) {
    std::vector<std::string> list;
    const Json* found = member(name);
    if (found == nullptr) return list;
    if (found->array() == nullptr || found->array()->size() > kMaxTexts) {
      complain(name, "must be a list of at most " + std::to_string(kMaxTexts) + " strings");
      return list;
    }
    for (const Json& one : *found->array()) {
      if (one.string() == nullptr) {
        complain(name, "must be a list of strings, [\"a\", \"b\"]");
        return list;
      }
      list.push_back(*one.string());
    }
    return list;
  }
  std::optional<std::uint64_t> whole(std::string_view name, std::uint64_t low, std::uint64_t high) {
    const Json* found = member(name);
    if (found == nullptr) return std::nullopt;
    std::uint64_t value = 0;
    const std::string_view text =
        found->number() == nullptr ? "" : std::string_view(found->number()->text);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < low ||
        value > high) {
      complain(name, "must be a whole number from " + std::to_string(low) + " to " +
                         std::to_string(high));
    }
    return value;
  }
  bool flag(std::string_view name) {
    const Json* found = member(name);
    if (found == nullptr) return false;
    if (found->boolean() == nullptr) complain(name, "must be true or false");
    return found->boolean() != nullptr && *found->boolean();
  }
  template <typename Table, typename Value>
  void choice(std::string_view name, const Table& table, Value& value) {
    const Json* found = member(name);
    if (found == nullptr) return;
    for (const auto& [one, word] : table) {
      if (found->string() != nullptr && *found->string() == word) {
        value = one;
        return;
      }
    }
    complain(name, "must be one of " + choices_of(table));
  }
  void complain(std::string_view name, const std::string& why) {
    if (!error_.empty()) return;
    error_ = place_ + (place_.empty() || name.empty() ? "" : ".") + std::string(name);
    error_ += (error_.empty() ? "the fault " : ": ") + why;
  }
  /// Complains about what was not asked for.
  void refuse_others() {
    if (json_.object() != nullptr) {
      for (const Json::Member& one : *json_.object()) {
        if (std::find(known_.begin(), known_.end(), one.name) == known_.end()) {
          complain(one.name, "is not known here; there are " + joined(known_, ", "));
        }
      }
    }
  }
  Result<void> done() {
    refuse_others();
    if (!error_.empty()) return fail(error_);
    return {};
  }

 private:
  const Json& json_;
  const std::string place_;
  std::vector<std::string_view> known_;
  std::string error_;
};

Result<FaultMatch> read_match(const Json& json) {
  FaultMatch match;
  Reader reader(json, "match");
  for (const auto& [name, list] : kLists) match.*list = reader.texts(name);
  if (const Json* share = reader.member("share")) {
    const std::string_view text =
        share->number() == nullptr ? "" : std::string_view(share->number()->text);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), match.share);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() ||
        !(match.share > 0 && match.share <= 1)) {
      reader.complain("share", "must be a number above 0, at most 1");
    }
  }
  if (auto done = reader.done(); !done) return tl::unexpected(done.error());
  return match;
}

Result<WatchFault> read_watch(const Json& json) {
  WatchFault watch;
  Reader reader(json, "action.watch");
  watch.cut_after = reader.whole("cutAfter", 0, 1'000'000'000);
  watch.gone = reader.flag("gone");
  reader.choice("bookmarks", kBookmarks, watch.bookmarks);
  reader.refuse_others();
  if (!watch.cut_after && !watch.gone && watch.bookmarks == Bookmarks::Kept) {
    reader.complain("", "needs cutAfter, gone or bookmarks");
  }
  if (auto done = reader.done(); !done) return tl::unexpected(done.error());
  return watch;
}

Result<FaultAction> read_action(const Json& json) {
  FaultAction action;
  Reader reader(json, "action");
  action.status = static_cast<int>(reader.whole("status", 400, 599).value_or(0));
  action.reason = reader.text("reason");
  action.message = reader.text("message");
  if (const auto seconds = reader.whole("retryAfter", 0, 86'400)) {
    action.retry_after = static_cast<std::int32_t>(*seconds);
  }
  if (const std::string delay = reader.text("delay"); !delay.empty()) {
    const auto parsed = parse_duration(delay);
    if (!parsed || parsed->count() < 0 || *parsed > kLongestDelay) {
      reader.complain("delay", go_quoted(delay) + " must be a duration from 0s to 10m");
    } else {
      action.delay = *parsed;
    }
  }
  reader.choice("reset", kResets, action.reset);
  if (const Json* watch = reader.member("watch")) {
    auto read = read_watch(*watch);
    if (!read) return tl::unexpected(read.error());
    action.watch = *read;
  }
  action.hold_resource_version = reader.flag("holdResourceVersion");
  reader.refuse_others();
  const int ends = (action.status != 0 ? 1 : 0) + (action.reset != Reset::None ? 1 : 0) +
                   (action.watch ? 1 : 0) + (action.hold_resource_version ? 1 : 0);
  if (ends > 1) reader.complain("", "can have one of status, reset, watch, holdResourceVersion");
  if (ends == 0 && action.delay.count() == 0) {
    reader.complain("", "needs one of status, delay, reset, watch, holdResourceVersion");
  }
  if (action.status == 0 &&
      (action.retry_after || !action.reason.empty() || !action.message.empty())) {
    reader.complain("status", "is needed where reason, message or retryAfter are given");
  }
  if (auto done = reader.done(); !done) return tl::unexpected(done.error());
  return action;
}

Json whole_json(std::uint64_t value) { return Json(Json::Number{std::to_string(value)}); }

Json match_json(const FaultMatch& match) {
  Json json{Json::Object()};
  for (const auto& [name, list] : kLists) {
    const std::vector<std::string>& texts = match.*list;
    if (texts.empty()) continue;
    Json::Array array;
    for (const std::string& text : texts) array.emplace_back(text);
    json.set(name, Json(std::move(array)));
  }
  if (match.share != 1) {
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, match.share);
    if (error == std::errc()) json.set("share", Json(Json::Number{std::string(text, end)}));
  }
  return json;
}

Json watch_json(const WatchFault& watch) {
  Json json{Json::Object()};
  if (watch.cut_after) json.set("cutAfter", whole_json(*watch.cut_after));
  if (watch.gone) json.set("gone", Json(true));
  for (const auto& [value, name] : kBookmarks) {
    if (watch.bookmarks == value) json.set("bookmarks", Json(name));
  }
  return json;
}

Json action_json(const FaultAction& action) {
  Json json{Json::Object()};
  if (action.status != 0) json.set("status", whole_json(static_cast<std::uint64_t>(action.status)));
  if (!action.reason.empty()) json.set("reason", Json(action.reason));
  if (!action.message.empty()) json.set("message", Json(action.message));
  if (action.retry_after) json.set("retryAfter", Json(std::int64_t{*action.retry_after}));
  if (action.delay.count() != 0) json.set("delay", Json(duration_text(action.delay)));
  for (const auto& [value, name] : kResets) {
    if (action.reset == value) json.set("reset", Json(name));
  }
  if (action.watch) json.set("watch", watch_json(*action.watch));
  if (action.hold_resource_version) json.set("holdResourceVersion", Json(true));
  return json;
}

}  // namespace

Result<Fault> read_fault(const Json& json) {
  Fault fault;
  Reader reader(json, "");
  fault.id = reader.text("id");
  fault.times = reader.whole("times", 1, 1'000'000'000'000);
  const Json* match = reader.member("match");
  const Json* action = reader.member("action");
  if (action == nullptr) {
    reader.complain("action", "is missing: say what goes wrong, {\"status\": 503} for instance");
  }
  // What the server itself says of a fault may come back in one.
  for (const std::string_view own : {"hits", "remaining"}) static_cast<void>(reader.member(own));
  if (auto done = reader.done(); !done) return tl::unexpected(done.error());
  if (match != nullptr) {
    auto read = read_match(*match);
    if (!read) return tl::unexpected(read.error());
    fault.match = *std::move(read);
  }
  auto read = read_action(*action);
  if (!read) return tl::unexpected(read.error());
  fault.action = *std::move(read);
  return fault;
}

Json fault_json(const Fault& fault) {
  Json json{Json::Object()};
  json.set("id", Json(fault.id));
  json.set("match", match_json(fault.match));
  if (fault.times) json.set("times", whole_json(*fault.times));
  json.set("action", action_json(fault.action));
  return json;
}

}  // namespace kaudit::apiserver::testapi
