#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/api/write/write_options.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// The PodDisruptionBudgets of the call's namespace that select a Pod.
boost::asio::awaitable<Expected<std::vector<objects::ObjectPtr>>> budgets_of(
    const Call& call, const objects::Object& pod);

/// Takes one disruption off a budget for the Pod, and stores it unless this is a dry run.
/// Errors: 429 when none is left or the budget's controller is behind, 403 when its status cannot
/// be right, 409 when somebody else changed it meanwhile.
boost::asio::awaitable<Expected<void>> use_budget(const Call& call,
                                                  const objects::ObjectPtr& budget,
                                                  std::string_view pod, DryRun dry_run);

/// 429: the budget is being looked at by its controller.
audit::Status budget_in_work(std::string_view budget);

/// Whether a budget lets Pods go that are not ready, without counting them.
bool spares_unready(const objects::Json& budget);

}  // namespace kaudit::apiserver::api
