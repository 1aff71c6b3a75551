#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "apiserver/objects/validate/kinds_rules.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/base64.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;
constexpr std::string_view kWhenImmutable = "field is immutable when `immutable` is set";

// The bytes that base64 text stands for.
std::size_t decoded_size(std::string_view text) {
  const auto padding = static_cast<std::size_t>(text.ends_with("==") ? 2 : text.ends_with('='));
  return text.size() / 4 * 3 - std::min(padding, text.size());
}

bool is_json_object(const Json& value) {
  const auto bytes = base64_decode(text_of(value));
  if (!bytes) return false;
  const auto json = Json::parse(*bytes);
  return json && (json->object() != nullptr || json->is_null());
}

void check_json(const FieldPath& path, const Json* value, Findings& findings) {
  if (value == nullptr) return findings.required(path);
  if (is_json_object(*value)) return;
  const auto bytes = base64_decode(text_of(*value));
  const auto json = Json::parse(bytes ? *bytes : std::string());
  const std::string why = json ? "json: cannot unmarshal " + std::string(json->type_name()) +
                                     " into Go value of type map[string]interface {}"
                               : json.error().message;
  findings.invalid(path, "<secret contents redacted>", why);
}

// What a Secret of a certain type must have.
void check_secret_type(const Json& secret, Findings& findings) {
  const FieldPath path("data");
  const std::string_view type = text(&secret, "type");
  const auto value = [&secret](std::string_view key) { return member(&secret, {"data", key}); };
  if (type == "kubernetes.io/service-account-token") {
    constexpr std::string_view kName = "kubernetes.io/service-account.name";
    const FieldPath annotations("metadata.annotations");
    if (text(member(&secret, {"metadata", "annotations"}), kName).empty()) {
      findings.required(annotations.key(kName));
    }
  } else if (type == "kubernetes.io/dockercfg") {
    check_json(path.key(".dockercfg"), value(".dockercfg"), findings);
  } else if (type == "kubernetes.io/dockerconfigjson") {
    check_json(path.key(".dockerconfigjson"), value(".dockerconfigjson"), findings);
  } else if (type == "kubernetes.io/basic-auth") {
    if (value("username") == nullptr && value("password") == nullptr) {
      findings.required(path.key("username"));
      findings.required(path.key("password"));
    }
  } else if (type == "kubernetes.io/ssh-auth") {
    const Json* key = value("ssh-privatekey");
    if (key == nullptr || text_of(*key).empty()) findings.required(path.key("ssh-privatekey"));
  } else if (type == "kubernetes.io/tls") {
    for (const std::string_view key : {"tls.crt", "tls.key"}) {
      if (value(key) == nullptr) findings.required(path.key(key));
    }
  }
}

void check_frozen(const Json& before, const Json& after,
                  std::initializer_list<std::string_view> parts, Findings& findings) {
  if (!is_true(&before, "immutable")) return;
  if (!is_true(&after, "immutable")) {
    findings.forbidden(FieldPath("immutable"), kWhenImmutable);
  }
  for (const std::string_view part : parts) {
    if (!same(member(&before, part), member(&after, part))) {
      findings.forbidden(FieldPath(part), kWhenImmutable);
    }
  }
}

}  // namespace

void check_config_map(const Json& config_map, Findings& findings) {
  const FieldPath data("data");
  const FieldPath binary("binaryData");
  std::size_t size = 0;
  for (const Json::Member& each : entries(&config_map, "data")) {
    const FieldPath path = data.key(each.name);
    findings.invalid(path, each.name, config_key_errors(each.name));
    if (member(&config_map, {"binaryData", each.name}) != nullptr) {
      findings.invalid(path, each.name, "duplicate of key present in binaryData");
    }
    size += text_of(each.value).size();
  }
  for (const Json::Member& each : entries(&config_map, "binaryData")) {
    findings.invalid(binary.key(each.name), each.name, config_key_errors(each.name));
    size += decoded_size(text_of(each.value));
  }
  if (size > kMaxBytes) findings.too_long(FieldPath(""), kMaxBytes);
}

void check_config_map_change(const Json& before, const Json& after, Findings& findings) {
  check_frozen(before, after, {"data", "binaryData"}, findings);
}

void check_secret(const Json& secret, Findings& findings) {
  const FieldPath data("data");
  std::size_t size = 0;
  for (const Json::Member& each : entries(&secret, "data")) {
    findings.invalid(data.key(each.name), each.name, config_key_errors(each.name));
    size += decoded_size(text_of(each.value));
  }
  if (size > kMaxBytes) findings.too_long(data, kMaxBytes);
  check_secret_type(secret, findings);
}

void check_secret_change(const Json& before, const Json& after, Findings& findings) {
  check_immutable(FieldPath("type"), member(&before, "type"), member(&after, "type"), findings);
  check_frozen(before, after, {"data"}, findings);
}

}  // namespace kaudit::apiserver::objects::validate
