#include "backends/webhook/kubeconfig/kubeconfig_reader.hpp"

#include <array>
#include <utility>

#include "backends/webhook/kubeconfig/known_fields.hpp"
#include "base/http1/header_syntax.hpp"
#include "base/text/base64.hpp"
#include "base/text/quote.hpp"
#include "base/yaml/yaml_reader.hpp"

namespace kaudit::backends::webhook {
namespace {

constexpr std::string_view kNoTypeMeta =
    R"( into Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; )"
    R"(Kind string "json:\"kind,omitempty\"" })";
// As released binaries print it: the scheme's name is the place in the sources where it is made.
constexpr std::string_view kScheme =
    R"( in scheme "k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50")";

/// Where a value is, in the words of Go's JSON decoder and in ours.
struct Place {
  std::string type;   ///< the Go struct around it
  std::string path;   ///< `clusters.cluster.server`
  std::string field;  ///< `clusters[c].server`
};

/// Fills the types from a tree. What has the wrong type is passed over; the first of it is the
/// error.
class Decoder {
 public:
  std::optional<KubeconfigError> error;
  std::vector<std::string> unknown_fields;

  /// Kubernetes passes a field over that it does not know; a person may have meant another.
  void expect(std::string_view key, const yaml::Node& value, const Place& at, KnownFields known) {
    if (auto warning = unknown_field(key, value.position, at.field, known)) {
      unknown_fields.push_back(*std::move(warning));
    }
  }

  /// Calls on_member(key, value, place of the value) for each member; null has none.
  template <typename OnMember>
  void object(const yaml::Node& node, const Place& at, std::string_view go_type,
              const std::string& struct_name, OnMember on_member) {
    if (node.is_null()) return;
    const yaml::Members* members = node.mapping();
    if (members == nullptr) return mismatch(node, at, go_type);
    for (const yaml::Member& member : *members) {
      on_member(member.key, *member.value,
                Place{struct_name, joined(at.path, member.key), joined(at.field, member.key)});
    }
  }

  template <typename OnItem>
  void list(const yaml::Node& node, const Place& at, std::string_view go_type, OnItem on_item) {
    if (node.is_null()) return;
    const yaml::Items* items = node.sequence();
    if (items == nullptr) return mismatch(node, at, go_type);
    for (const yaml::Node* item : *items) on_item(*item);
  }

  void text(const yaml::Node& node, const Place& at, std::string& to) {
    if (node.is_null()) return;
    if (const std::string* value = node.string()) {
      to = *value;
    } else {
      mismatch(node, at, "string");
    }
  }

  void boolean(const yaml::Node& node, const Place& at, bool& to) {
    if (node.is_null()) return;
    if (const bool* value = node.boolean()) {
      to = *value;
    } else {
      mismatch(node, at, "bool");
    }
  }

  void bytes(const yaml::Node& node, const Place& at, std::string& to) {
    if (node.is_null()) return;
    const std::string* value = node.string();
    if (value == nullptr) return mismatch(node, at, "[]uint8");
    auto decoded = base64_decode(*value);
    if (!decoded) return refuse(decoded.error().message, at.field, node.position);
    to = *std::move(decoded);
  }

  void texts(const yaml::Node& node, const Place& at, std::vector<std::string>& to) {
    list(node, at, "[]string", [&](const yaml::Node& item) { text(item, at, to.emplace_back()); });
  }

  /// A list of `{name, MEMBER}`, which becomes a map by name.
  template <typename Entry, typename Read>
  void named(const yaml::Node& node, const Place& at, std::string_view member,
             std::string_view go_name, std::string_view go_entry, std::map<std::string, Entry>& to,
             Read read) {
    const std::string item_type = "Named" + std::string(go_name);
    list(node, at, "[]v1." + item_type, [&](const yaml::Node& item) {
      std::string name;
      Entry entry;
      // The name first, so that errors can say whose value it is.
      if (const yaml::Node* named_so = yaml::find(item, "name")) {
        text(*named_so, {item_type, at.path + ".name", at.field + "[].name"}, name);
      }
      object(item, at, "v1." + item_type, item_type,
             [&](std::string_view key, const yaml::Node& value, Place place) {
               if (key != member) {
                 return expect(key, value, place, std::array{std::string_view("name"), member});
               }
               place.field = at.field + "[" + name + "]." + std::string(member);
               read(value, place, entry);
             });
      if (!to.emplace(name, std::move(entry)).second) {
        refuse("error converting *[]" + item_type + " into *map[string]*api." +
                   std::string(go_entry) + ": duplicate name " + go_quoted(name) + " in list",
               at.field + "[" + name + "]", item.position);
      }
    });
  }

