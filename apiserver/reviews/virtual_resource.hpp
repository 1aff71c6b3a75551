#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/api/virtual_resources.hpp"

namespace kaudit::apiserver::identity {
class ServiceAccountTokens;
}

namespace kaudit::apiserver::reviews {

/// One row of the table: who answers which verb on what. The texts must outlive the table
/// (literals do).
struct VirtualResource {
  std::string_view group;
  std::string_view resource;
  std::string_view subresource;  ///< "" is the resource itself
  std::string_view verb;
  api::VirtualHandler handler;
};

/// The rows that main.cpp puts together, those of each file here. Every version of a group that
/// discovery lists has the same handler: discovery and routing themselves are kinds.json's.
class VirtualResourceTable final : public api::VirtualResources {
 public:
  /// `accounts` issues the tokens of Secrets; null: nobody does.
  explicit VirtualResourceTable(
      std::vector<VirtualResource> rows,
      std::shared_ptr<const identity::ServiceAccountTokens> accounts = nullptr)
      : rows_(std::move(rows)), accounts_(std::move(accounts)) {}

  const api::VirtualHandler* find(const objects::Resource& resource,
                                  const objects::Subresource* subresource,
                                  std::string_view verb) const noexcept override;
  std::string token_for_secret(const api::SecretToken& wanted) const override;

 private:
  std::vector<VirtualResource> rows_;
  std::shared_ptr<const identity::ServiceAccountTokens> accounts_;
};

}  // namespace kaudit::apiserver::reviews
