#pragma once

#include <string_view>

#include "base/result.hpp"

namespace kaudit::apiserver::objects::validate {

/// Whether a text is a schedule of a CronJob: five fields, or a descriptor (`@daily`, `@every 5m`).
/// Error: in the words of the library that Kubernetes reads them with (robfig/cron v3
/// ParseStandard).
Result<void> check_cron_schedule(std::string_view schedule);

}  // namespace kaudit::apiserver::objects::validate
