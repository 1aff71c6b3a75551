#pragma once

#include <string_view>
#include <vector>

namespace kaudit::cli {

/// What a real receiver does that senders and operators should know, as faults.
struct ReceiverPreset {
  std::string_view name;
  std::string_view what;
  std::string_view source;  ///< where that is documented or was seen
  std::vector<std::string_view> faults;
};

const std::vector<ReceiverPreset>& receiver_presets();
/// nullptr: there is none of that name.
const ReceiverPreset* find_preset(std::string_view name);

}  // namespace kaudit::cli
