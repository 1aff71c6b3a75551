#include "cli/policy/input/server_flags_input.hpp"

#include <filesystem>
#include <system_error>

#include "cli/read_input.hpp"
#include "cli/standard_output.hpp"
#include "policy/lint/check.hpp"

namespace kaudit::cli {
namespace {

policy::lint::ServerFlags found_in(const std::string& text, const std::string& where) {
  policy::lint::ServerFlags flags = policy::lint::find_server_flags(text);
  if (flags.audit_flags == 0) {
    complain("warning: no kube-apiserver flags of auditing found in " + where +
             ": the policy is judged without them. They are found in command lines, units, pod "
             "manifests, and the configurations of kubeadm, k3s, rke2, kops, Talos, minikube and "
             "kind");
  }
  return flags;
}

}  // namespace

Result<policy::lint::ServerFlags> read_server_flags(const std::string& flags) {
  if (flags.empty()) return policy::lint::ServerFlags{};
  std::error_code ignored;
  if (flags == "-" || std::filesystem::exists(flags, ignored)) {
    const auto text =
        read_at_most(flags, policy::lint::kMaxBytes, "give the part of it that has the flags");
    if (!text) return tl::unexpected(text.error());
    return found_in(*text, flags);
  }
  if (!flags.starts_with('-')) {
    return fail(flags + ": no such file, and no flags either: --flags takes a file, or flags");
  }
  return found_in(flags, "\"" + flags + "\"");
}

}  // namespace kaudit::cli
