#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "apiserver/explorer/request_record.hpp"
#include "policy/explain.hpp"

namespace kaudit::apiserver::explorer {

/// What the policy that was in force said of the request: its decision, and each rule up to the
/// one that decided, with the first condition that failed.
policy::Explanation explanation_of(const ChainRun& run);

/// What the request would have left at a level: `{"level":…,"events":[…]}`, of each event the
/// bodies it would hold in words, and its bytes where they are known (the request was recorded at
/// that level or a higher one).
struct LevelView {
  audit::Level level;
  struct Stage {
    std::string stage;
    bool omitted = false;  ///< by omitStages
    std::string request_object;
    std::string response_object;
    std::string remark;
    std::optional<std::size_t> bytes;  ///< of its line in a log
  };
  std::vector<Stage> stages;
};
std::vector<LevelView> at_every_level(const RequestRecord& record, const audit::Decision& decision);

/// The event as it would be at a lower level.
audit::Event lowered(const audit::Event& event, audit::Level level);

/// How many bytes the request's events are under a decision; nothing where the recording does not
/// say it, because it was made at a lower level.
std::optional<std::size_t> bytes_under(const RequestRecord& record,
                                       const audit::Decision& decision);

}  // namespace kaudit::apiserver::explorer
