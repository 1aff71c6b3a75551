#include "apiserver/api/cluster/reactions.hpp"

#include <utility>

#include "apiserver/api/access/aggregation.hpp"
#include "apiserver/api/cluster/account_secrets.hpp"
#include "apiserver/api/cluster/cluster_objects.hpp"
#include "apiserver/api/custom/definition_reactions.hpp"
#include "apiserver/api/delete/namespaces.hpp"

namespace kaudit::apiserver::api {
namespace {

using boost::asio::awaitable;
using objects::ObjectPtr;

// Not while the namespace goes: then its contents have to.
awaitable<void> bring_back(const ApiOptions& options, std::string ns) {
  const auto found = co_await options.store->get(namespace_ref(ns).key());
  if (!found || (*found)->meta().terminating) co_return;
  co_await furnish_namespace(options, std::move(ns));
}

}  // namespace

awaitable<void> react(const ApiOptions& options, ObjectRef ref, ObjectPtr before, ObjectPtr after) {
  if (ref.resource->kind == "ClusterRole") {
    co_await follow_cluster_role(options, std::move(before), std::move(after));
    co_return;
  }
  if (is_definition(*ref.resource)) {
    co_await follow_definition(options, std::move(before), std::move(after));
    co_return;
  }
  // The rest is the work of controllers beside the server.
  if (options.cluster.furnishing != Furnishing::Furnished) co_return;
  const bool is_core = ref.resource->group.empty();
  if (ref.resource == namespace_ref("").resource) {
    if (before == nullptr) co_await furnish_namespace(options, ref.name);
  } else if (is_core && ref.resource->kind == "Secret" && after != nullptr) {
    co_await complete_account_secret(options, ref.ns, ref.name);
  } else if (is_core && ref.resource->kind == "ServiceAccount" && before == nullptr) {
    co_await complete_secrets_of(options, ref.ns, ref.name);
  } else if (before != nullptr && is_furniture(ref)) {
    co_await bring_back(options, ref.ns);
  }
}

}  // namespace kaudit::apiserver::api
