#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/explorer/request_record.hpp"
#include "policy/explain.hpp"

namespace kaudit::apiserver::explorer {

/// What the policy that was in force said of the request: its decision, and each rule up to the
/// one that decided, with the first condition that failed.
policy::Explanation explanation_of(const ChainRun& run);

/// What the request would have left at a level: of each event the bodies it would hold in words,
/// and its bytes where they are known (everything was collected of the request, or it was recorded
/// at that level or a higher one).
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

/// The stages of the events that the request makes under a decision.
std::vector<std::string> stages_under(const RequestRecord& record, const audit::Decision& decision);

/// The event of a stage as a level would record it; null where it is not known, see LevelView.
std::optional<audit::Event> event_at(const RequestRecord& record, std::string_view stage,
                                     audit::Level level);

/// How many bytes the request's events are under a decision; nothing where that is not known.
std::optional<std::size_t> bytes_under(const RequestRecord& record,
                                       const audit::Decision& decision);

}  // namespace kaudit::apiserver::explorer
