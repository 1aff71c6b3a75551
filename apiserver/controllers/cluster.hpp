#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/http/exchange.hpp"
#include "apiserver/loopback/own_users.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "apiserver/store/store.hpp"

namespace kaudit::apiserver::controllers {

using boost::asio::awaitable;
using objects::Json;

/// A kind as controllers name it.
struct Kind {
  std::string_view api_version;
  std::string_view kind;
};

inline constexpr Kind kPod{"v1", "Pod"};
inline constexpr Kind kNode{"v1", "Node"};
inline constexpr Kind kService{"v1", "Service"};
inline constexpr Kind kClaim{"v1", "PersistentVolumeClaim"};
inline constexpr Kind kDeployment{"apps/v1", "Deployment"};
inline constexpr Kind kReplicaSet{"apps/v1", "ReplicaSet"};
inline constexpr Kind kStatefulSet{"apps/v1", "StatefulSet"};
inline constexpr Kind kDaemonSet{"apps/v1", "DaemonSet"};
inline constexpr Kind kJob{"batch/v1", "Job"};
inline constexpr Kind kCronJob{"batch/v1", "CronJob"};

/// What controllers see and do: they read the store as an informer's cache, without requests, and
/// write by requests of their own through the whole chain. On one thread.
class Cluster {
 public:
  /// `version`: as the user agents name it.
  Cluster(std::shared_ptr<store::Store> store, http::Handler& chain,
          std::shared_ptr<const loopback::OwnUsers> users, std::string version)
      : store_(std::move(store)),
        chain_(chain),
        users_(std::move(users)),
        version_(std::move(version)) {}

  awaitable<std::vector<Json>> list(Kind kind, std::string ns);
  awaitable<std::optional<Json>> get(Kind kind, std::string ns, std::string name);
  /// Those of the namespace whose controller is that object, and which are not going.
  awaitable<std::vector<Json>> controlled_by(Kind kind, Json owner);

  // Each as that user; false: it was refused (and may be tried again, when somebody has changed
  // something).

  awaitable<bool> create(std::string user, Json object);
  awaitable<bool> update(std::string user, Json object, std::string subresource);
  /// A strategic merge patch.
  awaitable<bool> patch(std::string user, Json object, std::string subresource, Json change);
  awaitable<bool> remove(std::string user, Json object, std::string options);
  awaitable<bool> bind(Json pod, std::string node);

 private:
  awaitable<bool> ask(std::string user, std::string method, std::string target, std::string type,
                      std::string body);

  const std::shared_ptr<store::Store> store_;
  http::Handler& chain_;
  const std::shared_ptr<const loopback::OwnUsers> users_;
  const std::string version_;
};

}  // namespace kaudit::apiserver::controllers
