#include "apiserver/objects/openapi/path_items.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "apiserver/objects/openapi/parameters.hpp"
#include "base/text/ascii.hpp"

namespace kaudit::apiserver::objects::openapi {
namespace {

using objects::Json;
using objects::Resource;
using objects::Subresource;
using objects::Type;

std::string capitalised(std::string_view text) {
  std::string out(text);
  if (!out.empty()) out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
  return out;
}

/// `RbacAuthorization` of `rbac.authorization.k8s.io`, `Core` of the core group: what operations
/// are named after.
std::string group_name(std::string_view group) {
  if (group.empty()) return "Core";
  if (group.ends_with(".k8s.io")) group.remove_suffix(7);
  std::string name;
  while (!group.empty()) {
    const std::size_t dot = std::min(group.find('.'), group.size());
    name += capitalised(group.substr(0, dot));
    group.remove_prefix(std::min(dot + 1, group.size()));
  }
  return name;
}

/// What a verb of Kubernetes is in HTTP and in a document.
struct Verb {
  std::string_view verb;
  std::string_view method;
  std::string_view action;  ///< x-kubernetes-action
  std::string_view id;      ///< how the operation's id begins
  QueryOptions query;
};

constexpr Verb kOnCollection[] = {
    {"list", "get", "list", "list", QueryOptions::List},
    {"create", "post", "post", "create", QueryOptions::Create},
    {"deletecollection", "delete", "deletecollection", "delete", QueryOptions::DeleteCollection},
};
constexpr Verb kOnObject[] = {
    {"get", "get", "get", "read", QueryOptions::Get},
    {"update", "put", "put", "replace", QueryOptions::Update},
    {"patch", "patch", "patch", "patch", QueryOptions::Patch},
    {"delete", "delete", "delete", "delete", QueryOptions::Delete},
};
constexpr Verb kOnSubresource[] = {
    {"get", "get", "get", "read", QueryOptions::Get},
    {"create", "post", "post", "create", QueryOptions::Create},
    {"update", "put", "put", "replace", QueryOptions::Update},
    {"patch", "patch", "patch", "patch", QueryOptions::Patch},
    {"delete", "delete", "delete", "delete", QueryOptions::Delete},
};

constexpr std::string_view kPatchTypes[] = {
    "application/json-patch+json", "application/merge-patch+json",
    "application/strategic-merge-patch+json", "application/apply-patch+yaml"};
constexpr std::string_view kAnswerTypes[] = {"application/json", "application/yaml"};

/// What an operation reads and answers; null: any JSON, or nothing.
struct Bodies {
  Json request;  ///< a reference; null: the operation has no body
  Json answer;
};

class PathWriter {
 public:
  PathWriter(const Resource& resource, const CustomReferences* custom, Dialect dialect,
             SchemaSet& schemas)
      : resource_(resource), custom_(custom), dialect_(dialect), schemas_(schemas) {
    root_ = (resource.group.empty() ? "/api/" : "/apis/" + std::string(resource.group) + "/") +
            std::string(resource.version);
  }

  void append(Json& paths) const {
    const std::string own(resource_.name);
    const std::string base =
        resource_.namespaced() ? root_ + "/namespaces/{namespace}/" + own : root_ + "/" + own;
    const std::string name =
        (resource_.namespaced() ? "Namespaced" : "") + std::string(resource_.kind);
    add_path(paths, base, collection(name));
    if (resource_.namespaced() && resource_.allows("list")) {
      add_path(paths, root_ + "/" + own, across_namespaces());
    }
    add_path(paths, base + "/{name}", object(name));
    for (const Subresource& subresource : resource_.subresources) {
      add_path(paths, base + "/{name}/" + std::string(subresource.name),
               subresource_item(subresource, name));
    }
  }

 private:
  enum class Within : std::uint8_t { Everything, Namespace, Object };

  static void add_path(Json& paths, const std::string& path, Json item) {
    if (item.object()->size() > 1) paths.set(path, std::move(item));  // more than parameters
  }

