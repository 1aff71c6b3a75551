#include "apiserver/api/custom/definition_feed.hpp"

#include <string_view>

#include "apiserver/custom/definition.hpp"

namespace kaudit::apiserver::api {

void DefinitionFeed::committed(const store::ChangePtr& change) {
  if (!change->key->starts_with(kDefinitionKeys)) return;
  pending_.add(change);
}

void DefinitionFeed::settle() noexcept {
  pending_.settle([this](const std::vector<store::ChangePtr>& changes) {
    for (const store::ChangePtr& change : changes) {
      if (change->type == store::Change::Type::Deleted) {
        registry_->remove(change->object->meta().name);
      } else {
        registry_->put(custom::read_definition(*change->object));
      }
    }
  });
}

}  // namespace kaudit::apiserver::api
