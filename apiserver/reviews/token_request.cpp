// serviceaccounts/token: issues what a service account proves itself with. The order of the checks
// is the real one.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/api/delete/owner_index.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/warnings.hpp"
#include "apiserver/reviews/identity_json.hpp"
#include "apiserver/reviews/identity_reviews.hpp"
#include "apiserver/reviews/review.hpp"
#include "base/text/integer.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::apiserver::reviews {
namespace {

using api::Call;
using api::Expected;
using api::FieldError;
using api::Handled;
using identity::TokenOrder;
using identity::TokenRef;
using objects::Json;
using std::chrono::seconds;

constexpr std::string_view kAuthenticationGroup = "authentication.k8s.io";
constexpr std::string_view kKind = "TokenRequest";
constexpr std::string_view kIssuedKey = "authentication.kubernetes.io/issued-credential-id";

constexpr std::int64_t kShortest = 600;                    // seconds
constexpr std::int64_t kLongest = std::int64_t{1} << 32U;  // seconds
constexpr std::int64_t kAskedByKubelets = 3607;            // seconds
constexpr std::int64_t kExtended = std::int64_t{365} * 24 * 3600;

template <typename T>
using Awaited = boost::asio::awaitable<T>;

/// A resource that there is not, for a refusal that names a kind in its place.
objects::Resource named(std::string_view group, std::string_view name, std::string_view qualified) {
  objects::Resource resource = *objects::find_resource("", "v1", "serviceaccounts");
  resource.group = group;
  resource.name = name;
  resource.qualified_name = qualified;
  return resource;
}

std::int64_t expiration_of(const Json& spec) {
  const Json* given = spec.find("expirationSeconds");
  if (given == nullptr || given->number() == nullptr) return 0;
  return parse_int64(given->number()->text).value_or(0);
}

Expected<void> check_name(const Call& call, const Json& metadata) {
  const std::string_view name = metadata.text("name");
  if (name.empty() || name == call.name) return {};
  return tl::unexpected(
      api::invalid(kAuthenticationGroup, kKind, call.name,
                   {FieldError::invalid("metadata.name", name,
                                        "must match the service account name if specified")}));
}

Expected<void> check_uid(const Call& call, const Json& metadata, const std::string& uid) {
  const std::string given(metadata.text("uid"));
  if (given.empty() || given == uid) return {};
  const objects::Resource requests =
      named(kAuthenticationGroup, kKind, "TokenRequest.authentication.k8s.io");
  return tl::unexpected(api::conflict(requests, call.name,
                                      "the UID in the token request (" + given +
                                          ") does not match the UID of the service account (" +
                                          uid + ")"));
}

Expected<void> check_spec(const Json& spec) {
  std::vector<FieldError> errors;
  const std::int64_t expiration = expiration_of(spec);
  const auto wrong = [&](std::string_view why) {
    errors.push_back({"FieldValueInvalid", "spec.expirationSeconds",
                      "Invalid value: " + std::to_string(expiration) + ": " + std::string(why)});
  };
  if (expiration < kShortest) wrong("may not specify a duration less than 10 minutes");
  if (expiration > kLongest) wrong("may not specify a duration larger than 2^32 seconds");
  const Json* attestations = spec.find("attestations");
  if (attestations != nullptr && attestations->object() != nullptr &&
      !attestations->object()->empty()) {
    errors = {{"FieldValueInvalid", "spec.attestations",
               "Invalid value: " + attestations->dump() +
                   ": attestations may only be specified with a webhook bound object reference"}};
  }
  if (errors.empty()) return {};
  return tl::unexpected(api::invalid(kAuthenticationGroup, kKind, "", errors));
}

Awaited<Expected<store::ObjectPtr>> object_of(Call& call, std::string_view resource,
                                              std::string_view ns, std::string_view name) {
  const objects::Resource& kind = *objects::find_resource("", "v1", resource);
  const std::string key = api::store_prefix(kind, ns).append(name);
  const auto found = co_await call.store().get(key);
  if (!found) co_return tl::unexpected(api::not_found(kind, name));
  co_return *found;
}

/// Whether the object that is referred to is the one that is there.
Expected<void> check_reference(const Json& reference, const std::string& uid) {
  const std::string wanted(reference.text("uid"));
  if (wanted.empty() || wanted == uid) return {};
  const std::string_view kind = reference.text("kind");
  return tl::unexpected(api::conflict(
      named("", kind, kind), reference.text("name"),
      "the UID in the bound object reference (" + wanted +
          ") does not match the UID in record. The object might have been deleted and then "
          "recreated"));
}

std::string shown_type(const Json& reference) {
  const std::string api_version(reference.text("apiVersion"));
  return (api_version.find('/') == std::string::npos ? "/" + api_version : api_version) +
         ", Kind=" + std::string(reference.text("kind"));
}

/// A pod's token says on which node the pod runs, by name alone when the node is not known.
Awaited<std::optional<TokenRef>> node_of(Call& call, const Json& pod_spec) {
  const std::string node(pod_spec.text("nodeName"));
  if (node.empty()) co_return std::nullopt;
  const auto found = co_await object_of(call, "nodes", "", node);
  TokenRef ref;
  ref.name = node;
  if (found) ref.uid = (*found)->meta().uid;
  co_return ref;
}

Awaited<Expected<void>> bind_to_pod(Call& call, const Json& reference, TokenOrder& order) {
  const std::string name(reference.text("name"));
  const auto pod = co_await object_of(call, "pods", call.ns, name);
  if (!pod) co_return tl::unexpected(pod.error());
  const Json tree = (*pod)->tree();
  const Json* spec = tree.find("spec");
  if (spec == nullptr || spec->text("serviceAccountName") != call.name) {
    co_return tl::unexpected(
        api::bad_request("cannot bind token for serviceaccount \"" + call.name +
                         "\" to pod running with different serviceaccount name."));
  }
  order.node = co_await node_of(call, *spec);
  order.pod.emplace();
  order.pod->name = name;
  order.pod->uid = (*pod)->meta().uid;
  co_return check_reference(reference, order.pod->uid);
}

Awaited<Expected<void>> bind_to(Call& call, const Json& reference, TokenOrder& order) {
  const std::string_view api_version = reference.text("apiVersion");
  const std::string_view kind = reference.text("kind");
  const bool core = api_version.find('/') == std::string_view::npos;
  if (core && kind == "Pod") co_return co_await bind_to_pod(call, reference, order);
  if (!core || (kind != "Node" && kind != "Secret")) {
    co_return tl::unexpected(
        api::bad_request("cannot bind token to object of type " + shown_type(reference)));
  }
  const bool node = kind == "Node";
  const std::string name(reference.text("name"));
  const std::string ns = node ? "" : call.ns;
  const auto found = co_await object_of(call, node ? "nodes" : "secrets", ns, name);
  if (!found) co_return tl::unexpected(found.error());
  TokenRef& ref = (node ? order.node : order.secret).emplace();
  ref.name = name;
  ref.uid = (*found)->meta().uid;
  co_return check_reference(reference, ref.uid);
}

/// What the request leaves open.
void complete(const Call& call, Json& request, const TokenOrder& order, Timestamp now) {
  Json& metadata = *request.find("metadata");
  metadata.set("name", Json(call.name));
  metadata.set("namespace", Json(call.ns));
  metadata.set("uid", Json(order.account.uid));
  metadata.set("creationTimestamp", Json(rfc3339_text(now)));
  request.find("spec")->set("audiences", audiences_json(order.audiences));
}

/// How long it will last, which is not always what was asked for.
void set_lifetime(const IdentityReviews& with, Call& call, Json& spec, TokenOrder& order) {
  std::int64_t asked = expiration_of(spec);
  const std::int64_t longest = with.lifetimes.longest.count();
  if (longest > 0 && asked > longest) {
    api::add_warnings(call.scope.headers,
                      {"requested expiration of " + std::to_string(asked) +
                       " seconds shortened to " + std::to_string(longest) + " seconds"});
    asked = longest;
    spec.set("expirationSeconds", Json(asked));
  }
  order.lifetime = seconds(asked);
  const identity::Audiences& ours = with.accounts->api_audiences();
  const bool only_ours =
      std::all_of(order.audiences.begin(), order.audiences.end(), [&](const std::string& audience) {
        return std::find(ours.begin(), ours.end(), audience) != ours.end();
      });
  if (with.lifetimes.extended && order.pod && asked == kAskedByKubelets && only_ours) {
    order.warn_after = seconds(asked);
    order.lifetime = seconds(kExtended);
  }
}

}  // namespace

