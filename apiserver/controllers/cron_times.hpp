#pragma once

#include <chrono>
#include <optional>

#include "apiserver/objects/validate/cron_schedule.hpp"

namespace kaudit::apiserver::controllers {

/// When a schedule was due, in UTC. Days are gone through, not minutes, and for nine years at
/// most: a 29th of February may be eight years back. Pure. (kube-controller-manager
/// pkg/controller/cronjob mostRecentScheduleTime; robfig/cron v3 SpecSchedule)
using CronTime = std::chrono::sys_seconds;

/// The latest time that is after `since` and not after `now`.
std::optional<CronTime> latest_due(const objects::validate::CronSchedule& schedule, CronTime since,
                                   CronTime now);
}  // namespace kaudit::apiserver::controllers
