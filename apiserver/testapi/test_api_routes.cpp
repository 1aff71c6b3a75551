// What is under /kaudit/v1/: docs/testing.md.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "apiserver/testapi/json_answers.hpp"
#include "apiserver/testapi/test_api.hpp"
#include "audit/encoder.hpp"
#include "base/text/ascii.hpp"
#include "base/text/duration.hpp"
#include "base/text/moved_clock.hpp"
#include "base/text/quote.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::apiserver::testapi {
namespace {

using boost::asio::awaitable;
using objects::Json;

constexpr std::string_view kPrefix = "/kaudit/v1/";
constexpr std::size_t kMaxName = 63;

/// What a path names below a collection: `/faults/ID` is ID, `/faults` nothing.
std::optional<std::string_view> below(std::string_view path, std::string_view collection) {
  if (!path.starts_with(collection)) return std::nullopt;
  path.remove_prefix(collection.size());
  if (path.empty() || path == "/") return std::string_view();
  if (path.front() != '/') return std::nullopt;
  return path.substr(1);
}

bool is_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

Answer bad_name(const RequestScope& scope, std::string_view name) {
  return refuse(scope, 400, "BadRequest",
                go_quoted(name) + " is not a name: 1 to 63 letters, digits, '-', '_' and '.'");
}

Answer no_such_path(const RequestScope& scope) {
  return refuse(scope, 404, "NotFound",
                std::string(scope.info.path) +
                    " is not part of the test API: GET /kaudit/v1/openapi.json has what is");
}

Answer busy(const RequestScope& scope) {
  http::Headers headers;
  headers.set("Retry-After", "1");
  return status_answer(scope,
                       failure(503, "ServiceUnavailable",
                               "nothing was changed: writes that are under way, or another reset, "
                               "did not end within 10 seconds; try again"),
                       std::move(headers));
}

Json snapshot_json(const States::Named& named) {
  Json json{Json::Object()};
  json.set("name", Json(named.name));
  json.set("resourceVersion", Json(std::to_string(named.resource_version)));
  json.set("objects", number(named.objects.size()));
  return json;
}

Json restored_json(const States::Restored& restored) {
  Json json{Json::Object()};
  json.set("resourceVersion", Json(std::to_string(restored.resource_version)));
  json.set("changed", number(restored.changed));
  return json;
}

Json listed_json(const FaultRules::Listed& listed) {
  Json json = fault_json(listed.fault);
  json.set("hits", number(listed.hits));
  if (listed.fault.times) json.set("remaining", number(*listed.fault.times - listed.hits));
  return json;
}

Json items_json(Json::Array items) {
  Json json{Json::Object()};
  json.set("items", Json(std::move(items)));
  return json;
}

Json count_json(std::string_view name, std::uint64_t count) {
  Json json{Json::Object()};
  json.set(name, number(count));
  return json;
}

Json clock_json() {
  std::string now;
  append_rfc3339(now, Timestamp::now(), TimeForm::MicroTime);
  Json json{Json::Object()};
  json.set("now", Json(now));
  json.set("advanced", Json(duration_text(moved_clock())));
  return json;
}

/// What a reset leaves as it is; `keep` of its body.
struct Kept {
  bool events = false;
  bool faults = false;
  bool clock = false;
};

Result<Kept> read_kept(const Json& body) {
  Kept kept;
  for (const Json::Member& member : *body.object()) {
    if (member.name != "keep") return fail(member.name + " is not known here; keep is");
    const Json::Array* list = member.value.array();
    if (list == nullptr) return fail("keep must be a list of events, faults, clock");
    for (const Json& one : *list) {
      const std::string_view name = one.string() == nullptr ? "" : std::string_view(*one.string());
      if (name != "events" && name != "faults" && name != "clock") {
        return fail("keep must be a list of events, faults, clock");
      }
      kept.events |= name == "events";
      kept.faults |= name == "faults";
      kept.clock |= name == "clock";
    }
  }
  return kept;
}

}  // namespace

awaitable<Answer> TestApi::route(RequestScope& scope) {
  std::string_view path = scope.info.path;
  const std::string& method = scope.request().method;
  path.remove_prefix(std::min(path.size(), kPrefix.size()));
  if (path == "openapi.json") {
    if (method != "GET") co_return no_such_method(scope, "GET");
    co_return Answer::text(200, "application/json", std::string(openapi_document()));
  }
  if (path == "reset") co_return co_await reset(scope);
  if (path == "clock") co_return co_await clock(scope);
  if (path == "audit/events") co_return co_await events(scope);
  if (const auto rest = below(path, "snapshots")) co_return co_await snapshots(scope, *rest);
  if (const auto id = below(path, "faults")) co_return co_await faults(scope, *id);
  co_return no_such_path(scope);
}

awaitable<Answer> TestApi::reset(RequestScope& scope) {
  if (scope.request().method != "POST") co_return no_such_method(scope, "POST");
  const auto body = co_await read_json(scope);
  if (!body) co_return status_answer(scope, body.error());
  const auto kept = read_kept(*body);
  if (!kept) co_return refuse(scope, 400, "BadRequest", kept.error().message);
  const auto restored = co_await states_.reset();
  if (!restored) co_return busy(scope);
  if (!kept->faults) faults_.reset(restored->resource_version);
  if (!kept->clock) set_clock(std::chrono::nanoseconds(0));
  if (!kept->events) events_.clear();
  co_return json_answer(200, restored_json(*restored));
}