Handled request_token(const IdentityReviews& with, Call& call) {
  auto request = co_await read_review(call);
  if (!request) co_return tl::unexpected(std::move(request.error()));
  const Json& metadata = *request->find("metadata");
  if (auto good = check_name(call, metadata); !good) co_return tl::unexpected(good.error());
  const auto account = co_await object_of(call, "serviceaccounts", call.ns, call.name);
  if (!account) co_return tl::unexpected(account.error());

  TokenOrder order;
  order.ns = call.ns;
  order.account.name = call.name;
  order.account.uid = (*account)->meta().uid;
  if (auto good = check_uid(call, metadata, order.account.uid); !good) {
    co_return tl::unexpected(good.error());
  }
  order.audiences = audiences_of(*request->find("spec"), with.accounts->api_audiences());
  const Timestamp now = with.accounts->now();
  complete(call, *request, order, now);
  Json& spec = *request->find("spec");
  if (auto good = check_spec(spec); !good) co_return tl::unexpected(good.error());
  const Json* reference = spec.find("boundObjectRef");
  if (reference != nullptr && reference->object() != nullptr) {
    const auto bound = co_await bind_to(call, *reference, order);
    if (!bound) co_return tl::unexpected(bound.error());
  }
  set_lifetime(with, call, spec, order);

  const identity::IssuedToken issued = with.accounts->issue(order);
  if (call.scope.audit != nullptr) call.scope.audit->annotate(kIssuedKey, issued.credential_id);
  Timestamp expires = now;
  expires.seconds += expiration_of(spec);
  Json status{Json::Object()};
  status.set("token", Json(issued.token));
  status.set("expirationTimestamp", Json(rfc3339_text(expires)));
  co_return answered(call, *std::move(request), std::move(status));
}

}  // namespace kaudit::apiserver::reviews
