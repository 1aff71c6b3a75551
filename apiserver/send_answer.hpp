#pragma once

#include "apiserver/answer.hpp"
#include "apiserver/request_scope.hpp"

namespace kaudit::apiserver {

/// The edge between answers and the transport: sends an answer with the scope's headers added, runs
/// the body of a stream, and ends it. Large whole answers are compressed where the client takes
/// that. Throws what a body throws; the answer is then cut off where it was.
boost::asio::awaitable<void> send_answer(RequestScope& scope, Answer answer);

/// The same of a whole answer that can leave without waiting. False: there is more to send, which
/// is for send_rest().
bool send_answer_now(RequestScope& scope, Answer& answer);
boost::asio::awaitable<void> send_rest(RequestScope& scope, Answer answer);

}  // namespace kaudit::apiserver