  void refuse(std::string message, std::string field, yaml::Position position) {
    if (!error) error = KubeconfigError{std::move(message), std::move(field), position};
  }

 private:
  static std::string joined(const std::string& path, std::string_view key) {
    return path.empty() ? std::string(key) : path + "." + std::string(key);
  }

  void mismatch(const yaml::Node& node, const Place& at, std::string_view go_type) {
    refuse("json: cannot unmarshal " + std::string(json_type(node)) + " into Go struct field " +
               at.type + "." + at.path + " of type " + std::string(go_type),
           at.field, node.position);
  }
};

void read_cluster(Decoder& in, const yaml::Node& node, const Place& at, ClusterEntry& to) {
  in.object(node, at, "v1.Cluster", "Cluster",
            [&](std::string_view key, const yaml::Node& value, const Place& place) {
              in.expect(key, value, place, kClusterFields);
              to.positions.emplace(key, value.position);
              if (key == "server") in.text(value, place, to.server);
              if (key == "tls-server-name") in.text(value, place, to.tls_server_name);
              if (key == "insecure-skip-tls-verify") {
                in.boolean(value, place, to.insecure_skip_tls_verify);
              }
              if (key == "certificate-authority") in.text(value, place, to.certificate_authority);
              if (key == "certificate-authority-data") {
                in.bytes(value, place, to.certificate_authority_data);
              }
              if (key == "proxy-url") in.text(value, place, to.proxy_url);
              if (key == "disable-compression") in.boolean(value, place, to.disable_compression);
            });
}

void read_exec(Decoder& in, const yaml::Node& node, const Place& at, std::optional<ExecEntry>& to) {
  if (node.is_null()) return;
  to.emplace();
  in.object(node, at, "v1.ExecConfig", "ExecConfig",
            [&](std::string_view key, const yaml::Node& value, const Place& place) {
              std::vector<std::string> unused;
              if (key == "command") in.text(value, place, to->command);
              if (key == "apiVersion") in.text(value, place, to->api_version);
              if (key == "interactiveMode") in.text(value, place, to->interactive_mode);
              if (key == "args") in.texts(value, place, unused);
              if (key != "env") return;
              in.list(value, place, "[]v1.ExecEnvVar", [&](const yaml::Node& item) {
                std::string& name = to->env_names.emplace_back();
                in.object(item, place, "v1.ExecEnvVar", "ExecEnvVar",
                          [&](std::string_view member, const yaml::Node& of, const Place& where) {
                            if (member == "name") in.text(of, where, name);
                          });
              });
            });
}

void read_auth_provider(Decoder& in, const yaml::Node& node, const Place& at,
                        std::optional<std::string>& to) {
  if (node.is_null()) return;
  to.emplace();
  in.object(node, at, "v1.AuthProviderConfig", "AuthProviderConfig",
            [&](std::string_view key, const yaml::Node& value, const Place& place) {
              if (key == "name") in.text(value, place, *to);
            });
}

void read_user(Decoder& in, const yaml::Node& node, const Place& at, UserEntry& to) {
  const std::array<std::pair<std::string_view, std::string*>, 8> texts = {{
      {"client-certificate", &to.client_certificate},
      {"client-key", &to.client_key},
      {"token", &to.token},
      {"tokenFile", &to.token_file},
      {"as", &to.as},
      {"as-uid", &to.as_uid},
      {"username", &to.username},
      {"password", &to.password},
  }};
  in.object(node, at, "v1.AuthInfo", "AuthInfo",
            [&](std::string_view key, const yaml::Node& value, const Place& place) {
              in.expect(key, value, place, kUserFields);
              to.positions.emplace(key, value.position);
              for (const auto& [name, target] : texts) {
                if (key == name) in.text(value, place, *target);
              }
              if (key == "client-certificate-data") {
                in.bytes(value, place, to.client_certificate_data);
              }
              if (key == "client-key-data") in.bytes(value, place, to.client_key_data);
              if (key == "as-groups") in.texts(value, place, to.as_groups);
              if (key == "as-user-extra") {
                in.object(value, place, "map[string][]string", place.type,
                          [&](std::string_view name, const yaml::Node& values, const Place& where) {
                            in.texts(values, where, to.as_user_extra[std::string(name)]);
                          });
              }
              if (key == "auth-provider") read_auth_provider(in, value, place, to.auth_provider);
              if (key == "exec") read_exec(in, value, place, to.exec);
            });
}

