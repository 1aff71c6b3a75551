#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/http/exchange.hpp"
#include "apiserver/identity/authenticator.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::explorer {

/// Knows the users that the explorer's trials are made as, by tokens that never leave the process
/// and are good for one request; others are asked of `others`. Any thread.
class TrialUsers final : public identity::Authenticator {
 public:
  explicit TrialUsers(std::shared_ptr<const identity::Authenticator> others);

  identity::AuthenticationResult authenticate(const http::Request& request) const override;

  /// While it lives its user can be taken for.
  class Pass {
   public:
    Pass(const TrialUsers& users, audit::UserInfo user);
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass();
    const std::string& token() const noexcept { return token_; }

   private:
    const TrialUsers& users_;
    std::string token_;
  };

 private:
  const std::shared_ptr<const identity::Authenticator> others_;
  const std::string prefix_;
  mutable Mutex mutex_;
  mutable std::map<std::string, audit::UserInfo, std::less<>> users_ KAUDIT_GUARDED_BY(mutex_);
  /// How many there are: while there are none, which is nearly always, no header is looked for.
  mutable std::atomic<std::size_t> passes_{0};
};

/// A request that somebody tries out.
struct Trial {
  std::string method;
  std::string target;
  std::string content_type;
  std::string body;
  std::string user_agent;
  audit::UserInfo user;
  std::string as_user;  ///< Impersonate-User; "" when nobody is impersonated
  std::vector<std::string> as_groups;
};

/// Reads what the page posts. Error: what is wrong with it, or that such a request cannot be tried
/// without a connection (exec, a log that is followed).
Result<Trial> read_trial(const objects::Json& json);

/// Sends it through the chain as a client's request would go, with its events. Gives what a page
/// shows: `{"status":…,"auditID":…,"headers":[…],"body":…}`.
boost::asio::awaitable<std::string> carry_out(http::Handler& chain, const TrialUsers& users,
                                              Trial trial);

}  // namespace kaudit::apiserver::explorer
