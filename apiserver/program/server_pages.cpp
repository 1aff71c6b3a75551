#include "apiserver/program/server_pages.hpp"

#include <vector>

#include "base/pages/completion.hpp"
#include "base/pages/manual.hpp"

namespace kaudit::apiserver::program {
namespace {

CommandPage page_of(const FlagSet& flags) {
  CommandPage page =
      flags.page("kaudit-apiserver", "a small Kubernetes API server that writes audit events");
  page.more =
      "Turns every request into audit.k8s.io/v1 events, of which an audit policy decides what is "
      "recorded, and log and webhook backends deliver it, as kube-apiserver does. It needs no "
      "etcd, no cluster and no root.\n"
      "Flags are spelt as kube-apiserver spells them. Its others are accepted without effect or "
      "refused: --print-flags lists them.";
  return page;
}

const std::vector<ManualSection>& server_sections() {
  static const std::vector<ManualSection> kSections = {
      {"SIGNALS",
       "SIGTERM, SIGINT\tStop: requests finish, then the audit backends deliver what they hold.\n"
       "SIGHUP\tOpen the audit log anew."},
      {"EXIT STATUS",
       "0\tA clean stop.\n1\tThe configuration is refused: all errors are on standard error, one a "
       "line.\n2\tThe start failed, a port that is taken, say.\n3\tEvents were lost on the way "
       "down."},
      {"EXAMPLE",
       "kaudit-apiserver --secure-port 0 --write-kubeconfig kubeconfig --audit-policy-file "
       "policy.yaml --audit-log-path audit.log\nThe kubeconfig appears when the server is ready."},
      {"SEE ALSO", "kaudit(1)"}};
  return kSections;
}

}  // namespace

std::string manual_page(const FlagSet& flags) {
  return manual(page_of(flags), KAUDIT_VERSION, manual_date(), server_sections());
}

Result<std::string> completion_script(const FlagSet& flags, std::string_view shell) {
  const auto chosen = shell_of(shell);
  if (!chosen) return fail("--print-completion: " + chosen.error().message);
  return completion(page_of(flags), *chosen);
}

}  // namespace kaudit::apiserver::program
