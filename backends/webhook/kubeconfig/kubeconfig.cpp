#include "backends/webhook/kubeconfig/kubeconfig.hpp"

#include <cerrno>
#include <filesystem>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include "backends/webhook/kubeconfig/kubeconfig_checks.hpp"
#include "base/files/read_file.hpp"
#include "base/http1/header_syntax.hpp"
#include "base/text/quote.hpp"

namespace kaudit::backends::webhook {
namespace {

constexpr const char* kInvalid = "invalid configuration: ";
constexpr const char* kNothingConfigured =
    "no configuration has been provided, try setting KUBERNETES_MASTER environment variable";

tl::unexpected<KubeconfigError> refuse(std::string message, std::string field = "",
                                       yaml::Position position = {}) {
  return tl::unexpected(KubeconfigError{std::move(message), std::move(field), position});
}

void resolve(const std::filesystem::path& folder, std::string& path) {
  if (path.empty()) return;
  path = (folder / path).lexically_normal().string();
}

void resolve_paths(const std::string& file, Kubeconfig& config) {
  const auto folder = std::filesystem::absolute(file).parent_path();
  for (auto& [name, cluster] : config.clusters) resolve(folder, cluster.certificate_authority);
  for (auto& [name, user] : config.users) {
    resolve(folder, user.client_certificate);
    resolve(folder, user.client_key);
    resolve(folder, user.token_file);
  }
}

/// What the current context points at; a user that is not there is one without any member.
struct Chosen {
  std::string cluster_name;
  std::string user_name;
  ClusterEntry cluster;
  UserEntry user;
};

/// All that is wrong, as Kubernetes gathers it.
KubeconfigError aggregated(const std::vector<KubeconfigError>& errors) {
  KubeconfigError all = errors.front();
  if (errors.size() > 1) {
    all.message = "[" + all.message;
    for (std::size_t i = 1; i < errors.size(); ++i) all.message += ", " + errors[i].message;
    all.message += "]";
  }
  all.message = kInvalid + all.message;
  return all;
}

template <typename Entry>
std::string names_of(const std::map<std::string, Entry>& entries) {
  std::string names;
  for (const auto& [name, entry] : entries) names += (names.empty() ? "" : ", ") + go_quoted(name);
  return names.empty() ? "there are none" : "there are: " + names;
}

/// What to write where the current context leads to no cluster.
std::string advice(const Kubeconfig& config) {
  const std::string& current = config.current_context;
  if (current.empty()) {
    return "write current-context: and the name of a context; " + names_of(config.contexts);
  }
  const auto context = config.contexts.find(current);
  if (context == config.contexts.end()) {
    return "current-context: no context is named " + go_quoted(current) + "; " +
           names_of(config.contexts);
  }
  return "contexts[" + current + "].context.cluster: no cluster is named " +
         go_quoted(context->second.cluster) + "; " + names_of(config.clusters);
}

KubeconfigResult<Chosen> choose(const Kubeconfig& config) {
  Chosen chosen;
  std::vector<KubeconfigError> errors;
  if (const auto context = config.contexts.find(config.current_context);
      context != config.contexts.end()) {
    chosen.cluster_name = context->second.cluster;
    chosen.user_name = context->second.user;
  } else if (!config.current_context.empty()) {
    errors.push_back({"context was not found for specified context: " + config.current_context,
                      "current-context", config.current_context_position});
  }
  if (const auto user = config.users.find(chosen.user_name); user != config.users.end()) {
    chosen.user = user->second;
    for (auto& error : check_user(chosen.user_name, chosen.user)) {
      errors.push_back(std::move(error));
    }
  }
  if (const auto cluster = config.clusters.find(chosen.cluster_name);
      cluster != config.clusters.end()) {
    chosen.cluster = cluster->second;
    for (auto& error : check_cluster(chosen.cluster_name, chosen.cluster)) {
      errors.push_back(std::move(error));
    }
  } else if (errors.empty()) {
    auto refusal = refuse(std::string(kInvalid) + kNothingConfigured, "current-context",
                          config.current_context_position);
    refusal.value().advice.push_back(advice(config));
    return refusal;
  } else {
    errors.push_back({"cluster has no server defined", "", {}});
    errors.front().advice.push_back(advice(config));
  }
  if (!errors.empty()) return tl::unexpected(aggregated(errors));
  return chosen;
}

yaml::Position position_of(const Positions& positions, std::string_view field) {
  const auto found = positions.find(field);
  return found == positions.end() ? yaml::Position{} : found->second;
}

/// What audit-semantics 8.10 refuses of a user that Kubernetes would take.
KubeconfigResult<void> refuse_programs(const Chosen& chosen) {
  const std::string field = "users[" + chosen.user_name + "].user.";
  if (chosen.user.exec) {
    return refuse(field +
                      "exec: exec plugins are not run; give a token, a tokenFile or a client "
                      "certificate",
                  field + "exec", position_of(chosen.user.positions, "exec"));
  }
  if (chosen.user.auth_provider) {
    return refuse(
        "no Auth Provider found for name " + kaudit::go_quoted(*chosen.user.auth_provider),
        field + "auth-provider", position_of(chosen.user.positions, "auth-provider"));
  }
  return {};
}

/// True when nothing that is sent can be read on its way: TLS, or it does not leave the machine.
bool is_private(const client::ClientConfig& config) {
  if (config.server.scheme == "https") return true;
  return config.server.is_loopback() && (!config.proxy || config.proxy->is_loopback());
}

KubeconfigResult<void> take_credentials(const Chosen& chosen, client::ClientConfig& config) {
  const std::string field = "users[" + chosen.user_name + "].user.";
  const UserEntry& user = chosen.user;
  client::Credentials& credentials = config.credentials;
  credentials.token = user.token;
  credentials.token_file = user.token_file;
  if (!user.username.empty() || !user.password.empty()) {
    credentials.basic = client::UserInfo{user.username, user.password};
  }
  if (credentials.basic && !user.token_file.empty()) {
    return refuse("username/password or bearer token may be set, but not both", field + "tokenFile",
                  position_of(user.positions, "tokenFile"));
  }
  if (!credentials.are_given()) credentials.basic = config.server.user;
  if (!credentials.are_given()) return {};
  if (!is_private(config)) {
    return refuse("clusters[" + chosen.cluster_name + "].cluster.server: the credentials of user " +
                      kaudit::go_quoted(chosen.user_name) +
                      " would be sent unencrypted; use https, or a server on this machine",
                  "clusters[" + chosen.cluster_name + "].cluster.server",
                  position_of(chosen.cluster.positions, "server"));
  }
  if (user.token_file.empty() || !user.token.empty()) return {};
  if (const auto content = read_file(user.token_file); !content) {
    // Kubernetes would not look at it with http, and starts.
    if (config.server.scheme == "https") {
      return refuse(content.error().message, field + "tokenFile",
                    position_of(user.positions, "tokenFile"));
    }
    config.warnings.push_back(field + "tokenFile: " + content.error().message +
                              "; nothing is sent until there is a token");
  }
  return {};
}

void take_tls(const Chosen& chosen, client::ClientConfig& config) {
  const ClusterEntry& cluster = chosen.cluster;
  const UserEntry& user = chosen.user;
  client::TlsConfig tls;
  tls.ca = {cluster.certificate_authority, cluster.certificate_authority_data};
  tls.verification = cluster.insecure_skip_tls_verify ? client::Verification::Skipped
                                                      : client::Verification::Required;
  tls.server_name = cluster.tls_server_name;
  tls.certificate = {user.client_certificate, user.client_certificate_data};
  tls.key = {user.client_key, user.client_key_data};
  if (config.server.scheme == "https") {
    config.tls = std::move(tls);
    return;
  }
  if (tls.certificate.is_given()) {
    config.warnings.push_back("users[" + chosen.user_name +
                              "].user.client-certificate has no effect: the server is not https");
  }
  if (tls.ca.is_given() || !tls.server_name.empty() || cluster.insecure_skip_tls_verify) {
    config.warnings.push_back("clusters[" + chosen.cluster_name +
                              "].cluster: the members about TLS have no effect: the server is not "
                              "https");
  }
}

KubeconfigResult<client::ClientConfig> client_config(const Chosen& chosen) {
  const ClusterEntry& cluster = chosen.cluster;
  const std::string field = "clusters[" + chosen.cluster_name + "].cluster.";
  if (auto fine = refuse_programs(chosen); !fine) return tl::unexpected(fine.error());
  client::ClientConfig config;
  auto server = client::parse_server(cluster.server);
  if (!server) {
    return refuse(server.error().message, field + "server",
                  position_of(cluster.positions, "server"));
  }
  config.server = *std::move(server);
  if (client::has_query(cluster.server)) {
    config.warnings.push_back(field + "server: the query is dropped; requests have ?timeout=30s");
  }
  if (config.server.scheme != "http" && config.server.scheme != "https") {
    config.warnings.push_back(field + "server: unsupported protocol scheme " +
                              kaudit::go_quoted(config.server.scheme) +
                              ": nothing can be delivered");
  }
  if (!config.server.has_usable_port()) {
    config.warnings.push_back(field + "server: port " + config.server.port +
                              " is above 65535: nothing can be delivered; write one up to 65535");
  }
  if (!cluster.proxy_url.empty()) config.proxy = client::parse_url(cluster.proxy_url).value();
  if (cluster.disable_compression) config.compression = client::Compression::NotOffered;
  const UserEntry& user = chosen.user;
  config.impersonation = {user.as, user.as_uid, user.as_groups, user.as_user_extra};
  if (auto fine = take_credentials(chosen, config); !fine) return tl::unexpected(fine.error());
  take_tls(chosen, config);
  return config;
}

}  // namespace

KubeconfigResult<client::ClientConfig> load_kubeconfig(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return refuse("stat " + path + ": " + system_error_text(errno));
  }
  const std::string loading = "error loading config file " + kaudit::go_quoted(path) + ": ";
  const auto text = read_file(path);
  if (!text) return refuse(loading + text.error().message);
  auto config = read_kubeconfig(*text);
  if (!config) {
    config.error().message = loading + config.error().message;
    return tl::unexpected(config.error());
  }
  resolve_paths(path, *config);
  auto& hints = config->unknown_fields;
  const auto context = config->contexts.find(config->current_context);
  if (context != config->contexts.end() && !context->second.user.empty() &&
      !config->users.contains(context->second.user)) {
    hints.push_back("contexts[" + context->first + "].context.user: no user is named " +
                    go_quoted(context->second.user) + ", so the webhook is anonymous; " +
                    names_of(config->users));
  }
  const auto chosen = choose(*config);
  auto client = chosen ? client_config(*chosen) : tl::unexpected(chosen.error());
  auto& to = client ? client->warnings : client.error().advice;
  to.insert(to.end(), hints.begin(), hints.end());
  return client;
}

}  // namespace kaudit::backends::webhook
