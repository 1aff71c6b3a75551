#include "cli/receiver/sender_kubeconfig.hpp"

#include "base/json/json_text.hpp"
#include "base/text/base64.hpp"

namespace kaudit::cli {
namespace {

void add_member(std::string& out, const char* name, const std::string& value) {
  if (value.empty()) return;
  out += std::string("    ") + name + ": ";
  append_json_string(out, value);  // which YAML reads as well
  out += '\n';
}

}  // namespace

std::string SenderKubeconfig::text() const {
  std::string out = "apiVersion: v1\nkind: Config\nclusters:\n- name: receiver\n  cluster:\n";
  add_member(out, "server", server);
  if (!ca_pem.empty()) add_member(out, "certificate-authority-data", base64_encode(ca_pem));
  std::string user;
  add_member(user, "token", token);
  if (!certificate.empty()) {
    add_member(user, "client-certificate-data", base64_encode(certificate));
    add_member(user, "client-key-data", base64_encode(key));
  }
  out += "users:\n- name: sender\n  user:";
  out += user.empty() ? " {}\n" : "\n" + user;
  out += "contexts:\n- name: audit\n  context:\n    cluster: receiver\n    user: sender\n";
  return out + "current-context: audit\n";
}

}  // namespace kaudit::cli
