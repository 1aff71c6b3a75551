#pragma once

#include <curl/curl.h>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include <openssl/types.h>

#include "base/client/client_config.hpp"
#include "base/client/failure.hpp"
#include "base/client/give_up_signal.hpp"
#include "base/client/response_collector.hpp"
#include "base/client/tls_settings.hpp"

namespace kaudit::client {

/// Posts to one URL by libcurl, one request at a time, on a connection that is kept for the next.
/// Whatever the peer sends or fails to send, post() ends by its deadline, and at once when giving
/// up. One thread at a time.
class CurlSession {
 public:
  using Tls = std::shared_ptr<const TlsSettings>;

  /// `config` must outlive it. `tls` is for the receiver and for a proxy that speaks TLS, as in
  /// net/http; null where there is none. Throws std::runtime_error when libcurl cannot do what is
  /// asked of it.
  CurlSession(const ClientConfig& config, Tls tls);
  CurlSession(const CurlSession&) = delete;
  CurlSession& operator=(const CurlSession&) = delete;
  ~CurlSession();

  const Tls& tls() const noexcept { return tls_; }

  /// One POST with these header lines and no others, and its answer, whatever it says. `target` is
  /// what the request names.
  Outcome<Response> post(std::span<const std::string> headers, const std::string& target,
                         std::string_view body, const Patience& patience);
  /// Whether the last exchange has come as far as the body of its answer.
  bool has_head() const noexcept { return answer_.has_head(); }

 private:
  struct EasyFree {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
  };
  struct MultiFree {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };
  /// What a transfer came to.
  enum class End { Finished, Deadline, GivenUp };

  void set_up_request();
  void set_up_proxy();
  void set_up_tls();
  End drive(const Patience& patience);
  std::uint64_t bytes_received() const;
  Failure failure(CURLcode code) const;
  Failure deadline_failure() const;
  Failure tls_failure(const std::string& text) const;
  Failure handshake_failure(const std::string& text) const;
  std::string broken(const char* call) const;

  static std::size_t give_body(char* to, std::size_t size, std::size_t count, void* self);
  static std::size_t take_header(char* line, std::size_t size, std::size_t count, void* self);
  static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int close_socket(void* self, curl_socket_t socket);
  static CURLcode set_up_context(CURL* easy, void* context, void* self);
  static int note_certificate_error(int good, X509_STORE_CTX* context);

  const ClientConfig& config_;
  const Tls tls_;
  // Of the exchange under way.
  std::string_view unsent_;
  bool body_begun_ = false;      ///< something of it was sent
  bool resend_refused_ = false;  ///< libcurl wanted to send it once more
  ResponseCollector answer_;
  CURLcode result_ = CURLE_OK;
  char error_text_[CURL_ERROR_SIZE] = {};
  std::string dialled_;            ///< the address that was connected to last
  std::string certificate_error_;  ///< in Go's words; empty: none
  std::string verified_name_;      ///< that a handshake under way asks for
  /// Which handshakes there have been on the connection that is being made.
  enum class Handshakes { None, WithProxy, WithReceiver };
  Handshakes handshakes_ = Handshakes::None;
  // Of the connection.
  std::vector<curl_socket_t> sockets_;
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> connect_to_{nullptr, &curl_slist_free_all};
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> proxy_headers_{nullptr, &curl_slist_free_all};
  // Last, so that what they still call on their end is there.
  std::unique_ptr<CURL, EasyFree> easy_;
  std::unique_ptr<CURLM, MultiFree> multi_;
};

}  // namespace kaudit::client
