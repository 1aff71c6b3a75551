#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/explorer/explorer_options.hpp"
#include "apiserver/explorer/gate.hpp"
#include "apiserver/explorer/receiver/built_in_receiver.hpp"
#include "apiserver/explorer/request_recorder.hpp"
#include "apiserver/explorer/trial.hpp"
#include "apiserver/http/server.hpp"
#include "apiserver/request/url.hpp"
#include "audit/report.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::explorer {

/// The page and what it asks for (docs/explorer.md), on a listener of its own. start() and stop()
/// from one thread; the rest is for the listener's.
class Explorer final : public http::Handler {
 public:
  struct Context {
    ExplorerOptions options;
    const Recorder* recorder = nullptr;
    PolicyInForce* policy = nullptr;
    std::shared_ptr<const TrialUsers> users;
    http::Handler* chain = nullptr;  ///< takes trials
    std::string pipeline;            ///< as the backends describe themselves; "" when there is none
    std::function<std::vector<audit::Report>()> reports;
    BuiltInReceiver* receiver = nullptr;  ///< null: there is none
    std::string server_url;
    std::string kubeconfig;  ///< a path; "" when it is not known
    std::string cert_folder;
  };
  explicit Explorer(Context context);

  /// Listens, and says where in the server's log. Error: the address is taken.
  Result<void> start();
  void stop();

  boost::asio::awaitable<void> handle(http::Exchange& exchange) override;

 private:
  boost::asio::awaitable<void> page(http::Exchange& exchange, const request::Url& url);
  boost::asio::awaitable<void> api(http::Exchange& exchange, const request::Url& url,
                                   std::string_view what);
  boost::asio::awaitable<void> requests(http::Exchange& exchange, const request::Url& url);
  boost::asio::awaitable<void> request(http::Exchange& exchange, std::string_view what);
  boost::asio::awaitable<void> stream(http::Exchange& exchange, const request::Url& url);
  boost::asio::awaitable<void> batches(http::Exchange& exchange, const request::Url& url);
  boost::asio::awaitable<void> policy(http::Exchange& exchange, std::string_view number);
  boost::asio::awaitable<void> trace(http::Exchange& exchange);
  boost::asio::awaitable<void> check_policy(http::Exchange& exchange);
  boost::asio::awaitable<void> apply_policy(http::Exchange& exchange);
  boost::asio::awaitable<void> try_request(http::Exchange& exchange);
  boost::asio::awaitable<void> receiver(http::Exchange& exchange);
  boost::asio::awaitable<void> latest_list(http::Exchange& exchange);
  std::string state() const;
  std::string backends() const;
  void say_where() const;

  const Context context_;
  Gate gate_;
  std::string authority_;  ///< constant once it listens
  std::atomic<bool> stopping_{false};
  std::unique_ptr<http::Server> server_;
};

}  // namespace kaudit::apiserver::explorer
