#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kaudit::audit {

/// metav1.ShardInfo (Kubernetes 1.36): which part of a sharded list this is. Its member is never
/// left out.
struct ShardInfo {
  std::string selector;
};

/// metav1.ListMeta, as far as a Status carries it (in practice it is empty and written as `{}`).
struct ListMeta {
  std::string self_link;
  std::string resource_version;
  std::string continue_token;
  std::optional<std::int64_t> remaining_item_count;
  std::optional<ShardInfo> shard_info;
};

/// metav1.StatusCause
struct StatusCause {
  std::string reason;
  std::string message;
  std::string field;
};

/// metav1.StatusDetails
struct StatusDetails {
  std::string name;
  std::string group;
  std::string kind;
  std::string uid;
  std::vector<StatusCause> causes;
  std::int32_t retry_after_seconds = 0;
};

/// metav1.Status: the answer to a request that failed or that returns no object, and an event's
/// responseStatus.
struct Status {
  std::string kind;         ///< "Status" in an answer's body, empty in an event's responseStatus
  std::string api_version;  ///< "v1", likewise
  ListMeta metadata;
  std::string status;  ///< "Success" or "Failure"
  std::string message;
  std::string reason;
  std::optional<StatusDetails> details;
  std::int32_t code = 0;  ///< HTTP status code; 0 is left out
};

/// Appends the Status as Kubernetes' JSON (member order metadata, status, …; `metadata` always
/// there; kind and apiVersion first when set), strings escaped as encoding/json does.
void append_json(std::string& out, const Status& status);

}  // namespace kaudit::audit
