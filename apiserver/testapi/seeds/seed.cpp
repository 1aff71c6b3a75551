#include "apiserver/testapi/seeds/seed.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
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
constexpr std::size_t kManyObjects = 64;  // are worth a thread
constexpr int kLastRank = 3;
constexpr std::string_view kManager = "fieldManager=kubectl-client-side-apply";

int rank_of(const SeedObject& object) {
  if (object.kind == "CustomResourceDefinition") return 0;
  if (object.kind == "Namespace" && object.api_version == "v1") return 1;
  for (const std::string_view kind :
       {"ServiceAccount", "PriorityClass", "RuntimeClass", "StorageClass"}) {
    if (object.kind == kind) return 2;
  }
  return kLastRank;
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

/// Some of the objects, and what was wrong with them, by their place among all.
struct Share {
  std::vector<std::size_t> objects;
  std::vector<std::pair<std::size_t, Error>> errors;
  std::exception_ptr failed;
};

awaitable<void> plant_share(const api::Api& api, std::vector<SeedObject>& objects, Share& share) {
  for (const std::size_t index : share.objects) {
    auto error = co_await plant_one(api, std::move(objects[index]));
    if (!error) continue;
    share.errors.emplace_back(index, *std::move(error));
    if (share.errors.size() >= kMaxErrors) co_return;
  }
}

void run_share(const api::Api& api, std::vector<SeedObject>& objects, Share& share) {
  boost::asio::io_context io(1);
  boost::asio::co_spawn(io, plant_share(api, objects, share),
                        [&share](const std::exception_ptr& error) { share.failed = error; });
  io.run();
}

/// Whether it does not matter which of two objects is there first: none is there twice, none has a
/// say in what becomes of others.
bool order_is_free(const std::vector<SeedObject>& objects) {
  std::set<std::string> places;
  for (const SeedObject& object : objects) {
    for (const std::string_view kind :
         {"ResourceQuota", "LimitRange", "MutatingWebhookConfiguration",
          "ValidatingWebhookConfiguration", "MutatingAdmissionPolicy"}) {
      if (object.kind == kind) return false;
    }
    if (object.name().empty()) return false;
    const std::string group = object.api_version.substr(0, object.api_version.find('/'));
    std::string place = group + "/" + object.kind + "/" + object.ns() + "/" + object.name();
    if (!places.insert(std::move(place)).second) return false;
  }
  return true;
}

}  // namespace

std::vector<Error> plant(const api::Api& api, std::vector<SeedObject> objects) {
  std::stable_sort(objects.begin(), objects.end(), [](const SeedObject& a, const SeedObject& b) {
    return rank_of(a) < rank_of(b);
  });
  // First what others need; then the rest, half of it on a thread beside this one. (Services stay
  // in their order: it says which addresses they get.)
  std::array<Share, 3> shares;
  const bool is_shared = objects.size() >= kManyObjects && order_is_free(objects);
  std::size_t turn = 0;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const bool is_first = rank_of(objects[i]) < kLastRank;
    const bool is_apart = is_shared && !is_first && objects[i].kind != "Service" && turn++ % 2 != 0;
    shares[is_first ? 0 : is_apart ? 2 : 1].objects.push_back(i);
  }
  run_share(api, objects, shares[0]);
  std::thread beside;
  if (!shares[2].objects.empty()) beside = std::thread([&] { run_share(api, objects, shares[2]); });
  run_share(api, objects, shares[1]);
  if (beside.joinable()) beside.join();
  std::vector<std::pair<std::size_t, Error>> wrong;
  for (Share& share : shares) {
    if (share.failed) std::rethrow_exception(share.failed);
    std::move(share.errors.begin(), share.errors.end(), std::back_inserter(wrong));
  }
  std::stable_sort(wrong.begin(), wrong.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Error> errors;
  for (auto& [index, error] : wrong) {
    if (errors.size() < kMaxErrors) errors.push_back(std::move(error));
  }
  return errors;
}

}  // namespace kaudit::apiserver::testapi
