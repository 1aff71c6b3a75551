#include "apiserver/nonresource/openapi.hpp"

#include <algorithm>
#include <ctime>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "apiserver/http/response_head.hpp"
#include "apiserver/nonresource/custom_documents.hpp"
#include "apiserver/nonresource/nonresource.hpp"
#include "apiserver/nonresource/version.hpp"
#include "apiserver/objects/openapi/documents.hpp"
#include "apiserver/request/accept.hpp"
#include "base/json/json_text.hpp"

namespace kaudit::apiserver::nonresource {
namespace {

using OpenApiDocument = std::shared_ptr<const CachedDocument>;

// What clients ask for has an `@` in its name, which is not a legal media type: the answer's has a
// dot.
constexpr std::string_view kProtobufV2 =
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
constexpr std::string_view kProtobufV3 =
    "application/com.github.proto-openapi.spec.v3.v1.0+protobuf";
constexpr std::string_view kOldProtobufV3 =
    "application/com.github.proto-openapi.spec.v3@v1.0+protobuf";
constexpr std::string_view kJson = "application/json";

// A document behind its hash never changes: clients are to keep it.
constexpr std::time_t kSecondsOfAYear = 365L * 24 * 60 * 60;

bool wants_protobuf(const http::Request& request) {
  for (const std::string_view accept : request.headers.all("Accept")) {
    if (accept.find("proto-openapi.spec.v2") != std::string_view::npos) return true;
  }
  return false;
}

// The form of version 3 that a client takes first; "" when it takes none.
std::string_view v3_type(const http::Request& request) {
  const auto accept = request.headers.first("Accept");
  if (!accept || accept->empty()) return kJson;
  for (const request::AcceptClause& clause : request::parse_accept(*accept)) {
    if (clause.covers(kJson)) return kJson;
    if (clause.covers(kProtobufV3) || clause.covers(kOldProtobufV3)) return kProtobufV3;
  }
  return "";
}

/// Answers a document, or 304 to a client that has it. `other_form` is sent in its place.
Answer answer(const RequestScope& scope, const CachedDocument& document, std::string_view type,
              std::string_view caching, const CachedDocument* other_form = nullptr) {
  http::Response response(200, {}, {});
  response.headers.set("Etag", document.etag());
  response.headers.set("Vary", "Accept");
  response.headers.set("Cache-Control", std::string(caching));
  if (scope.request().headers.first("If-None-Match").value_or("") == document.etag()) {
    response.status = 304;
  } else {
    response.headers.set("Content-Type", std::string(type));
    response.body = other_form != nullptr ? other_form->text() : document.text();
  }
  return Answer(std::move(response));
}

std::string index_text(const std::map<std::string, OpenApiDocument>& documents) {
  std::string text = R"({"paths":{)";
  for (const auto& [path, document] : documents) {
    if (text.back() != '{') text += ',';
    append_json_string(text, path);
    text += R"(:{"serverRelativeURL":)";
    append_json_string(text, openapi_v3_url(path, *document));
    text += '}';
  }
  return text + "}}";
}

OpenApiDocument openapi_document(std::function<std::string()> make) {
  return std::make_shared<const CachedDocument>(std::move(make));
}

OpenApiDocument protobuf_of(const OpenApiDocument& document) {
  return openapi_document([document] { return objects::openapi::v3_protobuf(document->text()); });
}

/// What is defined, with the definitions that hold it.
struct Defined {
  std::vector<custom::DefinitionPtr> definitions;
  std::vector<objects::openapi::CustomKind> kinds;
};

using DefinedByPath = std::map<std::string, Defined>;

DefinedByPath defined_by_path(const custom::Registry& registry) {
  DefinedByPath paths;
  for (const custom::DefinitionPtr& definition : registry.established()) {
    if (objects::group_exists(definition->group)) continue;
    for (const custom::Version& version : definition->versions) {
      if (!version.served) continue;
      Defined& defined = paths["apis/" + std::string(version.resource->api_version)];
      defined.definitions.push_back(definition);
      const bool has_schema = !version.schema_props.is_null();
      defined.kinds.push_back({version.resource, has_schema ? &version.schema_props : nullptr});
    }
  }
  return paths;
}

// Names of documents that are no paths.
constexpr const char* kIndexName = "index";
constexpr const char* kJsonName = "v2";
constexpr const char* kProtobufName = "v2-protobuf";
constexpr const char* kProtobufEnd = " protobuf";  // behind a path

// A group version's name for what it says now: its document stays while that does.
std::string stamped(const std::string& path, const Defined& defined) {
  std::string name = path;
  for (const custom::DefinitionPtr& definition : defined.definitions) {
    name += " " + definition->uid + "@" + std::to_string(definition->since);
  }
  return name;
}

CustomDocuments::Documents openapi_documents(const custom::Registry& registry,
                                             const CustomDocuments::Documents& before,
                                             std::map<std::string, OpenApiDocument> index) {
  CustomDocuments::Documents documents;
  const auto everything = std::make_shared<Defined>();
  for (auto& [path, defined] : defined_by_path(registry)) {
    everything->definitions.insert(everything->definitions.end(), defined.definitions.begin(),
                                   defined.definitions.end());
    everything->kinds.insert(everything->kinds.end(), defined.kinds.begin(), defined.kinds.end());
    const std::string stamp = stamped(path, defined);
    const auto known = before.find(stamp);
    const OpenApiDocument document =
        known != before.end() ? known->second : openapi_document([defined = std::move(defined)] {
          return objects::openapi::v3_custom_document(defined.kinds, kubernetes_version());
        });
    documents[stamp] = document;
    documents[path] = document;
    documents[path + kProtobufEnd] = protobuf_of(document);
    index[path] = document;
  }
  documents[kIndexName] =
      openapi_document([index = std::move(index)] { return index_text(index); });
  documents[kJsonName] = openapi_document(
      [everything] { return objects::openapi::v2_json(kubernetes_version(), everything->kinds); });
  documents[kProtobufName] = openapi_document([everything] {
    return objects::openapi::v2_protobuf(kubernetes_version(), everything->kinds);
  });
  return documents;
}

}  // namespace

std::string openapi_v3_url(const std::string& path, const CachedDocument& document) {
  const std::string_view etag = document.etag();
  return "/openapi/v3/" + path + "?hash=" + std::string(etag.substr(1, etag.size() - 2));
}

Answer openapi_v2(const RequestScope& scope, const CachedDocument& json,
                  const CachedDocument& protobuf) {
  const bool binary = wants_protobuf(scope.request());
  return answer(scope, binary ? protobuf : json, binary ? kProtobufV2 : "application/json",
                "no-cache, private");
}

Answer openapi_v3_index(const RequestScope& scope, const CachedDocument& index) {
  return answer(scope, index, "application/json", "no-cache, private");
}

Answer openapi_v3(const RequestScope& scope, const CachedDocument& json,
                  const CachedDocument& protobuf, const std::string& path) {
  const std::string_view type = v3_type(scope.request());
  if (type.empty()) return Answer(http::Response(406));
  const CachedDocument* const other_form = type == kJson ? nullptr : &protobuf;
  const std::string url = openapi_v3_url(path, json);
  const std::string_view asked = scope.url.parameter("hash");
  if (asked.empty()) return answer(scope, json, type, "no-cache, private", other_form);
  if (url.substr(url.find('=') + 1) != asked) {
    http::Response moved(301);
    moved.headers.set("Location", url);
    return Answer(std::move(moved));
  }
  Answer kept = answer(scope, json, type, "public, immutable", other_form);
  kept.response.headers.set("Expires", http::http_date(std::time(nullptr) + kSecondsOfAYear));
  return kept;
}

void NonResource::add_openapi() {
  const OpenApiDocument json =
      openapi_document([] { return objects::openapi::v2_json(kubernetes_version()); });
  const OpenApiDocument protobuf =
      openapi_document([] { return objects::openapi::v2_protobuf(kubernetes_version()); });
  add("/openapi/v2", [this, json, protobuf](RequestScope& scope) {
    if (openapi_->none()) return ready(openapi_v2(scope, *json, *protobuf));
    const auto documents = openapi_->current();
    return ready(openapi_v2(scope, *documents->at(kJsonName), *documents->at(kProtobufName)));
  });
  std::map<std::string, OpenApiDocument> documents;
  for (const std::string& path : objects::openapi::group_version_paths()) {
    documents[path] = openapi_document(
        [path] { return objects::openapi::v3_document(path, kubernetes_version()); });
  }
  const OpenApiDocument index = openapi_document([documents] { return index_text(documents); });
  openapi_ = std::make_shared<const CustomDocuments>(
      options_.definitions,
      [documents](const custom::Registry& definitions, const CustomDocuments::Documents& before) {
        return openapi_documents(definitions, before, documents);
      });
  add("/openapi/v3", [this, index](RequestScope& scope) {
    if (openapi_->none()) return ready(openapi_v3_index(scope, *index));
    const auto all = openapi_->current();
    return ready(openapi_v3_index(scope, *all->at(kIndexName)));
  });
  for (const auto& [path, document] : documents) {
    const OpenApiDocument binary = protobuf_of(document);
    add("/openapi/v3/" + path, [path = path, document = document, binary](RequestScope& scope) {
      return ready(openapi_v3(scope, *document, *binary, path));
    });
  }
}

std::optional<Answer> NonResource::custom_openapi(RequestScope& scope,
                                                  std::string_view path) const {
  constexpr std::string_view kPrefix = "/openapi/v3/";
  if (!path.starts_with(kPrefix)) return std::nullopt;
  const std::string name(path.substr(kPrefix.size()));
  const auto document = name.starts_with("apis/") ? openapi_->find(name) : nullptr;
  const auto binary = document ? openapi_->find(name + kProtobufEnd) : nullptr;
  if (!binary) return std::nullopt;
  return openapi_v3(scope, *document, *binary, name);
}

}  // namespace kaudit::apiserver::nonresource
