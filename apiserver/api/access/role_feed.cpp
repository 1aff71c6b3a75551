#include "apiserver/api/access/role_feed.hpp"

#include <string_view>

namespace kaudit::apiserver::api {
namespace {

using authz::rbac::Edit;
using authz::rbac::Place;

constexpr std::string_view kGroupPrefix = "rbac.authorization.k8s.io/v1/";

Edit edit_of(const store::Change& change) {
  std::string_view resource = *change.key;
  resource.remove_prefix(kGroupPrefix.size());
  resource = resource.substr(0, resource.find('/'));
  const bool binding = resource.ends_with("bindings");
  if (change.type == store::Change::Type::Deleted) {
    const objects::ObjectMeta& meta = change.object->meta();
    return Place{binding ? Place::Kind::Binding : Place::Kind::Role, meta.ns, meta.name};
  }
  const objects::Json tree = change.object->tree();
  if (binding) return authz::rbac::read_binding(tree);
  return authz::rbac::read_role(tree);
}

}  // namespace

void RoleFeed::committed(const store::ChangePtr& change) {
  if (!change->key->starts_with(kGroupPrefix)) return;
  pending_.add(change);
}

void RoleFeed::settle() noexcept {
  pending_.settle([this](const std::vector<store::ChangePtr>& changes) {
    std::vector<Edit> edits;
    edits.reserve(changes.size());
    for (const store::ChangePtr& change : changes) edits.push_back(edit_of(*change));
    index_->apply(std::move(edits));
  });
}

}  // namespace kaudit::apiserver::api
