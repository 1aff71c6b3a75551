#include "policy/kind.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text/quote.hpp"

namespace kaudit::policy {
namespace {

constexpr std::string_view kGroup = "audit.k8s.io";
constexpr std::string_view kInternal = "__internal";
constexpr std::string_view kPolicyKind = "Policy";

constexpr std::string_view kLongS = "\u017F";
constexpr std::string_view kKelvin = "\u212A";
constexpr std::string_view kCannotUnmarshal =
    "couldn't get version/kind; json parse error: json: cannot unmarshal ";
constexpr std::array<std::string_view, 4> kOwnKinds{"Event", "EventList", "Policy", "PolicyList"};
constexpr std::array<std::string_view, 7> kMetaKinds{
    "WatchEvent",    "ListOptions",   "GetOptions",  "DeleteOptions",
    "CreateOptions", "UpdateOptions", "PatchOptions"};
constexpr std::array<std::string_view, 5> kUnversionedKinds{"Status", "APIVersions", "APIGroupList",
                                                            "APIGroup", "APIResourceList"};
constexpr std::string_view kInScheme = R"( in scheme "k8s.io/apiserver/pkg/audit/scheme.go:30")";

struct TypeMeta {
  std::string api_version;
  std::string kind;
};

struct GroupVersion {
  std::string_view group;
  std::string_view version;
};

/// Folds case as encoding/json does for names: ASCII, and the two letters of Unicode that fold to
/// ASCII.
std::string folded(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    if (name.starts_with(kLongS) || name.starts_with(kKelvin)) {
      const bool is_s = name.starts_with(kLongS);
      out += is_s ? 's' : 'k';
      name.remove_prefix(is_s ? kLongS.size() : kKelvin.size());
      continue;
    }
    const char c = name.front();
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    name.remove_prefix(1);
  }
  return out;
}

Result<TypeMeta> read_type_meta(const yaml::Document& document) {
  const yaml::Node& root = *document.root;
  TypeMeta meta;
  if (root.is_null()) return meta;
  if (root.mapping() == nullptr) {
    return fail(
        std::string(kCannotUnmarshal) + std::string(json_type(root)) +
        R"( into Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; )"
        R"(Kind string "json:\"kind,omitempty\"" })");
  }
  for (const yaml::Member& member : *root.mapping()) {
    const std::string name = folded(member.key);
    if (name != "apiversion" && name != "kind") continue;
    const bool is_kind = name == "kind";
    if (member.value->is_null()) continue;
    const std::string* text = member.value->string();
    if (text == nullptr) {
      return fail(std::string(kCannotUnmarshal) + std::string(json_type(*member.value)) +
                  " into Go struct field ." + (is_kind ? "kind" : "apiVersion") +
                  " of type string");
    }
    (is_kind ? meta.kind : meta.api_version) = *text;
  }
  return meta;
}

Result<GroupVersion> parse_group_version(std::string_view text) {
  if (text.empty() || text == "/") return GroupVersion{};
  const auto slash = text.find('/');
  if (slash == text.npos) return GroupVersion{"", text};
  if (text.find('/', slash + 1) != text.npos) {
    return fail("unexpected GroupVersion string: " + std::string(text));
  }
  return GroupVersion{text.substr(0, slash), text.substr(slash + 1)};
}

/// The Go type that Kubernetes' audit scheme has under this name, or "".
std::string go_type(const GroupVersion& gv, std::string_view kind) {
  const auto is_one_of = [kind](const auto& kinds) {
    return std::ranges::find(kinds, kind) != kinds.end();
  };
  const bool is_internal = gv.version == kInternal;
  if (gv.group == kGroup && (is_internal || gv.version == "v1")) {
    if (is_one_of(kOwnKinds)) return (is_internal ? "audit." : "v1.") + std::string(kind);
    if (is_internal && kind == "WatchEvent") return "v1.InternalEvent";
    if (!is_internal && is_one_of(kMetaKinds)) return "v1." + std::string(kind);
  }
  return is_one_of(kUnversionedKinds) ? "v1." + std::string(kind) : "";
}

std::string not_registered(const GroupVersion& gv, std::string_view kind) {
  std::string text = "no kind " + go_quoted(kind) + " is registered for ";
  if (gv.version == kInternal) {
    text += "the internal version of group " + go_quoted(gv.group);
  } else {
    std::string name(gv.group);
    if (!name.empty()) name += '/';
    text += "version " + go_quoted(name + std::string(gv.version));
  }
  return text + std::string(kInScheme);
}

}  // namespace

Result<DocumentKind> interpret_kind(const yaml::Document& document) {
  const Result<TypeMeta> meta = read_type_meta(document);
  if (!meta) return tl::unexpected(meta.error());
  Result<GroupVersion> gv = parse_group_version(meta->api_version);
  if (!gv) return tl::unexpected(gv.error());

  const std::string_view kind = meta->kind.empty() ? kPolicyKind : meta->kind;
  if (gv->version.empty() && (gv->group.empty() || gv->group == kGroup)) *gv = {kGroup, kInternal};
  const std::string type = go_type(*gv, kind);
  if (type.empty()) return fail(not_registered(*gv, kind));
  if (kind != kPolicyKind) {
    return fail("converting (" + type + ") to (audit.Policy): unknown conversion");
  }
  return gv->version == kInternal ? DocumentKind::InternalPolicy : DocumentKind::Policy;
}

}  // namespace kaudit::policy
