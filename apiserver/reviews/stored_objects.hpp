#pragma once

#include <memory>
#include <utility>

#include "apiserver/identity/bound_objects.hpp"
#include "apiserver/store/store.hpp"

namespace kaudit::apiserver::reviews {

/// What tokens are bound to, in the store. Waits for the store: with one that is in memory for
/// nothing. Any thread.
class StoredObjects final : public identity::BoundObjects {
 public:
  explicit StoredObjects(std::shared_ptr<store::Store> store) : store_(std::move(store)) {}

  std::optional<identity::BoundObject> find(identity::BoundKind kind, std::string_view ns,
                                            std::string_view name) const override;

 private:
  std::shared_ptr<store::Store> store_;
};

}  // namespace kaudit::apiserver::reviews
