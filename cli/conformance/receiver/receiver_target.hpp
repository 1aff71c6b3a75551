#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include "base/client/client_config.hpp"
#include "base/client/http_client.hpp"
#include "base/client/request_headers.hpp"
#include "base/client/tls_settings.hpp"
#include "base/result.hpp"
#include "cli/receiver/wire/wire_stream.hpp"

namespace kaudit::cli {

/// An answer that was read from a connection by hand.
struct RawAnswer {
  int status = 0;
  bool keeps_alive = false;
};

/// The receiver that is checked: reached as kube-apiserver would, and by connections on which what
/// is sent is up to the caller. post() may be called from any thread.
class ReceiverTarget {
 public:
  /// Error: what of the kubeconfig cannot be used.
  static Result<std::unique_ptr<ReceiverTarget>> make(client::ClientConfig config);
  ~ReceiverTarget();

  /// A batch as the webhook backend posts it. Why it does not count as delivered; nothing when it
  /// does.
  struct Delivery {
    std::optional<std::string> failure;
    int status = 0;  ///< 0: no answer
    std::chrono::milliseconds took{0};
    bool delivered() const noexcept { return !failure; }
  };
  Delivery post(std::string_view body, std::chrono::seconds patience = std::chrono::seconds(30));

  /// A connection with the kubeconfig's TLS and client certificate. Error: why there is none.
  Result<WireStream> connect(std::chrono::seconds patience = std::chrono::seconds(10));
  /// The head of the POST of a body of so many bytes, with its empty line.
  Result<std::string> head(std::size_t body_size);
  /// Reads one answer whole. Error: it did not come, or is not HTTP.
  Result<RawAnswer> read_answer(WireStream& stream, std::chrono::seconds patience);

  const client::ClientConfig& config() const noexcept { return config_; }
  bool is_tls() const noexcept { return config_.server.scheme == "https"; }
  /// A deadline from now on.
  client::Patience within(std::chrono::milliseconds time) const;

 private:
  explicit ReceiverTarget(client::ClientConfig config);

  const client::ClientConfig config_;
  client::GiveUpSignal give_up_;  ///< never raised: each wait has its own end
  client::RequestHeaders headers_;
  std::unique_ptr<client::HttpClient> client_;
  std::shared_ptr<const client::TlsSettings> tls_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
};

}  // namespace kaudit::cli
