#include "apiserver/objects/body_head.hpp"

#include <algorithm>

#include "apiserver/objects/tree/json.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects {
namespace {

// How Kubernetes' own errors call the table of its types.
constexpr std::string_view kScheme = "pkg/runtime/scheme.go:111";

Result<std::string> read_text(const Json& tree, std::string_view name) {
  const Json* found = nullptr;
  if (const Json::Object* members = tree.object()) {
    for (const Json::Member& member : *members) {
      if (equals_ignoring_case(member.name, name) && !member.value.is_null()) found = &member.value;
    }
  }
  if (found == nullptr) return std::string();
  if (found->string()) return *found->string();
  std::string text = "couldn't get version/kind; json parse error: json: cannot unmarshal ";
  text.append(found->type_name()).append(" into Go struct field .").append(name);
  return fail(text + " of type string");
}

}  // namespace

Result<BodyHead> read_head(std::string_view json) {
  const auto tree = Json::parse(json);
  if (!tree) return tl::unexpected(tree.error());
  if (!tree->object() && !tree->is_null()) {
    return fail("couldn't get version/kind; json parse error: json: cannot unmarshal " +
                std::string(tree->type_name()) +
                " into Go value of type struct { APIVersion string "
                "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
                "\"json:\\\"kind,omitempty\\\"\" }");
  }
  auto api_version = read_text(*tree, "apiVersion");
  if (!api_version) return tl::unexpected(api_version.error());
  auto kind = read_text(*tree, "kind");
  if (!kind) return tl::unexpected(kind.error());
  if (std::count(api_version->begin(), api_version->end(), '/') > 1) {
    return fail("unexpected GroupVersion string: " + *api_version);
  }
  return BodyHead{*std::move(api_version), *std::move(kind)};
}

void complete_head(BodyHead& head, std::optional<TypeMeta> fallback) {
  if (!fallback) return;
  if (head.kind.empty()) head.kind = fallback->kind;
  if (head.api_version.empty()) head.api_version = fallback->api_version;
}

std::string not_registered(const BodyHead& head) {
  return "no kind " + go_quoted(head.kind) + " is registered for version " +
         go_quoted(head.api_version) + " in scheme " + go_quoted(kScheme);
}

}  // namespace kaudit::apiserver::objects
