#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// The lines, without line feeds, that a container has written: those of the Pod's annotation
/// kaudit.io/logs.CONTAINER or kaudit.io/logs, else five that say whose they are.
std::vector<std::string> pod_lines(const objects::Json& pod, std::string_view pod_name,
                                   std::string_view container);

}  // namespace kaudit::apiserver::api
