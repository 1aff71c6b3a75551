#include "policy/probes/probes.hpp"

#include <algorithm>
#include <deque>
#include <initializer_list>
#include <sstream>
#include <utility>
#include <vector>

#include "policy/probes/probe_table.hpp"

namespace kaudit::policy {
namespace {

std::string_view method_of(const ProbeRow& row) noexcept {
  if (row.verb == "create" || row.verb == "post") return "POST";
  if (row.verb == "update") return "PUT";
  if (row.verb == "patch") return "PATCH";
  if (row.verb == "delete" || row.verb == "deletecollection") return "DELETE";
  return "GET";
}

std::string url_of(const ProbeRow& row) {
  const ProbeTarget& target = row.target;
  if (target.resource.empty()) return std::string(row.path) + std::string(row.query);
  std::string url = target.group.empty() ? "/api/" : "/apis/" + std::string(target.group) + "/";
  url += target.version;
  // A namespace is an object of its own: its requests carry its name twice.
  const bool is_namespace = target.resource == "namespaces";
  if (!target.ns.empty() && !is_namespace) url += "/namespaces/" + std::string(target.ns);
  for (const std::string_view part : {target.resource, target.name, target.subresource}) {
    if (!part.empty()) url += "/" + std::string(part);
  }
  return url + std::string(row.query);
}

/// Keeps the probes with what their attributes look at.
class Table {
 public:
  Table() {
    for (const ProbeRow& row : people_rows()) add(row);
    for (const ProbeRow& row : machine_rows()) add(row);
    std::ranges::stable_sort(probes_, {}, &Probe::topic);
  }
  std::span<const Probe> probes() const noexcept { return probes_; }

 private:
  void add(const ProbeRow& row) {
    const ProbeTarget& target = row.target;
    const audit::Attributes attributes{
        user_of(row.user), row.verb,        !target.resource.empty(), target.group,
        target.version,    target.resource, target.subresource,       target.ns,
        target.name,       row.path};
    const std::string_view url = urls_.emplace_back(url_of(row));
    const std::string_view who = row.user == nullptr ? "nobody" : row.user->name;
    probes_.push_back(
        {row.name, row.topic, who, method_of(row), url, row.why, row.least, row.most, attributes});
    probes_.back().attributes.path = url.substr(0, url.find('?'));
  }

  const audit::UserInfo* user_of(const ProbeUser* user) {
    if (user == nullptr) return nullptr;
    const auto known = std::ranges::find(users_, user->name, &audit::UserInfo::username);
    if (known != users_.end()) return &*known;
    audit::UserInfo& info = users_.emplace_back();
    info.username = user->name;
    std::istringstream groups{std::string(user->groups)};
    for (std::string group; groups >> group;) info.groups.push_back(std::move(group));
    return &info;
  }

  std::deque<audit::UserInfo> users_;
  std::deque<std::string> urls_;
  std::vector<Probe> probes_;
};

}  // namespace

std::string_view to_string(ProbeTopic topic) noexcept {
  switch (topic) {
    case ProbeTopic::Login:
      return "login";
    case ProbeTopic::Exec:
      return "exec";
    case ProbeTopic::Secrets:
      return "secrets";
    case ProbeTopic::Tokens:
      return "tokens";
    case ProbeTopic::Components:
      return "components";
    case ProbeTopic::Privileges:
      return "privileges";
    case ProbeTopic::Workloads:
      return "workloads";
    case ProbeTopic::Reading:
      return "reading";
    case ProbeTopic::Health:
      return "health";
    case ProbeTopic::Discovery:
      return "discovery";
    case ProbeTopic::Leases:
      return "leases";
    case ProbeTopic::Events:
      return "events";
    case ProbeTopic::Controllers:
      return "controllers";
  }
  return "";
}

std::string Probe::text() const {
  const std::string by =
      attributes.user == nullptr ? " with a bad token" : " by " + std::string(who);
  return std::string(method) + " " + std::string(url) + by;
}

std::span<const Probe> probes() {
  static const Table table;
  return table.probes();
}

const Probe* find_probe(std::string_view name) {
  const auto found = std::ranges::find(probes(), name, &Probe::name);
  return found == probes().end() ? nullptr : &*found;
}

ProbeAnswer ask(const audit::Evaluator& evaluator, const audit::Attributes& attributes) noexcept {
  const audit::Decision decision = evaluator.evaluate(attributes);
  return {decision, recorded(decision, attributes)};
}

}  // namespace kaudit::policy
