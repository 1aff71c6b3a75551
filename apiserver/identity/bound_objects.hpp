#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::identity {

/// What a token may be bound to, beside its service account.
enum class BoundKind : std::uint8_t { ServiceAccount, Pod, Secret, Node };

struct BoundObject {
  std::string uid;
  std::optional<Timestamp> deleted;  ///< when its deletion began
  std::string token = {};            ///< of a Secret: the one that it holds
};

/// The cluster's objects, as far as a token stands and falls with them. Any thread may ask; the
/// answer is what the store has at that moment. (kubernetes pkg/serviceaccount
/// ServiceAccountTokenGetter)
class BoundObjects {
 public:
  BoundObjects() = default;
  BoundObjects(const BoundObjects&) = delete;
  BoundObjects& operator=(const BoundObjects&) = delete;
  virtual ~BoundObjects() = default;

  /// Nullopt: there is no such object. `ns` is "" for a node.
  virtual std::optional<BoundObject> find(BoundKind kind, std::string_view ns,
                                          std::string_view name) const = 0;
};

}  // namespace kaudit::apiserver::identity
