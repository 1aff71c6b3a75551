#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "audit/event.hpp"
#include "cli/generate/made_request.hpp"
#include "cli/generate/traffic.hpp"

namespace kaudit::cli {

/// Makes the events of made-up requests. Events are filled in over and over, so that one costs no
/// allocation. Not thread-safe.
class EventFiller {
 public:
  /// The traffic must outlive it.
  explicit EventFiller(const Traffic& traffic);

  /// The event of a stage that is reached then; good until the next call.
  const audit::Event& make(const MadeRequest& request, audit::Stage stage, std::int64_t at_us);

  /// What a policy is asked of the request; good until the next call.
  audit::Attributes attributes(const MadeRequest& request);

 private:
  /// An event whose user and client do not change.
  struct Slot {
    audit::Event event;
  };

  void name_object(const MadeRequest& request);
  void write_uri(const MadeRequest& request);
  void write_status(audit::Event& event, const MadeRequest& request, audit::Stage stage) const;
  void write_bodies(audit::Event& event, const MadeRequest& request, audit::Stage stage,
                    std::int64_t at_us) const;
  void annotate(Slot& slot, const MadeRequest& request, audit::Stage stage) const;
  std::string forbidden_text(const MadeRequest& request) const;
  const Pattern& pattern(const MadeRequest& request) const {
    return traffic_.patterns[request.pattern];
  }

  const Traffic& traffic_;
  std::vector<Slot> slots_;  ///< two an actor: without an objectRef, and with
  std::string_view ns_;      ///< of the request's object, as is its name
  std::string name_;
  std::string uri_;
};

}  // namespace kaudit::cli
