#pragma once

#include <string_view>
#include <vector>

#include "apiserver/request/label_selector.hpp"

namespace kaudit::apiserver::request {

/// The requirements of a label selector in the order of the text; LabelSelector::parse() sorts
/// them.
Result<std::vector<LabelSelector::Requirement>> parse_label_requirements(std::string_view text);

}  // namespace kaudit::apiserver::request
