#pragma once

#include "apiserver/answer.hpp"
#include "apiserver/api/call.hpp"
#include "apiserver/api/read/listing.hpp"

namespace kaudit::apiserver::api {

/// A list from here on (bytes of its objects) is encoded while it is sent, where that is possible.
constexpr std::size_t kStreamedListSize = std::size_t{128} * 1024;

/// The answer that shows a slice. A large list is a stream, as the real server's is, that encodes a
/// piece when there is room for it at the client: however many clients do not read, the objects are
/// there once. Lists are made whole when something needs them whole: an event (level
/// RequestResponse), a form or layout other than compact JSON, HEAD.
Answer list_answer(Call& call, Slice slice);

}  // namespace kaudit::apiserver::api
