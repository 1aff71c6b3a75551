#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include "apiserver/answer.hpp"
#include "apiserver/api/access/aggregate_index.hpp"
#include "apiserver/api/admit/admission_plugins.hpp"
#include "apiserver/api/cluster/cluster_options.hpp"
#include "apiserver/api/cluster/service_addresses.hpp"
#include "apiserver/api/delete/owner_index.hpp"
#include "apiserver/api/representation.hpp"
#include "apiserver/authz/authorizer.hpp"
#include "apiserver/authz/rbac/index.hpp"
#include "apiserver/custom/registry.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/versions/versions.hpp"
#include "apiserver/request_scope.hpp"
#include "apiserver/store/store.hpp"
#include "apiserver/streaming/process/pod_files.hpp"
#include "audit/status.hpp"
#include "base/json/raw_json.hpp"

namespace kaudit::apiserver::api {

/// Whether objects may ask for a wait by their annotation ref/sleep-ms (--enable-debug-endpoints).
enum class SleepAnnotation : std::uint8_t { Ignored, Heeded };

/// Whether objects may only be created in namespaces that exist (--disable-namespace-check).
enum class NamespaceCheck : std::uint8_t { On, Off };

/// How long a Pod that says nothing of it tolerates a Node that is not ready, or out of reach
/// (plugin DefaultTolerationSeconds).
struct TolerationSeconds {
  std::int64_t not_ready = 300;
  std::int64_t unreachable = 300;
};

/// What exec, attach and port-forward need: a WebSocket begins with a GET, which is the verb `get`.
enum class ConnectCheck : std::uint8_t { Create, Verb };

class Admission;
class Converter;
class VirtualResources;

struct ApiOptions {
  std::shared_ptr<store::Store> store;
  SleepAnnotation sleep_annotation = SleepAnnotation::Ignored;
  NamespaceCheck namespace_check = NamespaceCheck::On;
  /// The kinds that CustomResourceDefinitions define; fed by a DefinitionFeed of the store.
  std::shared_ptr<custom::Registry> definitions = std::make_shared<custom::Registry>();
  std::shared_ptr<OwnerIndex> owners = std::make_shared<OwnerIndex>(definitions);
  /// Nothing here ends a Pod that is on a Node: it stays until it is deleted with grace period 0,
  /// or is gone at once where this is 0.
  std::chrono::seconds max_pod_grace = std::chrono::seconds::max();
  std::chrono::milliseconds bookmark_period = std::chrono::minutes(1);  ///< of a watch
  std::size_t body_limit = std::size_t{3} << 20U;                       ///< bytes; kube-apiserver's
  /// What is answered without being stored; null: nothing is.
  std::shared_ptr<const VirtualResources> virtual_resources = nullptr;
  std::shared_ptr<AggregateIndex> aggregates = std::make_shared<AggregateIndex>();
  /// Judges a write of roles and bindings, with `roles`, and is asked a second time where `get`
  /// alone is not enough (exec, attach, port-forward by WebSocket). Null: anyone may do either.
  std::shared_ptr<const authz::Authorizer> authorizer = nullptr;
  std::shared_ptr<const authz::rbac::Index> roles = nullptr;
  ConnectCheck connect_check = ConnectCheck::Create;
  ClusterOptions cluster = {};
  /// Fed by the store, which it observes, so that no address is given twice.
  std::shared_ptr<ServiceAddresses> addresses = std::make_shared<ServiceAddresses>();
  AdmissionPlugins plugins = {};
  TolerationSeconds tolerations = {};
  /// Asked before a write is carried out; null: nobody is.
  std::shared_ptr<const Admission> admission = nullptr;
  /// Asks conversion webhooks; null: their definitions are treated as those without.
  std::shared_ptr<const Converter> converter = nullptr;
  std::shared_ptr<streaming::process::PodFiles> pod_files =
      std::make_shared<streaming::process::PodFiles>();
};

/// One request to a resource: what its URL names, and what the handlers work with.
struct Call {
  RequestScope& scope;
  const ApiOptions& options;
  const objects::Resource& resource;
  const objects::Subresource* subresource = nullptr;
  std::string ns;                      ///< "" for cluster-scoped resources, and for all namespaces
  std::string name;                    ///< from the path; "" for a collection
  Representation representation = {};  ///< of the answer
  /// Of a custom resource: its definition, as it was when the request came, and the version of the
  /// URL. Null for the kinds of the table.
  custom::DefinitionPtr definition = nullptr;
  const custom::Version* version = nullptr;

  store::Store& store() const noexcept { return *options.store; }
  objects::TypeMeta type() const noexcept { return {resource.api_version, resource.kind}; }
  /// The object that it names.
  ObjectRef ref() const { return {&objects::stored_as(resource), ns, name}; }
  /// Where an object of this resource and namespace lives.
  std::string key(std::string_view object_name) const;
  /// Of every object that a list of this URL shows.
  std::string prefix() const;
};

/// What a handler has to say: a code and the object or list that goes with it, or a Status that is
/// no failure.
struct Reply {
  int code = 200;
  RawJson json;
};

template <typename T>
using Expected = tl::expected<T, audit::Status>;

/// Reads the body within the limit. Error: 413; 500 when the client stops in the middle.
boost::asio::awaitable<Expected<std::string>> read_body(Call& call);

/// The form in which the client wants objects. Error: 400.
Expected<objects::table::View> view_of(const Call& call);

/// What was shown in it. Error: 406, it does not have that form.
Expected<RawJson> in_form(Result<std::string> shown);

/// An object or list in the form that the client wants, which is also the responseObject; or the
/// Status that a handler ended with. A form that it does not have is a 406, an includeObject that
/// does not exist a 400.
Answer answer(Call& call, Expected<Reply>&& reply);
/// The same of what has its form already (or has none); `start`: when it began to get it.
Answer answer_with_shown(Call& call, int code, Expected<RawJson> shown,
                         std::chrono::steady_clock::time_point start);
/// The same of a 200 with JSON that nothing else holds, which is not copied where it is sent as it
/// is.
Answer answer_with_text(Call& call, std::string json);
/// A Status as status_answer() writes it.
Answer answer_with(RequestScope& scope, audit::Status status);

/// What a store's refusal means to the client, where no better answer is known.
audit::Status refused(const Call& call, store::Refusal refusal);

}  // namespace kaudit::apiserver::api
