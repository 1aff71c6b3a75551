#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "apiserver/custom/registry.hpp"
#include "apiserver/store/observer.hpp"
#include "apiserver/store/pending_changes.hpp"

namespace kaudit::apiserver::api {

/// What the keys of CustomResourceDefinitions begin with in the store.
inline constexpr std::string_view kDefinitionKeys =
    "apiextensions.k8s.io/v1/customresourcedefinitions/";

/// Tells the registry of every CustomResourceDefinition that the store holds, in the order of the
/// changes: once a write has been answered, what it defines is served. Thread-safe.
class DefinitionFeed final : public store::Observer {
 public:
  explicit DefinitionFeed(std::shared_ptr<custom::Registry> registry)
      : registry_(std::move(registry)) {}

  void committed(const store::ChangePtr& change) override;
  void settle() noexcept override;

 private:
  const std::shared_ptr<custom::Registry> registry_;
  store::PendingChanges pending_;
};

}  // namespace kaudit::apiserver::api
