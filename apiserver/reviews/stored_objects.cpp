#include "apiserver/reviews/stored_objects.hpp"

#include <exception>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "apiserver/api/delete/owner_index.hpp"
#include "apiserver/objects/kinds.hpp"
#include "base/text/base64.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::apiserver::reviews {
namespace {

using identity::BoundKind;
using identity::BoundObject;
using objects::Json;

std::string_view resource_of(BoundKind kind) noexcept {
  switch (kind) {
    case BoundKind::ServiceAccount:
      return "serviceaccounts";
    case BoundKind::Pod:
      return "pods";
    case BoundKind::Secret:
      return "secrets";
    case BoundKind::Node:
      break;
  }
  return "nodes";
}

boost::asio::awaitable<void> fetch(store::Store& store, const std::string& key,
                                   store::ObjectPtr& into) {
  const auto found = co_await store.get(key);
  if (found) into = *found;
}

std::optional<Timestamp> deletion_of(const objects::Object& object) {
  constexpr std::string_view kMember = "deletionTimestamp";
  // Few have one, and the others need not be read for it.
  if (object.text().find(kMember) == std::string_view::npos) return std::nullopt;
  const Json tree = object.tree();
  const auto time = parse_rfc3339(tree.find("metadata")->text(kMember), TimeForm::Time);
  if (!time) return std::nullopt;
  return *time;
}

std::string token_in(const objects::Object& secret) {
  const Json tree = secret.tree();
  const Json* data = tree.find("data");
  return data == nullptr ? "" : base64_decode(data->text("token")).value_or("");
}

}  // namespace

std::optional<BoundObject> StoredObjects::find(BoundKind kind, std::string_view ns,
                                               std::string_view name) const {
  const objects::Resource& resource = *objects::find_resource("", "v1", resource_of(kind));
  const std::string key = api::store_prefix(resource, ns).append(name);
  store::ObjectPtr object;
  std::exception_ptr failed;
  boost::asio::io_context io(1);
  boost::asio::co_spawn(io, fetch(*store_, key, object),
                        [&failed](const std::exception_ptr& error) { failed = error; });
  io.run();
  if (failed) std::rethrow_exception(failed);
  if (!object) return std::nullopt;
  BoundObject bound{object->meta().uid, deletion_of(*object), ""};
  if (kind == BoundKind::Secret) bound.token = token_in(*object);
  return bound;
}

}  // namespace kaudit::apiserver::reviews
