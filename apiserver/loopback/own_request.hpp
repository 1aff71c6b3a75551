#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/api.hpp"
#include "apiserver/http/message.hpp"
#include "audit/event.hpp"

namespace kaudit::apiserver::loopback {

/// A request that the server sends to itself.
struct OwnRequest {
  std::string method;
  std::string target;
  std::string content_type;  ///< "" when there is no body
  std::string body;
  std::string user_agent;
};

/// Asks the API as this user without going through the chain: no filter, no event. Status 0: there
/// was no answer.
boost::asio::awaitable<http::Response> ask_api(const api::Api& api, audit::UserInfo user,
                                               OwnRequest request);

/// The same through the whole chain (`chain` is its handler), as a client would be served: with its
/// events. `token` says who it is.
boost::asio::awaitable<http::Response> ask_chain(http::Handler& chain, std::string token,
                                                 OwnRequest request);

}  // namespace kaudit::apiserver::loopback
