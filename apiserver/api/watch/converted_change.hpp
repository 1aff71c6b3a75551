#pragma once

#include <cstdint>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/store/change.hpp"

namespace kaudit::apiserver::api {

/// Whether it counts what an object was before a change: it does where not all are watched.
enum class Before : std::uint8_t { Counts, DoesNotCount };

/// A change as it is in the version of the call, whose objects a webhook converts. What it makes of
/// an object is kept with the change, for others who watch. Error: of the webhook.
boost::asio::awaitable<Expected<store::ChangePtr>> convert_change(const Call& call,
                                                                  store::ChangePtr change,
                                                                  Before before);

}  // namespace kaudit::apiserver::api
