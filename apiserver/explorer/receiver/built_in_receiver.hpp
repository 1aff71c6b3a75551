#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "apiserver/explorer/receiver/receiver_ledger.hpp"
#include "apiserver/http/server.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::explorer {

/// A receiver of the server's own webhook, which misbehaves on command, so that one sees what
/// batching, retries and truncation do. It listens on a port of 127.0.0.1, by plain HTTP, at a path
/// that is a secret. start() and stop() from one thread, the rest from any.
class BuiltInReceiver final : public http::Handler {
 public:
  BuiltInReceiver();
  ~BuiltInReceiver() override;

  /// Error: it cannot listen.
  Result<void> start();
  /// Takes what comes from now on, whatever it was told, and lets go of what waits.
  void release() { ledger_.release(); }
  /// When no sender is left.
  void stop();

  void obey(const ReceiverOrder& order) { ledger_.obey(order); }
  /// Appends what it was told and what it got, see ReceiverLedger.
  void append_state(std::string& out) const { ledger_.append_to(out, url_); }
  std::string latest_list() const { return ledger_.latest(); }
  /// What --audit-webhook-config-file names.
  std::string kubeconfig() const;

  boost::asio::awaitable<void> handle(http::Exchange& exchange) override;

 private:
  boost::asio::awaitable<void> take(http::Exchange& exchange, ReceiverLedger::Try begun);
  boost::asio::awaitable<void> wait(http::Exchange& exchange, std::uint64_t order,
                                    std::chrono::steady_clock::time_point until);

  const std::string path_;
  std::string url_;  ///< constant once it listens
  ReceiverLedger ledger_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace kaudit::apiserver::explorer
