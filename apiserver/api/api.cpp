#include "apiserver/api/api.hpp"

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "apiserver/api/cluster/cluster_objects.hpp"
#include "apiserver/api/cluster/follow_restore.hpp"
#include "apiserver/api/deprecations.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/api/representation.hpp"
#include "apiserver/api/route.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/subresources/subresource_operations.hpp"
#include "apiserver/api/virtual_resources.hpp"
#include "apiserver/api/warnings.hpp"
#include "apiserver/api/write/patch_type.hpp"

namespace kaudit::apiserver::api {
namespace {

Offer offer_of(Operation operation) noexcept {
  switch (operation) {
    case Operation::List:
      return Offer::List;
    case Operation::Watch:
      return Offer::Watch;
    case Operation::Log:
      return Offer::Log;
    default:
      return Offer::Object;
  }
}

/// Why the client cannot be answered in a way that it takes; nothing when it can. A refusal of the
/// router, when the path has none of the media types, else of the handler.
std::optional<audit::Status> check_acceptable(Call& call, Offer offer) {
  const http::Headers& headers = call.scope.request().headers;
  if (!names_object_type(headers, offer == Offer::Log ? kLogMediaType : "")) {
    return not_acceptable(media_types_of_path(offer));
  }
  const auto representation =
      negotiate(headers, call.definition ? Protobuf::OfMetadataAlone : Protobuf::OfObjects);
  if (!representation) return no_such_form(kObjectMediaTypes);
  if (offer == Offer::Watch && representation->format() == ObjectFormat::Yaml) {
    return no_such_form(stream_media_types());
  }
  call.representation = *representation;
  return std::nullopt;
}

const VirtualHandler* virtual_handler(const Call& call) {
  const auto& table = call.options.virtual_resources;
  if (!table) return nullptr;
  return table->find(call.resource, call.subresource, call.scope.info.verb);
}

boost::asio::awaitable<Answer> answered(Call& call, Handled handled) {
  Expected<Reply> reply = co_await std::move(handled);
  co_return answer(call, std::move(reply));
}

/// Not a coroutine: its frame would be as large as those of all operations together need.
boost::asio::awaitable<Answer> run(Call& call, Operation operation) {
  if (const VirtualHandler* handler = virtual_handler(call)) {
    return answered(call, (*handler)(call));
  }
  switch (operation) {
    case Operation::Get:
      return answered(call, get(call));
    case Operation::List:
      return list(call);
    case Operation::Watch:
      return watch(call);
    case Operation::Create:
      // Bindings and the like are not objects: there is nothing to store.
      if (call.resource.allows("get")) return answered(call, create(call));
      break;
    case Operation::Update:
      return answered(call, update(call));
    case Operation::Patch:
      return answered(call, patch(call));
    case Operation::Delete:
      return answered(call, remove(call));
    case Operation::Log:
      return pod_log(call);
    case Operation::Proxy:
      return proxy(call);
    case Operation::Connect:
      return connect_pod(call);
    case Operation::Evict:
      return answered(call, evict(call));
    case Operation::Bind:
      return answered(call, bind(call));
    case Operation::DeleteCollection:
      return answered(call, delete_collection(call));
    case Operation::Other:
      break;
  }
  // Not a 501: some clients repeat every 5xx.
  return ready(answer_with(call.scope, method_not_allowed()));
}

/// Keeps the call until its operation has ended.
boost::asio::awaitable<Answer> carry_out(Call call, Operation operation) {
  co_return co_await run(call, operation);
}

constexpr std::string_view kPatchesOfCustomKinds[] = {
    "application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"};

// Under a group that only definitions have, what they do not define is not a path at all.
// (apiextensions crdHandler's delegate)
bool is_unknown_path(const request::RequestInfo& info, const audit::Status& refusal) {
  return refusal.code == 404 && refusal.details && refusal.details->name.empty() &&
         !info.api_group.empty() && !objects::group_exists(info.api_group);
}

Answer unknown_path() {
  Answer answer = Answer::text(404, "text/plain; charset=utf-8", "404 page not found\n");
  answer.response.headers.set("X-Content-Type-Options", "nosniff");
  return answer;
}

// On this thread, whatever it waits for.
void run_to_end(boost::asio::awaitable<void> work) {
  boost::asio::io_context io;
  std::exception_ptr failed;
  boost::asio::co_spawn(io, std::move(work),
                        [&failed](const std::exception_ptr& error) { failed = error; });
  io.run();
  if (failed) std::rethrow_exception(failed);
}

// A segment of the path, up to the next slash.
std::string_view next_segment(std::string_view& path) {
  const std::size_t slash = path.find('/');
  const std::string_view segment = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  return segment;
}

}  // namespace

void Api::bootstrap() { run_to_end(make_cluster_objects(options_)); }

void Api::publish(const std::string& address, std::uint16_t port) {
  run_to_end(make_kubernetes_service(options_, address, port));
}

void Api::restored(const std::vector<store::ChangePtr>& changes) {
  follow_restore(options_, changes);
}

const objects::Resource* Api::find_kind(std::string_view api_version, std::string_view kind) const {
  if (const objects::Resource* built_in = objects::find_kind(api_version, kind)) return built_in;
  return options_.definitions->find_kind(api_version, kind);
}

bool Api::serves(const request::RequestInfo& info) const {
  std::string_view path = info.path;
  if (!path.starts_with('/')) return false;
  path.remove_prefix(1);
  const std::string_view root = next_segment(path);
  if (root == "api") return true;
  if (root != "apis") return false;
  const std::string_view group = next_segment(path);
  return objects::group_exists(group) || options_.definitions->has_group(group);
}

// No coroutine, whose frame would have room for every refusal.
boost::asio::awaitable<Answer> Api::handle(RequestScope& scope) const {
  const std::string& method = scope.request().method;
  const auto route = find_route(method, scope.info, *options_.definitions);
  if (!route && is_unknown_path(scope.info, route.error())) return ready(unknown_path());
  if (!route) return ready(answer_with(scope, route.error()));
  if (route->version != nullptr && !route->version->deprecation.empty()) {
    add_warnings(scope.headers, {route->version->deprecation});
    if (scope.audit != nullptr) scope.audit->annotate("k8s.io/deprecated", "true");
  }
  if (std::string warning = deprecation_warning(*route->resource); !warning.empty()) {
    add_warnings(scope.headers, {std::move(warning)});
    if (scope.audit != nullptr) scope.audit->annotate("k8s.io/deprecated", "true");
  }
  if (route->operation == Operation::Patch) {
    const auto known = patch_type(scope.request().headers);
    if (!known) return ready(answer_with(scope, known.error()));
    if (*known == PatchType::Strategic && route->version != nullptr) {
      return ready(answer_with(scope, unsupported_body(kPatchesOfCustomKinds)));
    }
  }
  Call call{scope, options_, *route->resource, route->subresource, {}, std::string(route->name)};
  call.definition = route->definition;
  call.version = route->version;
  if (call.resource.namespaced()) call.ns = scope.info.ns;
  // What is proxied comes in the form that its backend gives it, a connection in none.
  const bool is_object =
      route->operation != Operation::Proxy && route->operation != Operation::Connect;
  if (is_object) {
    auto refusal = check_acceptable(call, offer_of(route->operation));
    if (refusal) return ready(answer_with(scope, *std::move(refusal)));
  }
  return carry_out(std::move(call), route->operation);
}

}  // namespace kaudit::apiserver::api