void read_context(Decoder& in, const yaml::Node& node, const Place& at, ContextEntry& to) {
  in.object(node, at, "v1.Context", "Context",
            [&](std::string_view key, const yaml::Node& value, const Place& place) {
              std::string unused;
              in.expect(key, value, place, kContextFields);
              to.positions.emplace(key, value.position);
              if (key == "cluster") in.text(value, place, to.cluster);
              if (key == "user") in.text(value, place, to.user);
              if (key == "namespace") in.text(value, place, unused);
            });
}

/// Refuses what is not `v1 Config`; a missing apiVersion or kind is that. (json.SimpleMetaFactory)
std::optional<KubeconfigError> check_kind(const yaml::Node& root) {
  const std::string prefix = "couldn't get version/kind; json parse error: json: cannot unmarshal ";
  std::string version;
  std::string kind;
  if (root.is_null()) return std::nullopt;
  if (root.mapping() == nullptr) {
    return KubeconfigError{prefix + std::string(json_type(root)) + std::string(kNoTypeMeta), "",
                           root.position};
  }
  for (const yaml::Member& member : *root.mapping()) {
    const bool is_kind = equals_ignoring_case(member.key, "kind");
    if (!is_kind && !equals_ignoring_case(member.key, "apiVersion")) continue;
    if (member.value->is_null()) continue;
    const char* name = is_kind ? "kind" : "apiVersion";
    const std::string* text = member.value->string();
    if (text == nullptr) {
      return KubeconfigError{prefix + std::string(json_type(*member.value)) +
                                 " into Go struct field ." + name + " of type string",
                             name, member.value->position};
    }
    (is_kind ? kind : version) = *text;
  }
  if (kind.empty()) kind = "Config";
  if (version.empty()) version = "v1";
  if (version == "v1" && kind == "Config") return std::nullopt;
  return KubeconfigError{"no kind " + go_quoted(kind) + " is registered for version " +
                             go_quoted(version) + std::string(kScheme),
                         "kind", root.position};
}

}  // namespace

KubeconfigResult<Kubeconfig> read_kubeconfig(std::string_view text) {
  const auto document = yaml::read_yaml(text);
  if (!document) {
    return tl::unexpected(KubeconfigError{document.error().message, "", document.error().position});
  }
  if (auto wrong = check_kind(*document->root)) return tl::unexpected(*std::move(wrong));
  Kubeconfig config;
  Decoder in;
  in.object(*document->root, {}, "v1.Config", "Config",
            [&](std::string_view key, const yaml::Node& value, const Place& place) {
              in.expect(key, value, place, kConfigFields);
              if (key == "clusters") {
                in.named(value, place, "cluster", "Cluster", "Cluster", config.clusters,
                         [&](const yaml::Node& node, const Place& at, ClusterEntry& to) {
                           read_cluster(in, node, at, to);
                         });
              }
              if (key == "users") {
                in.named(value, place, "user", "AuthInfo", "AuthInfo", config.users,
                         [&](const yaml::Node& node, const Place& at, UserEntry& to) {
                           read_user(in, node, at, to);
                         });
              }
              if (key == "contexts") {
                in.named(value, place, "context", "Context", "Context", config.contexts,
                         [&](const yaml::Node& node, const Place& at, ContextEntry& to) {
                           read_context(in, node, at, to);
                         });
              }
              if (key == "current-context") {
                in.text(value, place, config.current_context);
                config.current_context_position = value.position;
              }
            });
  if (in.error) {
    in.error->advice = std::move(in.unknown_fields);
    return tl::unexpected(*std::move(in.error));
  }
  config.unknown_fields = std::move(in.unknown_fields);
  return config;
}

}  // namespace kaudit::backends::webhook
