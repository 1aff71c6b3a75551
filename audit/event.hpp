#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/annotations.hpp"
#include "audit/encoded_event.hpp"
#include "audit/level.hpp"
#include "audit/shared.hpp"
#include "audit/status.hpp"
#include "base/json/raw_json.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::audit {

/// authentication.k8s.io/v1 UserInfo. A value of `extra` may be null (nullopt), which is not the
/// same as empty.
struct UserInfo {
  using Extra = std::map<std::string, std::optional<std::vector<std::string>>>;
  std::string username;
  std::string uid;
  std::vector<std::string> groups;
  Extra extra;
  /// Groups that were given as an empty list rather than not at all: only the legacy line shows
  /// them apart.
  bool empty_groups = false;
};

using SharedUser = Shared<UserInfo>;

/// Where requests come from: the members sourceIPs and userAgent, which follow each other.
struct RequestSource {
  std::vector<std::string> ips;
  std::string user_agent;
};

using SharedSource = Shared<RequestSource>;

/// audit.k8s.io/v1 AuthenticationMetadata
struct AuthenticationMetadata {
  std::string impersonation_constraint;
};

/// audit.k8s.io/v1 ObjectReference: what the request is about, as far as is known. Empty members
/// are left out.
struct ObjectReference {
  std::string resource;
  std::string ns;  ///< namespace
  std::string name;
  std::string uid;
  std::string api_group;
  std::string api_version;
  std::string resource_version;
  std::string subresource;
};

/// audit.k8s.io/v1 Event: one stage of one request. Members are in the order of the JSON
/// (audit-semantics 1). An event is filled in once and then shared as EventPtr; nobody changes it
/// after that, so any thread may read it.
struct Event {
  EventWord level{};
  std::string audit_id{};
  EventWord stage{};
  std::string request_uri{};
  std::string verb{};
  SharedUser user{};
  std::optional<UserInfo> impersonated_user{};
  std::optional<AuthenticationMetadata> authentication_metadata{};
  SharedSource source{};  ///< sourceIPs and userAgent
  std::optional<ObjectReference> object_ref{};
  std::optional<Status> response_status{};
  RawJson request_object{};
  RawJson response_object{};
  Timestamp request_received_timestamp{};
  Timestamp stage_timestamp{};
  Annotations annotations{};

  /// No member of the JSON: its bytes, where several outputs share them.
  EncodedSlot encoded{};
  /// Likewise: the JSON that it shares with the other events of its request.
  RequestMembers request_members{};
  /// Likewise: who looks on (DeliveryObserver) does not look at what becomes of it.
  bool unobserved = false;
};

using EventPtr = std::shared_ptr<const Event>;

}  // namespace kaudit::audit
