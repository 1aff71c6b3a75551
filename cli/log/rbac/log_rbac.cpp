// `kaudit log rbac`: the least roles for what somebody did, and what they were refused.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text/quote.hpp"
#include "cli/log/input/event_input.hpp"
#include "cli/log/input/time_text.hpp"
#include "cli/log/log_group.hpp"
#include "cli/log/rbac/granted_access.hpp"
#include "cli/log/rbac/role_manifests.hpp"
#include "cli/read_input.hpp"
#include "cli/report_format.hpp"
#include "cli/standard_output.hpp"
#include "cli/text_table.hpp"

namespace kaudit::cli {
namespace {

using RbacJson = nlohmann::ordered_json;
using audit::search::EventView;
using audit::search::Part;
using audit::search::text_of;

struct LogRbacOptions {
  EventInputOptions input;
  std::string user;
  std::string service_account;
  std::vector<std::string> granted;
  bool deny = false;
  bool exact = false;
  ReportFormat format = ReportFormat::Text;
  Zone zone = Zone::Utc;
};

struct Refusal {
  std::uint64_t times = 0;
  std::optional<Timestamp> last;
  std::string reason;
};

/// What a log says of one user.
struct SeenAccess {
  std::set<AccessRequest> requests;
  std::map<AccessRequest, Refusal> refused;
  std::set<std::string> groups;
  bool too_many = false;
};

constexpr std::size_t kMostRequests = 200'000;

/// Whom the request counts for: who is impersonated, or else the user.
Part actor_of(EventView& event) {
  return event.part(Part::ImpersonatedUser, "username").empty() ? Part::User
                                                                : Part::ImpersonatedUser;
}

void take_event(EventView& event, const std::string& user, SeenAccess& seen) {
  const Part actor = actor_of(event);
  if (text_of(event.part(actor, "username")) != user) return;
  for (audit::search::ElementWalk walk(event.part(actor, "groups")); walk.next();) {
    if (seen.groups.size() < 1'000) seen.groups.insert(text_of(walk.value()));
  }
  const auto request = access_of(event);
  if (!request) return;
  if (text_of(event.part(Part::ResponseStatus, "code")) == "403" &&
      seen.refused.size() < kMostRequests) {
    Refusal& refusal = seen.refused[*request];
    ++refusal.times;
    refusal.last = event.time();
    refusal.reason = text_of(event.part(Part::ResponseStatus, "message"));
  }
  if (seen.requests.size() < kMostRequests) {
    seen.requests.insert(*request);
  } else {
    seen.too_many = true;
  }
}

std::string target_of(const AccessRequest& request) {
  if (request.resource.empty()) return request.path;
  std::string text = request.resource + (request.group.empty() ? "" : "." + request.group);
  if (!request.name.empty()) text += " " + request.name;
  return request.ns.empty() ? text : text + " in " + request.ns;
}

RbacJson request_json(const AccessRequest& request) {
  RbacJson json = {{"verb", request.verb}};
  if (request.resource.empty()) {
    json["path"] = request.path;
    return json;
  }
  json["apiGroup"] = request.group;
  json["resource"] = request.resource;
  if (!request.ns.empty()) json["namespace"] = request.ns;
  if (!request.name.empty()) json["name"] = request.name;
  return json;
}

/// What is needed and not granted, and what is granted and was not used.
struct RbacComparison {
  std::vector<AccessRequest> missing;
  std::vector<std::pair<std::string, AccessRule>> unused;  ///< by namespace
};

RbacComparison compare(const SeenAccess& seen, const std::vector<AccessRole>& granted) {
  RbacComparison result;
  for (const AccessRequest& request : seen.requests) {
    if (!is_granted(granted, request)) result.missing.push_back(request);
  }
  for (const AccessRole& role : granted) {
    for (const AccessRule& rule : role.rules) {
      const std::vector<AccessRole> alone{{role.ns, {rule}}};
      bool used = false;
      for (const AccessRequest& request : seen.requests) used = used || is_granted(alone, request);
      if (!used) result.unused.emplace_back(role.ns, rule);
    }
  }
  return result;
}

RbacJson denied_json(const SeenAccess& seen, Zone zone) {
  RbacJson rows = RbacJson::array();
  for (const auto& [request, refusal] : seen.refused) {
    RbacJson row = request_json(request);
    row["times"] = refusal.times;
    row["last"] = time_text(refusal.last, zone);
    row["message"] = refusal.reason;
    rows.push_back(std::move(row));
  }
  return rows;
}

void print_rbac_json(const LogRbacOptions& options, const SeenAccess& seen,
                     const std::vector<RbacJson>& objects, const RbacComparison* comparison) {
  RbacJson json = {{"user", options.user}};
  json["roles"] = RbacJson::array();
  json["bindings"] = RbacJson::array();
  for (const RbacJson& object : objects) {
    const bool binding = object["kind"].get<std::string>().ends_with("Binding");
    json[binding ? "bindings" : "roles"].push_back(object);
  }
  json["denied"] = denied_json(seen, options.zone);
  if (comparison != nullptr) {
    json["notGranted"] = RbacJson::array();
    for (const AccessRequest& request : comparison->missing) {
      json["notGranted"].push_back(request_json(request));
    }
    json["notUsed"] = RbacJson::array();
    for (const auto& [ns, rule] : comparison->unused) {
      json["notUsed"].push_back({{"namespace", ns},
                                 {"apiGroups", rule.groups},
                                 {"resources", rule.resources},
                                 {"resourceNames", rule.names},
                                 {"nonResourceURLs", rule.paths},
                                 {"verbs", rule.verbs}});
    }
  }
  print_json(json.dump(-1, ' ', false, RbacJson::error_handler_t::replace) + "\n");
}

std::string words(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    out += (out.empty() ? "" : ", ") + (text.empty() ? "\"\"" : text);
  }
  return out;
}

void print_denied(const SeenAccess& seen, Zone zone) {
  TextTable table;
  table.add_row({"TIMES", "LAST", "VERB", "TARGET", "MESSAGE"});
  table.align_right(0);
  for (const auto& [request, refusal] : seen.refused) {
    table.add_row({std::to_string(refusal.times), time_text(refusal.last, zone), request.verb,
                   target_of(request), refusal.reason});
  }
  std::string out;
  table.append_to(out);
  print(seen.refused.empty() ? "nothing was refused\n" : out);
}

void print_comparison(const RbacComparison& comparison) {
  std::string out = "# needed and not granted:\n";
  for (const AccessRequest& request : comparison.missing) {
    out += "#   " + visible(request.verb + " " + target_of(request)) + "\n";
  }
  out += "# granted and not used:\n";
  for (const auto& [ns, rule] : comparison.unused) {
    out += "#   " +
           visible(words(rule.verbs) + " of " +
                   words(rule.paths.empty() ? rule.resources : rule.paths) +
                   (ns.empty() ? "" : " in " + ns)) +
           "\n";
  }
  print(out);
}

bool read_granted(const LogRbacOptions& options, GrantedAccess& granted) {
  for (const std::string& file : options.granted) {
    const auto text = read_at_most(file, kMostAtOnce, "split the file");
    const auto added = text ? granted.add_manifests(*text, file) : tl::unexpected(text.error());
    if (added) continue;
    complain(added.error().message);
    return false;
  }
  return true;
}

Exit log_rbac(LogRbacOptions options) {
  if (!options.service_account.empty()) {
    options.user = "system:serviceaccount:" + options.service_account;
  }
  if (options.user.empty()) {
    complain("log rbac: of whom? --user NAME or --serviceaccount NAMESPACE:NAME");
    return Exit::Usage;
  }
  GrantedAccess granted;
  if (!read_granted(options, granted)) return Exit::Usage;
  SeenAccess seen;
  EventView event;
  const EventInputResult read = read_events(options.input, [&](const FoundEvent& found) {
    if (event.reset(found.json)) take_event(event, options.user, seen);
    return true;
  });
  if (seen.too_many) complain("there were too many different requests: some are left out");
  const auto roles = least_roles(seen.requests, options.exact ? RoleFit::Exact : RoleFit::Wider);
  const auto objects = role_manifests(roles, options.user);
  std::optional<RbacComparison> comparison;
  if (!options.granted.empty()) {
    comparison =
        compare(seen, granted.roles_of({options.user, {seen.groups.begin(), seen.groups.end()}}));
  }
  if (options.format == ReportFormat::Json) {
    print_rbac_json(options, seen, objects, comparison ? &*comparison : nullptr);
  } else if (options.deny) {
    print_denied(seen, options.zone);
  } else {
    print(yaml_documents(objects));
    if (comparison) print_comparison(*comparison);
  }
  if (read.exit != Exit::Fine) return Exit::Usage;
  if (seen.requests.empty()) {
    complain("there are no requests of " + go_quoted(options.user) +
             " that RBAC would be asked of");
    return Exit::Findings;
  }
  return comparison && !comparison->missing.empty() ? Exit::Findings : Exit::Fine;
}

}  // namespace

void add_log_rbac(CLI::App& log, Exit& exit) {
  auto options = std::make_shared<LogRbacOptions>();
  CLI::App* command = log.add_subcommand(
      "rbac", "Write the least roles that allow what a user did, or list what was refused");
  command->footer(
      "What was refused counts, too: it is what the user needs. Who is impersonated is the user. "
      "Exit code: 1 when the user did nothing, or --granted does not allow all of it.");
  command->add_option("-u,--user", options->user, "The user's name");
  command->add_option("--serviceaccount", options->service_account, "Or a service account")
      ->type_name("NAMESPACE:NAME");
  command
      ->add_option("--granted", options->granted,
                   "Manifests of roles and bindings: say what is not granted, and what is not used")
      ->allow_extra_args(false)
      ->type_name("FILE");
  command->add_flag("--deny", options->deny, "List what was refused (403) instead");
  command->add_flag("--exact", options->exact,
                    "Keep to the names and namespaces that were used, however many");
  add_format_option(*command, options->format, "Manifests (YAML), or one JSON document");
  add_zone_option(*command, options->zone);
  add_log_files(*command, options->input);
  command->callback([options, &exit] { exit = log_rbac(*options); });
}

}  // namespace kaudit::cli
