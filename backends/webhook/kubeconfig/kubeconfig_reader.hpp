#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml/node.hpp"

namespace kaudit::backends::webhook {

/// Why a kubeconfig is refused, and where in it.
struct KubeconfigError {
  std::string message;      ///< Kubernetes' own where it has one
  std::string field;        ///< `clusters[c].server`; empty when it is about the file as a whole
  yaml::Position position;  ///< {0, 0} when unknown
  std::vector<std::string> advice = {};  ///< what to write instead, and what else looks wrong
};

template <typename T>
using KubeconfigResult = tl::expected<T, KubeconfigError>;

// The types of a kubeconfig as far as a webhook needs them, one to one. (k8s.io/client-go
// tools/clientcmd/api/v1)

/// Where the members of a struct are, by their names.
using Positions = std::map<std::string, yaml::Position, std::less<>>;

struct ClusterEntry {
  std::string server;
  std::string tls_server_name;
  bool insecure_skip_tls_verify = false;
  std::string certificate_authority;
  std::string certificate_authority_data;  ///< decoded
  std::string proxy_url;
  bool disable_compression = false;
  Positions positions;
};

struct ExecEntry {
  std::string command;
  std::string api_version;
  std::string interactive_mode;
  std::vector<std::string> env_names;
};

struct UserEntry {
  std::string client_certificate;
  std::string client_certificate_data;  ///< decoded
  std::string client_key;
  std::string client_key_data;  ///< decoded
  std::string token;
  std::string token_file;
  std::string as;
  std::string as_uid;
  std::vector<std::string> as_groups;
  std::map<std::string, std::vector<std::string>> as_user_extra;
  std::string username;
  std::string password;
  std::optional<std::string> auth_provider;  ///< its name
  std::optional<ExecEntry> exec;
  Positions positions;
};

struct ContextEntry {
  std::string cluster;
  std::string user;
  Positions positions;
};

struct Kubeconfig {
  std::map<std::string, ClusterEntry> clusters;
  std::map<std::string, UserEntry> users;
  std::map<std::string, ContextEntry> contexts;
  std::string current_context;
  yaml::Position current_context_position;
  std::vector<std::string> unknown_fields;  ///< warnings, each with place and the nearest field
};

/// Reads a kubeconfig as Kubernetes does: YAML (JSON is YAML here), unknown fields passed over,
/// names of fields case-sensitive, base64 undone. An empty text is an empty config. Error: syntax,
/// another kind, a value of the wrong type, a name that comes twice in a list; texts are those of
/// Kubernetes' decoder, without the name of the file.
KubeconfigResult<Kubeconfig> read_kubeconfig(std::string_view text);

}  // namespace kaudit::backends::webhook
