#include "apiserver/testapi/seed.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "apiserver/loopback/own_request.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "base/text/percent.hpp"
#include "base/yaml/to_json.hpp"

namespace kaudit::apiserver::testapi {
namespace {

using boost::asio::awaitable;
using objects::Json;

constexpr std::size_t kMaxErrors = 50;
constexpr std::string_view kManager = "fieldManager=kubectl-client-side-apply";

int rank_of(const SeedObject& object) {
  if (object.kind == "CustomResourceDefinition") return 0;
  if (object.kind == "Namespace" && object.api_version == "v1") return 1;
  for (const std::string_view kind :
       {"ServiceAccount", "PriorityClass", "RuntimeClass", "StorageClass"}) {
    if (object.kind == kind) return 2;
  }
  return 3;
}

/// A kubectl of the administrator's.
audit::UserInfo planter() {
  audit::UserInfo user;
  user.username = "system:admin";
  user.groups = {"system:masters", "system:authenticated"};
  return user;
}

std::string escaped(const std::string& segment) {
  std::string text;
  append_escaped_path(text, segment);
  return text;
}

std::string collection_of(const objects::Resource& resource, const std::string& ns) {
  std::string path = resource.group.empty() ? "/api/" : "/apis/";
  path += std::string(resource.api_version) + "/";
  if (resource.namespaced()) path += "namespaces/" + escaped(ns) + "/";
  return path + std::string(resource.name);
}

/// The path of the first field that an error is about; "" when it names none.
std::string field_of(const Json& status) {
  if (const Json* details = status.find("details")) {
    if (const Json* causes = details->find("causes")) {
      for (const Json& cause : *causes->array()) {
        if (!cause.text("field").empty()) return std::string(cause.text("field"));
      }
    }
  }
  const std::string_view message = status.text("message");
  for (const std::string_view mark : {"unknown field \"", "duplicate field \""}) {
    const std::size_t at = message.find(mark);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = message.substr(at + mark.size());
    return std::string(rest.substr(0, rest.find('"')));
  }
  constexpr std::string_view kGo = "into Go struct field ";  // TYPE.PATH of type …
  if (const std::size_t at = message.find(kGo); at != std::string_view::npos) {
    std::string_view rest = message.substr(at + kGo.size());
    rest = rest.substr(0, rest.find(' '));
    return std::string(rest.substr(std::min(rest.find('.'), rest.size() - 1) + 1));
  }
  return "";
}

Error refused(const SeedObject& object, const http::Response& response) {
  const auto status = Json::parse(response.body);
  std::string message = status ? std::string(status->text("message")) : response.body;
  if (message.empty()) message = "HTTP status " + std::to_string(response.status);
  const std::string place = object.place_of(status ? field_of(*status) : "");
  return {place + ": " + object.kind + " " + object.name() + ": " + message};
}

/// Plants one object; the error it met.
awaitable<std::optional<Error>> plant_one(const api::Api& api, SeedObject object) {
  const objects::Resource* resource = api.find_kind(object.api_version, object.kind);
  if (resource == nullptr) {
    co_return Error{object.place_of("kind") + ": no matches for kind \"" + object.kind +
                    "\" in version \"" + object.api_version +
                    "\": correct it, or seed the CustomResourceDefinition that defines it"};
  }
  const std::string ns = object.ns().empty() ? "default" : object.ns();
  const std::string collection = collection_of(*resource, ns);
  loopback::OwnRequest create{"POST", collection + "?fieldValidation=Strict&", "application/json",
                              "", "kaudit-seed"};
  create.target += kManager;
  yaml::append_json(create.body, *object.node);
  if (object.node != object.document->root) {
    // An item of a typed list need not name its kind.
    if (auto json = Json::parse(create.body); json && json->object() != nullptr) {
      json->set("apiVersion", Json(object.api_version));
      json->set("kind", Json(object.kind));
      create.body = json->dump();
    }
  }
  const std::string body = create.body;
  http::Response response = co_await loopback::ask_api(api, planter(), std::move(create));
  const std::string path = collection + "/" + escaped(object.name());
  if (response.status == 409 && !object.name().empty()) {
    loopback::OwnRequest apply{"PATCH", path + "?force=true&fieldValidation=Strict&",
                               "application/apply-patch+yaml", body, "kaudit-seed"};
    apply.target += kManager;
    http::Response again = co_await loopback::ask_api(api, planter(), std::move(apply));
    response = std::move(again);
  }
  if (response.status != 200 && response.status != 201) co_return refused(object, response);
  const yaml::Node* status = yaml::find(*object.node, "status");
  if (status == nullptr || status->mapping() == nullptr || status->mapping()->empty() ||
      resource->subresource("status") == nullptr || object.name().empty()) {
    co_return std::nullopt;
  }
  loopback::OwnRequest patch{"PATCH", path + "/status?fieldValidation=Strict&",
                             "application/merge-patch+json", R"({"status":)", "kaudit-seed"};
  patch.target += kManager;
  yaml::append_json(patch.body, *status);
  patch.body += "}";
  http::Response patched = co_await loopback::ask_api(api, planter(), std::move(patch));
  if (patched.status != 200) co_return refused(object, patched);
  co_return std::nullopt;
}

awaitable<void> plant_all(const api::Api& api, std::vector<SeedObject>& objects,
                          std::vector<Error>& errors) {
  for (SeedObject& object : objects) {
    auto error = co_await plant_one(api, std::move(object));
    if (!error) continue;
    errors.push_back(*std::move(error));
    if (errors.size() >= kMaxErrors) co_return;
  }
}

}  // namespace

std::vector<Error> plant(const api::Api& api, std::vector<SeedObject> objects) {
  std::stable_sort(objects.begin(), objects.end(), [](const SeedObject& a, const SeedObject& b) {
    return rank_of(a) < rank_of(b);
  });
  std::vector<Error> errors;
  boost::asio::io_context io(1);
  std::exception_ptr failed;
  boost::asio::co_spawn(io, plant_all(api, objects, errors),
                        [&failed](const std::exception_ptr& error) { failed = error; });
  io.run();
  if (failed) std::rethrow_exception(failed);
  return errors;
}

}  // namespace kaudit::apiserver::testapi
