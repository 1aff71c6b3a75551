#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/api/write/write_options.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// What becomes of the objects that name the deleted one as their owner.
enum class Propagation : std::uint8_t {
  Unsaid,      ///< what the object's finalizers say, else the kind's default
  Background,  ///< they go after it
  Foreground,  ///< they go before it
  Orphan,      ///< they stay, without that owner
};

/// What a DELETE asks for.
struct DeleteRequest {
  DryRun dry_run = DryRun::No;
  Propagation propagation = Propagation::Unsaid;
  std::optional<std::int64_t> grace_period_seconds;
  std::optional<std::string> uid;  ///< preconditions
  std::optional<std::string> resource_version;
};

/// Checks decoded DeleteOptions. Error: 422. (apimachinery pkg/apis/meta/v1/validation
/// ValidateDeleteOptions)
Expected<DeleteRequest> delete_request(const objects::Json& options);

/// The query's parameters as DeleteOptions. Error: 400.
Expected<objects::Json> delete_options_of(const request::Url& url);

/// Reads the options of a DELETE from its body, and records them as the requestObject; without a
/// body, from its query, which is not recorded. Error: the Status to answer (400, 413, 415, 422).
boost::asio::awaitable<Expected<DeleteRequest>> read_delete_request(Call& call);

}  // namespace kaudit::apiserver::api
