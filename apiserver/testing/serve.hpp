#pragma once

#include <utility>

#include "apiserver/answer.hpp"
#include "apiserver/request_scope.hpp"
#include "apiserver/send_answer.hpp"

namespace kaudit::apiserver::testing {

/// What the chain's edge does with a handler's answer, with nothing of the audit filter but that
/// the answer is recorded.
inline boost::asio::awaitable<void> serve(RequestScope& scope,
                                          boost::asio::awaitable<Answer> handler) {
  Answer answer = co_await std::move(handler);
  if (scope.audit != nullptr) answer.record_in(*scope.audit);
  co_await send_answer(scope, std::move(answer));
}

}  // namespace kaudit::apiserver::testing
