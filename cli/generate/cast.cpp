#include "cli/generate/cast.hpp"

#include <utility>
#include <vector>

#include "cli/generate/random.hpp"

namespace kaudit::cli {
namespace {

std::string three_digits(std::size_t number) {
  std::string text = std::to_string(number);
  return std::string(text.size() < 3 ? 3 - text.size() : 0, '0') + text;
}

}  // namespace

std::size_t Cast::add(Actor actor) {
  traffic_.actors.push_back(std::move(actor));
  return traffic_.actors.size() - 1;
}

std::size_t Cast::service_account(const std::string& ns, const std::string& name,
                                  const std::string& agent, const std::string& address,
                                  const std::string& role) {
  Actor actor;
  const std::uint64_t number = scrambled(traffic_.actors.size() + 7);
  actor.user.username = "system:serviceaccount:" + ns + ":" + name;
  append_uuid(actor.user.uid, number);
  actor.user.groups = {"system:serviceaccounts", "system:serviceaccounts:" + ns,
                       "system:authenticated"};
  std::string jti = "JTI=";
  append_uuid(jti, number + 1);
  actor.user.extra["authentication.kubernetes.io/credential-id"] = std::vector<std::string>{jti};
  actor.user_agent = agent;
  actor.source_ips = {address};
  actor.reason = "RBAC: allowed by ClusterRoleBinding \"" + role + "\" of ClusterRole \"" + role +
                 "\" to ServiceAccount \"" + name + "/" + ns + "\"";
  return add(std::move(actor));
}

std::size_t Cast::component(const std::string& user, const std::string& agent,
                            const std::string& reason) {
  Actor actor;
  actor.user.username = user;
  actor.user.groups = {"system:authenticated"};
  add_certificate(actor);
  actor.user_agent = agent + "/" + kVersion;
  actor.source_ips = {"10.0.0.10"};
  actor.reason = reason;
  return add(std::move(actor));
}

std::size_t Cast::node(std::size_t number) {
  Actor actor;
  actor.user.username = "system:node:node-" + three_digits(number);
  actor.user.groups = {"system:nodes", "system:authenticated"};
  add_certificate(actor);
  actor.user_agent = std::string("kubelet/") + kVersion;
  actor.source_ips = {"10.0." + std::to_string(1 + number / 250) + "." +
                      std::to_string(1 + number % 250)};
  return add(std::move(actor));
}

std::size_t Cast::person(const std::string& name, const std::string& group,
                         const std::string& agent, const std::string& address) {
  Actor actor;
  actor.user.username = name;
  actor.user.groups = {group, "system:authenticated"};
  actor.user_agent = agent;
  actor.source_ips = {address};
  actor.reason = "RBAC: allowed by ClusterRoleBinding \"" + group +
                 "\" of ClusterRole \"edit\" to Group \"" + group + "\"";
  return add(std::move(actor));
}

std::size_t Cast::anonymous(const std::string& agent, const std::string& address) {
  Actor actor;
  actor.user.username = "system:anonymous";
  actor.user.groups = {"system:unauthenticated"};
  actor.user_agent = agent;
  actor.source_ips = {address};
  actor.reason =
      "RBAC: allowed by ClusterRoleBinding \"system:public-info-viewer\" of ClusterRole "
      "\"system:public-info-viewer\" to Group \"system:unauthenticated\"";
  return add(std::move(actor));
}

std::size_t Cast::nobody(const std::string& agent, const std::string& address) {
  Actor actor;
  actor.user_agent = agent;
  actor.source_ips = {address};
  return add(std::move(actor));
}

void Cast::add_certificate(Actor& actor) const {
  std::string hash = "X509SHA256=";
  for (std::uint64_t i = 0; i < 4; ++i) {
    std::string uuid;
    write_uuid(uuid, scrambled(traffic_.actors.size() * 4 + i), scrambled(i));
    hash += uuid.substr(0, 8) + uuid.substr(24, 8);
  }
  actor.user.extra["authentication.kubernetes.io/credential-id"] = std::vector<std::string>{hash};
}

}  // namespace kaudit::cli
