#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "apiserver/api/api.hpp"
#include "apiserver/store/memory_store.hpp"
#include "apiserver/testing/fake_exchange.hpp"
#include "apiserver/testing/serve.hpp"
#include "audit/event.hpp"

namespace kaudit::apiserver::api::testing {

// Collections that most tests ask.
inline const std::string kConfigMaps = "/api/v1/namespaces/default/configmaps";
inline const std::string kDeployments = "/apis/apps/v1/namespaces/default/deployments";

/// A request as a test writes it.
struct Asked {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  audit::Level level = audit::Level::RequestResponse;
  std::optional<http::BodyError> body_error = {};
  audit::UserInfo user = {};
};

/// What came of it.
struct Answered {
  int status = 0;
  http::Headers headers;
  std::string body;
  bool finished = false;
  audit::EventPtr event;  ///< as of ResponseComplete
};

/// An Api on a store of its own, without transport and filters.
class World {
 public:
  explicit World(ApiOptions options = {}, store::MemoryStoreOptions store_options = {});

  /// Runs a request to its end. `meanwhile` is called once it has begun to wait.
  Answered ask(const Asked& asked, const std::function<void(RequestScope&)>& meanwhile = {});

  Api& api() { return *api_; }
  store::MemoryStore& store() { return *store_; }
  /// Sees the pieces of streamed answers.
  std::function<void(std::string_view)> on_write;

 private:
  boost::asio::io_context io_;
  std::shared_ptr<store::MemoryStore> store_;
  std::optional<Api> api_;
};

}  // namespace kaudit::apiserver::api::testing