  Json parameters(Within within) const {
    Json::Array list;
    if (within == Within::Object) append_path(list, "name", dialect_);
    if (resource_.namespaced() && within != Within::Everything) {
      append_path(list, "namespace", dialect_);
    }
    return Json(std::move(list));
  }

  Json item(Within within) const {
    Json json{Json::Object()};
    json.set("parameters", parameters(within));
    return json;
  }

  Json collection(const std::string& name) const {
    Json json = item(Within::Namespace);
    for (const Verb& verb : kOnCollection) {
      if (!resource_.allows(verb.verb)) continue;
      const bool whole = verb.verb == "deletecollection";
      const std::string id =
          whole ? operation_id(verb, "Collection" + name) : operation_id(verb, name);
      json.set(verb.method, operation(verb, id, bodies(verb), own_kind()));
    }
    return json;
  }

  Json across_namespaces() const {
    Json json = item(Within::Everything);
    const Verb& list = kOnCollection[0];
    const std::string id = operation_id(list, std::string(resource_.kind) + "ForAllNamespaces");
    json.set("get", operation(list, id, bodies(list), own_kind()));
    return json;
  }

  Json object(const std::string& name) const {
    Json json = item(Within::Object);
    for (const Verb& verb : kOnObject) {
      if (resource_.allows(verb.verb)) {
        json.set(verb.method, operation(verb, operation_id(verb, name), bodies(verb), own_kind()));
      }
    }
    return json;
  }

  Json subresource_item(const Subresource& subresource, const std::string& name) const {
    Json json = item(Within::Object);
    const std::string api_version =
        (subresource.group.empty() ? "" : std::string(subresource.group) + "/") +
        std::string(subresource.version);
    const Type* type = objects::find_type(api_version, subresource.kind);
    const Json kind = group_version_kind(subresource.group, subresource.version, subresource.kind);
    for (const Verb& verb : kOnSubresource) {
      if (std::ranges::find(subresource.verbs, verb.verb) == subresource.verbs.end()) continue;
      const std::string id = operation_id(verb, name + capitalised(subresource.name));
      json.set(verb.method, operation(verb, id, bodies(verb, type), kind));
    }
    return json;
  }

  std::string operation_id(const Verb& verb, const std::string& what) const {
    return std::string(verb.id) + group_name(resource_.group) + capitalised(resource_.version) +
           what;
  }

  Json own_kind() const {
    return group_version_kind(resource_.group, resource_.version, resource_.kind);
  }

  Json meta(const char* id) const { return schemas_.reference(*objects::type_by_id(id)); }

  Bodies bodies(const Verb& verb) const {
    if (custom_ != nullptr) {
      if (verb.verb == "list") return {Json(), custom_->list};
      return bodies_of(verb, custom_->object);
    }
    const Type* type = objects::find_type(resource_.api_version, resource_.kind);
    if (verb.verb == "list") {
      const Type* list = objects::find_type(resource_.api_version, resource_.list_kind);
      return {Json(), list ? schemas_.reference(*list) : Json()};
    }
    return bodies(verb, type);
  }

  Bodies bodies(const Verb& verb, const Type* type) const {
    // The status of a custom resource is written as the object itself.
    if (type == nullptr && custom_ != nullptr) return bodies_of(verb, custom_->object);
    // What is connected to has no type.
    if (type == nullptr) return {};
    return bodies_of(verb, schemas_.reference(*type));
  }

  Bodies bodies_of(const Verb& verb, const Json& object) const {
    if (verb.verb == "patch") {
      return {schemas_.reference_to_any("Patch"), object};
    }
    if (verb.verb == "delete" || verb.verb == "deletecollection") {
      return {meta("meta.v1.DeleteOptions"), meta("meta.v1.Status")};
    }
    if (verb.verb == "get") return {Json(), object};
    return {object, object};
  }