awaitable<Answer> TestApi::snapshots(RequestScope& scope, std::string_view rest) {
  const std::string& method = scope.request().method;
  if (rest.empty()) {
    if (method != "GET") co_return no_such_method(scope, "GET");
    Json::Array items;
    for (const States::Named& named : states_.list()) items.push_back(snapshot_json(named));
    co_return json_answer(200, items_json(std::move(items)));
  }
  const std::size_t slash = rest.find('/');
  const std::string_view name = rest.substr(0, slash);
  if (!is_name(name)) co_return bad_name(scope, name);
  const bool changes = method == "PUT" || method == "POST";
  if (slash == std::string_view::npos) {
    if (changes) {
      const auto named = states_.take(name);
      if (!named) co_return refuse(scope, 409, "Conflict", named.error().message);
      co_return json_answer(200, snapshot_json(*named));
    }
    if (method != "GET" && method != "DELETE") {
      co_return no_such_method(scope, "GET, PUT, POST, DELETE");
    }
    const auto named = states_.find(name);
    if (!named) co_return no_such(scope, "snapshot", name);
    if (method == "DELETE") states_.remove(name);
    co_return json_answer(200, snapshot_json(*named));
  }
  if (rest.substr(slash) != "/restore") co_return no_such_path(scope);
  if (!changes) co_return no_such_method(scope, "POST, PUT");
  const auto named = states_.find(name);
  if (!named) co_return no_such(scope, "snapshot", name);
  const auto restored = co_await states_.restore(named->objects);
  if (!restored) co_return busy(scope);
  co_return json_answer(200, restored_json(*restored));
}

awaitable<Answer> TestApi::faults(RequestScope& scope, std::string_view id) {
  const std::string& method = scope.request().method;
  if (method == "POST") {
    const auto body = co_await read_json(scope);
    if (!body) co_return status_answer(scope, body.error());
    auto fault = read_fault(*body);
    if (!fault) co_return refuse(scope, 400, "BadRequest", fault.error().message);
    if (!id.empty()) fault->id = id;
    if (!fault->id.empty() && !is_name(fault->id)) co_return bad_name(scope, fault->id);
    const auto set = faults_.set(*std::move(fault), states_.resource_version());
    if (!set) co_return refuse(scope, 409, "Conflict", set.error().message);
    const auto listed = faults_.find(*set);
    if (!listed) {
      co_return refuse(scope, 409, "Conflict",
                       "another request has removed it at once: set it again");
    }
    co_return json_answer(201, listed_json(*listed));
  }
  if (method != "GET" && method != "DELETE") co_return no_such_method(scope, "GET, POST, DELETE");
  if (id.empty()) {
    if (method == "DELETE") co_return json_answer(200, count_json("removed", faults_.clear()));
    Json::Array items;
    for (const FaultRules::Listed& listed : faults_.list()) items.push_back(listed_json(listed));
    co_return json_answer(200, items_json(std::move(items)));
  }
  const auto listed = faults_.find(id);
  if (!listed) co_return no_such(scope, "fault", id);
  if (method == "DELETE") faults_.remove(id);
  co_return json_answer(200, listed_json(*listed));
}

awaitable<Answer> TestApi::events(RequestScope& scope) {
  const std::string& method = scope.request().method;
  if (method == "DELETE") co_return json_answer(200, count_json("removed", events_.clear()));
  if (method != "GET") co_return no_such_method(scope, "GET, DELETE");
  auto query = EventQuery::read(scope.url.query());
  if (!query) co_return refuse(scope, 400, "BadRequest", query.error().message);
  const auto found = co_await events_.wait(*std::move(query));
  std::string text;
  audit::append_event_list(text, found);
  Answer answer = Answer::text(200, "application/json", std::move(text));
  answer.response.headers.set("Kaudit-Events-Forgotten", std::to_string(events_.forgotten()));
  co_return std::move(answer);
}

void TestApi::set_clock(std::chrono::nanoseconds from_machine) {
  move_clock(from_machine);
  clock_moved_();
}

awaitable<Answer> TestApi::clock(RequestScope& scope) {
  const std::string& method = scope.request().method;
  if (method == "GET") co_return json_answer(200, clock_json());
  if (method == "DELETE") {
    set_clock(std::chrono::nanoseconds(0));
    co_return json_answer(200, clock_json());
  }
  if (method != "POST") co_return no_such_method(scope, "GET, POST, DELETE");
  const auto body = co_await read_json(scope);
  if (!body) co_return status_answer(scope, body.error());
  const std::string_view text = body->text("advance");
  if (body->object()->size() != 1 || text.empty()) {
    co_return refuse(scope, 400, "BadRequest", R"(the body must be {"advance": "1h30m"})");
  }
  const auto advance = parse_duration(text);
  if (!advance) {
    co_return refuse(scope, 400, "BadRequest",
                     "advance: " + advance.error().message + R"(: give one such as "1h30m")");
  }
  const double sum =
      static_cast<double>(moved_clock().count()) + static_cast<double>(advance->count());
  if (sum > static_cast<double>(kFarthestClock.count()) ||
      sum < -static_cast<double>(kFarthestClock.count())) {
    co_return refuse(scope, 422, "Invalid",
                     "the clock can be moved by 100 years at most, and is moved by " +
                         duration_text(moved_clock()) +
                         " already: DELETE /kaudit/v1/clock puts it right");
  }
  set_clock(moved_clock() + *advance);
  co_return json_answer(200, clock_json());
}

}  // namespace kaudit::apiserver::testapi
