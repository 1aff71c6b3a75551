#include "apiserver/objects/codec.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "apiserver/objects/kind_rules.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/schema.hpp"
#include "audit/base/quote.hpp"
#include "audit/yaml/reader.hpp"
#include "audit/yaml/to_json.hpp"

namespace kaudit::apiserver::objects {
namespace {

// How Kubernetes' own errors call the table of its types.
constexpr std::string_view kScheme = "pkg/runtime/scheme.go:111";

bool equal_fold(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

struct GroupVersionKind {
  std::string api_version;
  std::string kind;
  std::string_view version() const {
    const std::string_view text = api_version;
    return text.substr(text.find('/') + 1);  // npos + 1 is 0
  }
};

// The first look at a body ignores the case of the two names. (encoding/json)
Result<std::string> read_type_member(const Json& tree, std::string_view name) {
  const Json* found = nullptr;
  if (const Json::Object* members = tree.object()) {
    for (const Json::Member& member : *members) {
      if (equal_fold(member.name, name)) found = &member.value;
    }
  }
  if (found == nullptr || found->is_null()) return std::string();
  if (found->string()) return *found->string();
  std::string text = "couldn't get version/kind; json parse error: json: cannot unmarshal ";
  text.append(found->type_name()).append(" into Go struct field .").append(name);
  return fail(text + " of type string");
}

Result<GroupVersionKind> read_type(const Json& tree) {
  if (!tree.object() && !tree.is_null()) {
    return fail("couldn't get version/kind; json parse error: json: cannot unmarshal " +
                std::string(tree.type_name()) +
                " into Go value of type struct { APIVersion string "
                "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
                "\"json:\\\"kind,omitempty\\\"\" }");
  }
  auto api_version = read_type_member(tree, "apiVersion");
  if (!api_version) return tl::unexpected(api_version.error());
  auto kind = read_type_member(tree, "kind");
  if (!kind) return tl::unexpected(kind.error());
  if (std::count(api_version->begin(), api_version->end(), '/') > 1) {
    return fail("unexpected GroupVersion string: " + *api_version);
  }
  return GroupVersionKind{*std::move(api_version), *std::move(kind)};
}

// What a refusal shows of a body that it could not make sense of: 30 bytes, in hex unless it looks
// like JSON.
std::string summary(std::string_view body) {
  constexpr std::size_t kShown = 30;
  constexpr std::string_view kHex = "0123456789abcdef";
  if (body.empty()) return "<empty>";
  std::string text;
  if (body.front() == '{') {
    text = body.substr(0, kShown);
  } else {
    for (const char c : body.substr(0, kShown)) {
      const auto byte = static_cast<unsigned char>(c);
      text += kHex[byte >> 4U];
      text += kHex[byte & 15U];
    }
  }
  return body.size() > kShown ? text + " ..." : text;
}

tl::unexpected<Error> unrecognized(TypeMeta expected, const Error& error, std::string_view body) {
  return fail("the object provided is unrecognized (must be of type " + std::string(expected.kind) +
              "): " + error.message + " (" + summary(body) + ")");
}

std::string not_registered(const GroupVersionKind& given) {
  return "no kind " + quoted(given.kind) + " is registered for version " +
         quoted(given.api_version) + " in scheme " + quoted(kScheme);
}

std::optional<std::string> wrong_type(TypeMeta expected, const GroupVersionKind& given) {
  if (given.kind == expected.kind && given.api_version == expected.api_version) return {};
  if (find_kind(given.api_version, given.kind) == nullptr) return not_registered(given);
  return "converting (" + std::string(given.version()) + "." + given.kind + ") to (" +
         std::string(expected.api_version.substr(expected.api_version.find('/') + 1)) + "." +
         std::string(expected.kind) + "): unknown conversion";
}

void append_others_as_sent(Json::Object& out, const Json& tree) {
  static constexpr std::string_view kSortedMaps[] = {"data", "binaryData", "stringData"};
  if (!tree.object()) return;
  for (const Json::Member& member : *tree.object()) {
    if (member.name == "kind" || member.name == "apiVersion" || member.name == "metadata") continue;
    out.push_back(member);
    if (std::find(std::begin(kSortedMaps), std::end(kSortedMaps), member.name) !=
        std::end(kSortedMaps)) {
      out.back().value.sort_members();
    }
  }
}

}  // namespace

Result<Json> parse_body(std::string_view body, BodyFormat format) {
  switch (format) {
    case BodyFormat::Json:
      return Json::parse(body);
    case BodyFormat::Yaml:
      break;
  }
  const auto document = yaml::read_document(body);
  if (!document) return fail(document.error().message);
  std::string json;
  yaml::append_json(json, *document->root);
  return Json::parse(json);
}

Result<Json> canonical_object(TypeMeta expected, const Json& tree) {
  Json::Object object;
  object.push_back({"kind", Json(expected.kind)});
  object.push_back({"apiVersion", Json(expected.api_version)});

  const Json* given = tree.find("metadata");
  if (given != nullptr && !given->is_null() && !given->object()) {
    return fail("json: cannot unmarshal " + std::string(given->type_name()) +
                " into Go struct field " + std::string(expected.kind) +
                ".metadata of type v1.ObjectMeta");
  }
  auto metadata = read_as(kObjectMeta, given ? *given : Json(), "metadata");
  if (!metadata) return tl::unexpected(metadata.error());
  object.push_back({"metadata", *std::move(metadata)});

  if (const StructType* type = known_type(expected.api_version, expected.kind)) {
    auto rest = read_as(*type, tree);
    if (!rest) return tl::unexpected(rest.error());
    std::move(rest->object()->begin(), rest->object()->end(), std::back_inserter(object));
  } else {
    append_others_as_sent(object, tree);
  }
  Json result(std::move(object));
  apply_decoding_rules(expected, result);
  return result;
}

Result<Json> decode_object(TypeMeta expected, std::string_view body, BodyFormat format) {
  auto tree = parse_body(body, format);
  if (!tree) {
    const std::string_view prefix =
        format == BodyFormat::Json ? "couldn't get version/kind; json parse error: " : "";
    return unrecognized(expected, {std::string(prefix) + tree.error().message}, body);
  }
  auto type = read_type(*tree);
  if (!type) return unrecognized(expected, type.error(), body);
  if (type->kind.empty()) type->kind = expected.kind;
  if (type->api_version.empty()) type->api_version = expected.api_version;

  const auto refuse = [&](const std::string& why) {
    return fail(type->kind + " in version " + quoted(type->version()) + " cannot be handled as a " +
                std::string(expected.kind) + ": " + why);
  };
  if (const auto why = wrong_type(expected, *type)) return refuse(*why);
  auto object = canonical_object(expected, *tree);
  if (!object) return refuse(object.error().message);
  return object;
}

Result<Json> decode_delete_options(TypeMeta resource, std::string_view body, BodyFormat format) {
  auto tree = parse_body(body, format);
  if (!tree) {
    const std::string_view prefix =
        format == BodyFormat::Json ? "couldn't get version/kind; json parse error: " : "";
    return fail(std::string(prefix) + tree.error().message);
  }
  auto type = read_type(*tree);
  if (!type) return tl::unexpected(type.error());
  // Options come with any group version that is served, with meta.k8s.io's, or without.
  const auto is_served = [&](const Resource& r) { return r.api_version == type->api_version; };
  const bool known_version = type->api_version.empty() || type->api_version == "meta.k8s.io/v1" ||
                             type->api_version == resource.api_version ||
                             std::any_of(all_resources().begin(), all_resources().end(), is_served);
  if (!known_version || (!type->kind.empty() && type->kind != "DeleteOptions")) {
    if (type->kind.empty()) type->kind = "DeleteOptions";
    return fail(not_registered(*type));
  }
  auto options = read_as(kDeleteOptions, *tree);
  if (!options) return options;
  Json::Object result;
  result.push_back({"kind", Json("DeleteOptions")});
  result.push_back({"apiVersion", Json("meta.k8s.io/__internal")});
  std::move(options->object()->begin(), options->object()->end(), std::back_inserter(result));
  return Json(std::move(result));
}

}  // namespace kaudit::apiserver::objects
