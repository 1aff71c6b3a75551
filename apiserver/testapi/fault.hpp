#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/request_scope.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::testapi {

/// Which requests a fault is for, in the words of an audit policy's rule: an empty list is any, and
/// all that is given must fit.
struct FaultMatch {
  std::vector<std::string> users;
  std::vector<std::string> user_groups;  ///< one of them is enough
  std::vector<std::string> verbs;
  std::vector<std::string> api_groups;  ///< "" is core, "*" any
  /// `pods`, `pods/log`, `pods/*`, `*/status`, `*`; without a slash subresources are not meant.
  std::vector<std::string> resources;
  std::vector<std::string> namespaces;  ///< "" is what has none
  std::vector<std::string> names;
  std::vector<std::string> paths;  ///< of the URL; a `*` at the end is any rest
  /// Of those that fit, how many are hit: 0.5 every second one. The same ones in each run.
  double share = 1;

  bool fits(const RequestScope& scope) const;
};

/// What becomes of a watch's events.
struct WatchFault {
  enum class Bookmarks : std::uint8_t { Kept, Dropped, Repeated };
  std::optional<std::uint64_t> cut_after;  ///< events (bookmarks not counted), then it breaks off
  bool gone = false;                       ///< it ends with an ERROR of code 410 instead
  Bookmarks bookmarks = Bookmarks::Kept;
};

struct FaultAction {
  /// Where a connection is reset.
  enum class Reset : std::uint8_t {
    None,
    Before,   ///< the handler does not run
    After,    ///< what was asked for is done, and no byte of the answer leaves
    MidBody,  ///< half of the answer's body leaves
  };
  int status = 0;                           ///< answered in the handler's place; 0: it is asked
  std::string reason;                       ///< of the Status; as `status` has it by default
  std::string message;                      ///< likewise
  std::optional<std::int32_t> retry_after;  ///< seconds, as header and in the Status
  std::chrono::nanoseconds delay{0};        ///< before anything else
  Reset reset = Reset::None;
  std::optional<WatchFault> watch;
  /// Lists are answered as the store was when the fault was set: a replica that lags behind.
  bool hold_resource_version = false;
};

/// A rule by which requests go wrong.
struct Fault {
  std::string id;
  FaultMatch match;
  std::optional<std::uint64_t> times;  ///< after so many hits it is over; none: it never is
  FaultAction action;

  /// Whether it does anything to such a request: watch faults only concern watches.
  bool concerns(const RequestScope& scope) const;
};

/// The longest delay of a fault.
inline constexpr std::chrono::nanoseconds kLongestDelay = std::chrono::minutes(10);

/// Reads a fault's JSON. Members that do not exist are refused, as values that cannot be. Error:
/// names the member.
Result<Fault> read_fault(const objects::Json& json);
/// The same text again, without what is at its default.
objects::Json fault_json(const Fault& fault);

}  // namespace kaudit::apiserver::testapi
