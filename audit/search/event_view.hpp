#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "audit/search/slices.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::audit::search {

/// The members of an event that are looked for by name, in the order in which Kubernetes writes
/// them; the last ones are of v1beta1 and older.
enum class Part : std::uint8_t {
  Kind,
  ApiVersion,
  Level,
  AuditId,
  Stage,
  RequestUri,
  Verb,
  User,
  ImpersonatedUser,
  SourceIps,
  UserAgent,
  ObjectRef,
  ResponseStatus,
  RequestObject,
  ResponseObject,
  RequestReceivedTimestamp,
  StageTimestamp,
  Annotations,
  Timestamp,
};
inline constexpr std::size_t kParts = 19;

/// One event as its bytes, of which no more is read than is asked for: the walk over the outermost
/// members stops at the one that is wanted and goes on from there. Not thread-safe.
class EventView {
 public:
  /// Looks at another event, whose bytes must outlive the looking. False: it is not an object.
  bool reset(std::string_view json) noexcept;

  std::string_view json() const noexcept { return json_; }
  /// The member's bytes; empty when there is none.
  std::string_view part(Part part) noexcept;
  /// A member of a member.
  std::string_view part(Part part, std::string_view member) {
    return member_of(this->part(part), member);
  }
  /// Any outermost member.
  std::string_view member(std::string_view name);
  /// The value at an RFC 6901 pointer; "" is the whole event. Empty when there is none.
  std::string_view at_pointer(std::string_view pointer);
  /// stageTimestamp, or else the requestReceivedTimestamp, or what old events have.
  std::optional<Timestamp> time();

  /// Reads on to the end. False: the event is torn or otherwise not JSON.
  bool whole() noexcept;

 private:
  void note_member() noexcept;

  std::string_view json_;
  MemberWalk walk_{std::string_view()};
  std::array<std::string_view, kParts> parts_;
  std::size_t next_part_ = 0;  ///< which part most likely comes next
  bool at_end_ = true;
};

/// A moment as events of all versions write it: RFC 3339 with or without a fraction.
std::optional<Timestamp> time_of(std::string_view slice);

}  // namespace kaudit::audit::search
