#include "apiserver/api/cluster/account_secrets.hpp"

#include <utility>

#include "apiserver/api/delete/namespaces.hpp"
#include "apiserver/api/virtual_resources.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/tree/object_in.hpp"
#include "base/text/base64.hpp"

namespace kaudit::apiserver::api {
namespace {

using boost::asio::awaitable;
using objects::Json;

constexpr std::string_view kType = "kubernetes.io/service-account-token";
constexpr std::string_view kAccountName = "kubernetes.io/service-account.name";
constexpr std::string_view kAccountUid = "kubernetes.io/service-account.uid";

const objects::Resource& core_kind(std::string_view name) {
  return *objects::find_kind("v1", name);
}

std::string_view account_of(const Json& secret) {
  if (secret.text("type") != kType) return {};
  const Json* annotations = secret.find("metadata")->find("annotations");
  return annotations != nullptr ? annotations->text(kAccountName) : std::string_view();
}

// What is there already stays, as a token in use must. True when something was missing.
bool complete(Json& secret, const objects::ObjectMeta& account, const ApiOptions& options) {
  const std::string before = secret.dump();
  objects::object_in(objects::object_in(secret, "metadata"), "annotations")
      .set(kAccountUid, Json(account.uid));
  Json& data = objects::object_in(secret, "data");
  const auto add = [&data](std::string_view key, const auto& value) {
    if (!data.text(key).empty()) return;
    const std::string text = value();
    if (!text.empty()) data.set(key, Json(base64_encode(text)));
  };
  add("ca.crt", [&] { return options.cluster.root_ca; });
  add("namespace", [&] { return account.ns; });
  add("token", [&] {
    return options.virtual_resources->token_for_secret(
        {account.ns, account.name, account.uid, secret.find("metadata")->text("name")});
  });
  data.sort_members();
  return secret.dump() != before;
}

}  // namespace

awaitable<void> complete_account_secret(const ApiOptions& options, std::string ns,
                                        std::string name) {
  if (options.virtual_resources == nullptr) co_return;
  const std::string key = store_prefix(core_kind("Secret"), ns) + name;
  for (;;) {
    const auto current = co_await options.store->get(key);
    if (!current || (*current)->meta().terminating) co_return;
    // Few Secrets are of that type, and the others need not be read for it.
    if ((*current)->text().find(kType) == std::string_view::npos) co_return;
    Json secret = (*current)->tree();
    const std::string account_name(account_of(secret));
    if (account_name.empty()) co_return;
    const std::string account_key = store_prefix(core_kind("ServiceAccount"), ns) + account_name;
    const auto account = co_await options.store->get(account_key);
    if (!account || (*account)->meta().terminating) co_return;
    if (!complete(secret, (*account)->meta(), options)) co_return;
    const std::uint64_t version = (*current)->meta().resource_version;
    const auto stored = co_await options.store->update(key, store::Draft(secret), version);
    if (stored || stored.error() != store::Refusal::Changed) co_return;
  }
}

awaitable<void> complete_secrets_of(const ApiOptions& options, std::string ns,
                                    std::string account) {
  if (options.virtual_resources == nullptr) co_return;
  store::ListRequest request;
  request.prefix = store_prefix(core_kind("Secret"), ns);
  request.filter = [](const objects::Object& object) {
    return object.text().find(kType) != std::string_view::npos;
  };
  const auto page = co_await options.store->list(request);
  if (!page) co_return;
  for (const objects::ObjectPtr& secret : page->objects) {
    if (account_of(secret->tree()) != account) continue;
    co_await complete_account_secret(options, ns, secret->meta().name);
  }
}

}  // namespace kaudit::apiserver::api
