#include "cli/receiver/control_api.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "base/text/integer.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/text/trim.hpp"

namespace kaudit::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostPosted = 1U << 20U;
constexpr const char* kRoutes =
    "GET, POST or DELETE /faults, DELETE /faults/ID, GET /report, GET /events";

WireAnswer json_answer(int status, const Json& json) {
  WireAnswer answer(status, json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  answer.headers.add("Content-Type", "application/json");
  return answer;
}

WireAnswer error_answer(int status, const std::string& message) {
  return json_answer(status, {{"error", message}});
}

Json state_json(const FaultPlan::State& state) {
  Json json{{"id", state.id}, {"spec", state.spec}, {"hits", state.hits}};
  if (state.left) json["left"] = *state.left;
  return json;
}

/// One term of `{"status": 503, "hang": true}`; empty for one that is not to be.
Result<std::string> term_of(const std::string& key, const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? key : std::string();
  if (value.is_number()) return key + "=" + value.dump();
  if (value.is_string()) return key + "=" + value.get<std::string>();
  return fail(go_quoted(key) + " must be a text, a number or true");
}

Result<std::string> spec_of(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (!json.is_object()) return fail("a fault is a text or an object");
  for (const char* const name : {"spec", "fault"}) {
    if (json.contains(name) && json.at(name).is_string()) return json.at(name).get<std::string>();
  }
  std::vector<std::string> terms;
  for (const auto& [key, value] : json.items()) {
    auto term = term_of(key, value);
    if (!term) return term;
    if (!term->empty()) terms.push_back(std::move(*term));
  }
  return joined(terms, ",");
}

}  // namespace

Result<std::vector<std::string>> read_specs(const std::string& body) {
  std::vector<std::string> specs;
  const std::string_view text = trim_space(body);
  if (text.starts_with('{') || text.starts_with('[') || text.starts_with('"')) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return fail("neither JSON nor a SPEC such as status=503,next=3");
    const Json list = json.is_array() ? json : Json::array({json});
    for (const Json& one : list) {
      auto spec = spec_of(one);
      if (!spec) return tl::unexpected(spec.error());
      specs.push_back(std::move(*spec));
    }
    return specs;
  }
  for (const std::string_view line : split(text, '\n')) {
    if (!is_blank_line(line)) specs.emplace_back(trim_space(line));
  }
  return specs;
}

WireHandler::HeadVerdict ControlApi::on_head(const WireRequest& request) {
  // Browsers say on whose page's behalf they ask: nobody's page steers a receiver.
  if (request.head.headers.has("Origin")) {
    return {{}, error_answer(403, "not for browsers")};
  }
  return {};
}

WireAnswer ControlApi::on_request(WireRequest& request) {
  const std::string& method = request.head.method;
  const std::string& path = request.path;
  constexpr std::string_view kOneFault = "/faults/";
  if (method == "GET" && path == "/report") return json_answer(200, desk_.report());
  if (method == "GET" && path == "/events") return events();
  if (path == "/faults") {
    if (method == "GET") {
      Json list = Json::array();
      for (const auto& state : desk_.faults().states()) list.push_back(state_json(state));
      return json_answer(200, list);
    }
    if (method == "POST") return add_faults(request.body);
    if (method == "DELETE") {
      desk_.faults().clear();
      return WireAnswer(204);
    }
  }
  if (method == "DELETE" && path.starts_with(kOneFault)) {
    return remove_fault(path.substr(kOneFault.size()));
  }
  const bool known = path == "/faults" || path == "/report" || path == "/events";
  return error_answer(known ? 405 : 404, std::string("there are ") + kRoutes);
}

WireAnswer ControlApi::add_faults(const std::string& body) {
  if (body.size() > kMostPosted) return error_answer(413, "more than 1 MiB of faults");
  const auto specs = read_specs(body);
  if (!specs) return error_answer(400, specs.error().message);
  if (specs->empty()) return error_answer(400, "no fault: post a SPEC such as status=503,next=3");
  std::vector<Fault> faults;
  for (const std::string& spec : *specs) {
    auto fault = parse_fault(spec);
    if (!fault) return error_answer(400, fault.error().message);
    faults.push_back(std::move(*fault));
  }
  Json added = Json::array();
  for (Fault& fault : faults) {
    const auto state = desk_.faults().add(std::move(fault));
    if (!state) return error_answer(409, state.error().message);
    added.push_back(state_json(*state));
  }
  return json_answer(201, added.size() == 1 ? added.front() : added);
}

WireAnswer ControlApi::remove_fault(const std::string& id) {
  const auto number = parse_int64(id);
  if (number && *number > 0 && desk_.faults().remove(static_cast<std::uint64_t>(*number))) {
    return WireAnswer(204);
  }
  return error_answer(404, "there is no fault " + go_quoted(id) + ": GET /faults lists them");
}

WireAnswer ControlApi::events() const {
  if (desk_.store().path().empty()) {
    return error_answer(404, "nothing is stored: start the receiver with --store FILE");
  }
  WireAnswer answer(200);
  answer.headers.add("Content-Type", "application/x-ndjson");
  answer.file = desk_.store().path();
  answer.file_size = desk_.store().size();
  return answer;
}

}  // namespace kaudit::cli
