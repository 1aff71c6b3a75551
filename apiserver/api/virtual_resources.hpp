#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "apiserver/api/call.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/objects/kinds.hpp"

namespace kaudit::apiserver::api {

/// Answers one request to what nobody stores. Error: the Status to answer.
using VirtualHandler = std::function<Handled(Call&)>;

/// Whose token a Secret is to hold.
struct SecretToken {
  std::string_view ns;
  std::string_view account;
  std::string_view account_uid;
  std::string_view secret;
};

/// The handlers of resources and subresources that are questions rather than objects: reviews,
/// tokens; and what issues tokens that are not asked for by a request. (Kubernetes: a rest.Creater
/// that has no rest.Storage behind it.) Immutable: any thread may ask. Implemented in
/// apiserver/reviews.
class VirtualResources {
 public:
  VirtualResources() = default;
  VirtualResources(const VirtualResources&) = delete;
  VirtualResources& operator=(const VirtualResources&) = delete;
  virtual ~VirtualResources() = default;

  /// Null when nobody answers that verb there. `subresource`: null for the resource itself. What is
  /// found lives as long as this object.
  virtual const VirtualHandler* find(const objects::Resource& resource,
                                     const objects::Subresource* subresource,
                                     std::string_view verb) const noexcept = 0;

  /// The token that a Secret is to hold for a service account; "" where none are issued.
  virtual std::string token_for_secret(const SecretToken& wanted) const = 0;
};

}  // namespace kaudit::apiserver::api
