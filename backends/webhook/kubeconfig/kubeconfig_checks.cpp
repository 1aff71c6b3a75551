#include "backends/webhook/kubeconfig/kubeconfig_checks.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "base/client/server_url.hpp"
#include "base/files/read_file.hpp"
#include "base/text/quote.hpp"

namespace kaudit::backends::webhook {
namespace {

/// Collects errors about the fields of one entry.
class Findings {
 public:
  Findings(std::string entry, const Positions& positions)
      : entry_(std::move(entry)), positions_(positions) {}

  void add(std::string message, std::string_view field) {
    const auto found = positions_.find(field);
    errors_.push_back({std::move(message), entry_ + "." + std::string(field),
                       found == positions_.end() ? yaml::Position{} : found->second});
  }

  /// An unreadable file, said as `unable to read WHAT PATH for NAME due to open PATH: …`.
  void add_if_unreadable(const std::string& path, const std::string& what,
                         const std::string& name) {
    if (path.empty()) return;
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
      ::close(descriptor);
      return;
    }
    add("unable to read " + what + " " + path + " for " + name + " due to open " + path + ": " +
            system_error_text(errno),
        what == "client-cert" ? "client-certificate" : what);
  }

  std::vector<KubeconfigError> take() { return std::move(errors_); }

 private:
  std::string entry_;
  const Positions& positions_;
  std::vector<KubeconfigError> errors_;
};

std::string proxy_error(const std::string& proxy_url) {
  const auto url = client::parse_url(proxy_url);
  if (!url) return "could not parse: " + proxy_url;
  if (url->scheme == "http" || url->scheme == "https" || url->scheme == "socks5") return "";
  return "unsupported scheme " + kaudit::go_quoted(url->scheme) +
         ", must be http, https, or socks5";
}

void check_certificate(Findings& findings, const std::string& name, const UserEntry& user) {
  if (user.client_certificate.empty() && user.client_certificate_data.empty()) return;
  if (!user.client_certificate.empty() && !user.client_certificate_data.empty()) {
    findings.add("client-cert-data and client-cert are both specified for " + name +
                     ". client-cert-data will override.",
                 "client-certificate-data");
  }
  if (!user.client_key.empty() && !user.client_key_data.empty()) {
    findings.add("client-key-data and client-key are both specified for " + name +
                     "; client-key-data will override",
                 "client-key-data");
  }
  if (user.client_key.empty() && user.client_key_data.empty()) {
    findings.add("client-key-data or client-key must be specified for " + name +
                     " to use the clientCert authentication method.",
                 "client-certificate");
  }
  findings.add_if_unreadable(user.client_certificate, "client-cert", name);
  findings.add_if_unreadable(user.client_key, "client-key", name);
}

void check_exec(Findings& findings, const std::string& name, const UserEntry& user) {
  if (!user.exec) return;
  const std::string to_use = " to use exec authentication plugin";
  const auto missing = [&](const std::string& what) {
    findings.add(what + " must be specified for " + name + to_use, "exec");
  };
  if (user.auth_provider) {
    findings.add("authProvider cannot be provided in combination with an exec plugin for " + name,
                 "auth-provider");
  }
  if (user.exec->command.empty()) missing("command");
  if (user.exec->api_version.empty()) missing("apiVersion");
  for (const std::string& variable : user.exec->env_names) {
    if (variable.empty()) missing("env variable name");
  }
  const std::string& mode = user.exec->interactive_mode;
  // Older versions of the plugin's interface have a default.
  const bool has_default = user.exec->api_version.ends_with("/v1beta1");
  if (mode.empty()) {
    if (!has_default) missing("interactiveMode");
  } else if (mode != "Never" && mode != "IfAvailable" && mode != "Always") {
    findings.add("invalid interactiveMode for " + name + ": " + kaudit::go_quoted(mode), "exec");
  }
}

}  // namespace

std::vector<KubeconfigError> check_cluster(const std::string& name, const ClusterEntry& cluster) {
  Findings findings("clusters[" + name + "].cluster", cluster.positions);
  if (cluster.server.empty()) {
    findings.add(name.empty() ? "default cluster has no server defined"
                              : "no server found for cluster " + kaudit::go_quoted(name),
                 "server");
  }
  if (!cluster.proxy_url.empty()) {
    if (const auto wrong = proxy_error(cluster.proxy_url); !wrong.empty()) {
      findings.add("invalid 'proxy-url' " + kaudit::go_quoted(cluster.proxy_url) + " for cluster " +
                       kaudit::go_quoted(name) + ": " + wrong,
                   "proxy-url");
    }
  }
  if (!cluster.certificate_authority.empty() && !cluster.certificate_authority_data.empty()) {
    findings.add("certificate-authority-data and certificate-authority are both specified for " +
                     name + ". certificate-authority-data will override.",
                 "certificate-authority-data");
  }
  findings.add_if_unreadable(cluster.certificate_authority, "certificate-authority", name);
  return findings.take();
}

std::vector<KubeconfigError> check_user(const std::string& name, const UserEntry& user) {
  Findings findings("users[" + name + "].user", user.positions);
  const bool has_basic = !user.username.empty() || !user.password.empty();
  check_certificate(findings, name, user);
  check_exec(findings, name, user);
  if (!user.token.empty() && has_basic) {
    findings.add("more than one authentication method found for " + name +
                     "; found [token basicAuth], only one is allowed",
                 "token");
  }
  const bool impersonates =
      !user.as_uid.empty() || !user.as_groups.empty() || !user.as_user_extra.empty();
  if (impersonates && user.as.empty()) {
    findings.add(
        "requesting uid, groups or user-extra for " + name + " without impersonating a user",
        "as-groups");
  }
  return findings.take();
}

}  // namespace kaudit::backends::webhook
