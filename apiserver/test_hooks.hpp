#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "apiserver/answer.hpp"
#include "apiserver/http/exchange.hpp"
#include "apiserver/request_scope.hpp"

namespace kaudit::apiserver {

class Next;
struct Services;

/// What a server that tests steer does with requests beside serving them (--enable-test-api): the
/// chain asks it in two places (filters/test_requests.cpp, filters/faults.cpp). A server without it
/// has null in its place. One object serves all threads.
class TestHooks {
 public:
  TestHooks() = default;
  TestHooks(const TestHooks&) = delete;
  TestHooks& operator=(const TestHooks&) = delete;
  virtual ~TestHooks() = default;

  /// What stands between a request and its transport, so that answers can be broken on their way.
  virtual std::unique_ptr<http::Exchange> wrap(http::Exchange& transport) = 0;
  /// True for a request to the test API, which makes no event.
  virtual bool is_own(const RequestScope& scope) const noexcept = 0;
  /// Answers such a request, a refusal included.
  virtual boost::asio::awaitable<Answer> serve(RequestScope& scope, const Services& services) = 0;
  /// Lets a request through to its handler, or answers in its place.
  virtual boost::asio::awaitable<Answer> around_handler(RequestScope& scope, Next next) = 0;
};

}  // namespace kaudit::apiserver
