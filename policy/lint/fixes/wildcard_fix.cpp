#include "policy/lint/fixes/wildcard_fix.hpp"

#include <string_view>

namespace kaudit::policy::lint {
namespace {

constexpr std::string_view kAccountPrefix = "system:serviceaccount:";
constexpr std::string_view kAccountsPrefix = "system:serviceaccounts:";
constexpr std::string_view kNodePrefix = "system:node:";

}  // namespace

std::string fix_of_user_wildcard(const std::string& user) {
  constexpr const char* kAlone = " (in a rule that has other `users` too, make that two rules)";
  const auto group = [](const std::string& name) { return "`userGroups: [\"" + name + "\"]`"; };
  if (user == "*") {
    return "leave `users` out to match all; failed logins, which have no user, match then too";
  }
  if (user == std::string(kNodePrefix) + "*") return "write " + group("system:nodes") + kAlone;
  if (user.starts_with(kNodePrefix)) {
    return "list the nodes' users; " + group("system:nodes") + " is wider: it holds all nodes";
  }
  if (!user.starts_with(kAccountPrefix)) {
    return "list the users, or name a group of exactly these in `userGroups`";
  }
  const std::string rest = user.substr(kAccountPrefix.size());
  const std::string ns = rest.substr(0, rest.find(':'));
  const std::string name = rest.find(':') == rest.npos ? "*" : rest.substr(rest.find(':') + 1);
  if (ns == "*" && name == "*") return "write " + group("system:serviceaccounts") + kAlone;
  if (ns.find('*') == ns.npos) {
    const std::string all = group(std::string(kAccountsPrefix) + ns);
    return name == "*" ? "write " + all + kAlone
                       : "list the accounts; " + all + " is wider: it holds all of the namespace";
  }
  const std::string one = name.find('*') == name.npos ? name : "NAME";
  return "write one entry for each namespace, `" + std::string(kAccountPrefix) +
         "NAMESPACE:" + one + "`: no policy can ask for it otherwise, and " +
         group("system:serviceaccounts") + " is wider: it holds every service account";
}

}  // namespace kaudit::policy::lint