  Json operation(const Verb& verb, const std::string& id, Bodies bodies, const Json& kind) const {
    Json json{Json::Object()};
    Json::Array tags;
    std::string tag = group_name(resource_.group);
    tag[0] = to_lower(tag[0]);
    tags.emplace_back(tag + "_" + std::string(resource_.version));
    json.set("tags", Json(std::move(tags)));
    json.set("operationId", Json(id));
    Json::Array parameters;
    append_query(parameters, verb.query, dialect_);
    switch (dialect_) {
      case Dialect::V2:
        finish_v2(json, verb, std::move(parameters), std::move(bodies));
        break;
      case Dialect::V3:
        finish_v3(json, verb, std::move(parameters), std::move(bodies));
        break;
    }
    json.set("x-kubernetes-action", Json(verb.action));
    json.set("x-kubernetes-group-version-kind", kind);
    return json;
  }

  static Json answer(Json content) {
    Json ok{Json::Object()};
    ok.set("description", Json("OK"));
    if (!content.is_null()) {
      for (Json::Member& member : *content.object()) ok.set(member.name, std::move(member.value));
    }
    Json unauthorized{Json::Object()};
    unauthorized.set("description", Json("Unauthorized"));
    Json answers{Json::Object()};
    answers.set("200", std::move(ok));
    answers.set("401", std::move(unauthorized));
    return answers;
  }

  static Json member(const char* name, Json value) {
    Json json{Json::Object()};
    json.set(name, std::move(value));
    return json;
  }

  static Json list(std::span<const std::string_view> texts) {
    Json::Array array;
    for (const std::string_view text : texts) array.emplace_back(text);
    return Json(std::move(array));
  }

  static void finish_v2(Json& json, const Verb& verb, Json::Array parameters, Bodies bodies) {
    static constexpr std::string_view kAnything[] = {"*/*"};
    if (!bodies.request.is_null()) {
      Json body{Json::Object()};
      body.set("name", Json("body"));
      body.set("in", Json("body"));
      if (verb.method != "delete") body.set("required", Json(true));
      body.set("schema", std::move(bodies.request));
      parameters.insert(parameters.begin(), std::move(body));
    }
    json.set("consumes", verb.verb == "patch" ? list(kPatchTypes) : list(kAnything));
    json.set("produces", list(kAnswerTypes));
    if (!parameters.empty()) json.set("parameters", Json(std::move(parameters)));
    json.set("responses",
             answer(bodies.answer.is_null() ? Json() : member("schema", std::move(bodies.answer))));
  }

  static void finish_v3(Json& json, const Verb& verb, Json::Array parameters, Bodies bodies) {
    if (!parameters.empty()) json.set("parameters", Json(std::move(parameters)));
    if (!bodies.request.is_null()) {
      Json content{Json::Object()};
      if (verb.verb == "patch") {
        for (const std::string_view type : kPatchTypes) {
          content.set(type, member("schema", bodies.request));
        }
      } else {
        content.set("*/*", member("schema", std::move(bodies.request)));
      }
      Json body = member("content", std::move(content));
      if (verb.method != "delete") body.set("required", Json(true));
      json.set("requestBody", std::move(body));
    }
    Json content;
    if (!bodies.answer.is_null()) {
      Json types{Json::Object()};
      for (const std::string_view type : kAnswerTypes) {
        types.set(type, member("schema", bodies.answer));
      }
      content = member("content", std::move(types));
    }
    json.set("responses", answer(std::move(content)));
  }

  const Resource& resource_;
  const CustomReferences* const custom_;  // null for the kinds of the table
  const Dialect dialect_;
  SchemaSet& schemas_;
  std::string root_;
};

}  // namespace

Json paths_of(std::span<const Resource* const> resources, std::span<const CustomKind> custom,
              Dialect dialect, SchemaSet& schemas) {
  Json paths{Json::Object()};
  for (const Resource* resource : resources) {
    PathWriter(*resource, nullptr, dialect, schemas).append(paths);
  }
  for (const CustomKind& kind : custom) {
    const CustomReferences references = add_custom_kind(kind, dialect, schemas);
    PathWriter(*kind.resource, &references, dialect, schemas).append(paths);
  }
  paths.sort_members();
  return paths;
}

}  // namespace kaudit::apiserver::objects::openapi
