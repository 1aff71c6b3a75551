#include "apiserver/api/write/data_keys.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "apiserver/api/status_errors.hpp"
#include "base/text/ascii.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr std::size_t kMaxKey = 253;

bool is_key_character(char c) noexcept {
  return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
}

// (apimachinery pkg/util/validation IsConfigMapKey)
std::vector<std::string_view> faults_of_key(std::string_view key) {
  std::vector<std::string_view> faults;
  if (key.size() > kMaxKey) faults.emplace_back("must be no more than 253 characters");
  if (key.empty() || !std::all_of(key.begin(), key.end(), is_key_character)) {
    faults.emplace_back(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
        "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
        "'[-._a-zA-Z0-9]+')");
  }
  if (key == ".") {
    faults.emplace_back("must not be '.'");
  } else if (key == "..") {
    faults.emplace_back("must not be '..'");
  } else if (key.starts_with("..")) {
    faults.emplace_back("must not start with '..'");
  }
  return faults;
}

const Json::Object* members_of(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member == nullptr ? nullptr : member->object();
}

}  // namespace

Expected<void> check_data(const Call& call, const Json& object) {
  const std::string_view resource = call.resource.qualified_name;
  if (resource != "secrets" && resource != "configmaps") return {};
  std::vector<FieldError> errors;
  const Json::Object* data = members_of(object, "data");
  for (const std::string_view name : {"data", "binaryData"}) {
    const Json::Object* members = members_of(object, name);
    if (members == nullptr) continue;
    for (const Json::Member& member : *members) {
      const std::string& key = member.name;
      const std::string field = std::string(name) + "[" + key + "]";
      for (const std::string_view fault : faults_of_key(key)) {
        errors.push_back(FieldError::invalid(field, key, fault));
      }
      const bool twice = name == "binaryData" && data != nullptr &&
                         std::any_of(data->begin(), data->end(), [&key](const Json::Member& other) {
                           return other.name == key;
                         });
      if (twice) {
        errors.push_back(FieldError::invalid(field, key, "duplicate of key present in data"));
      }
    }
  }
  if (errors.empty()) return {};
  return tl::unexpected(invalid(call.resource.group, call.resource.kind, call.name, errors));
}

}  // namespace kaudit::apiserver::api
