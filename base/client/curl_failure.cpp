// What libcurl says of a failed transfer, in the words of Go's net, crypto/tls and net/http.
#include <algorithm>
#include <array>
#include <cerrno>

#include "base/client/curl_session.hpp"
#include "base/files/read_file.hpp"
#include "base/text/ip_address.hpp"

namespace kaudit::client {
namespace {

constexpr std::string_view kBroken = "net/http: HTTP/1.x transport connection broken: ";
constexpr std::string_view kUnexpectedEnd = "unexpected EOF";

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

template <typename Value>
Value fact(CURL* easy, CURLINFO what) {
  Value value{};
  curl_easy_getinfo(easy, what, &value);
  return value;
}

int system_error(CURL* easy) { return static_cast<int>(fact<long>(easy, CURLINFO_OS_ERRNO)); }

/// `error:0A000412:SSL routines::sslv3 alert bad certificate, errno 0` → its reason; empty when
/// OpenSSL is not in it.
std::string openssl_reason(std::string_view text) {
  const auto at = text.rfind("::");
  if (!contains(text, "SSL routines") || at == text.npos) return "";
  text.remove_prefix(at + 2);
  return std::string(text.substr(0, text.find(", errno")));
}

/// What net/http's SOCKS client says of a proxy that refuses.
std::string socks_error(CURLproxycode code) {
  switch (code) {
    case CURLPX_REPLY_GENERAL_SERVER_FAILURE:
      return "unknown error general SOCKS server failure";
    case CURLPX_REPLY_NOT_ALLOWED:
      return "unknown error connection not allowed by ruleset";
    case CURLPX_REPLY_NETWORK_UNREACHABLE:
      return "unknown error network unreachable";
    case CURLPX_REPLY_HOST_UNREACHABLE:
      return "unknown error host unreachable";
    case CURLPX_REPLY_CONNECTION_REFUSED:
      return "unknown error connection refused";
    case CURLPX_REPLY_TTL_EXPIRED:
      return "unknown error TTL expired";
    case CURLPX_REPLY_COMMAND_NOT_SUPPORTED:
      return "unknown error command not supported";
    case CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED:
      return "unknown error address type not supported";
    case CURLPX_USER_REJECTED:
      return "username/password authentication failed";
    case CURLPX_NO_AUTH:
      return "no acceptable authentication methods";
    default:
      return "";
  }
}

std::string too_long_head() {
  return std::string(kBroken) + "net/http: server response headers exceeded " +
         std::to_string(ResponseCollector::kMaxHead) + " bytes; aborted";
}

std::string address(const char* host, long port) {
  const std::string_view name = host != nullptr ? host : "";
  return bracketed(name) + ":" + std::to_string(port);
}

}  // namespace

/// `read tcp LOCAL->REMOTE: read: connection reset by peer`
std::string CurlSession::broken(const char* call) const {
  CURL* const easy = easy_.get();
  const int number = system_error(easy);
  const std::string ends =
      address(fact<const char*>(easy, CURLINFO_LOCAL_IP), fact<long>(easy, CURLINFO_LOCAL_PORT)) +
      "->" +
      address(fact<const char*>(easy, CURLINFO_PRIMARY_IP),
              fact<long>(easy, CURLINFO_PRIMARY_PORT));
  return std::string(call) + " tcp " + ends + ": " + call + ": " +
         (number != 0 ? system_error_text(number) : std::string(error_text_));
}

Failure CurlSession::deadline_failure() const {
  if (config_.deadline_of == DeadlineOf::Caller) {
    return {FailureReason::Timeout, "context deadline exceeded"};
  }
  if (answer_.has_head()) {
    return {
        FailureReason::Timeout,
        "context deadline exceeded (Client.Timeout or context cancellation while reading body)"};
  }
  if (!dialled_.empty() && fact<curl_off_t>(easy_.get(), CURLINFO_CONNECT_TIME_T) == 0) {
    return {FailureReason::Timeout, "dial tcp " + dialled_ + ": i/o timeout"};
  }
  return {FailureReason::Timeout,
          "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"};
}

Failure CurlSession::tls_failure(const std::string& text) const {
  Failure failure = handshake_failure(text);
  if (handshakes_ == Handshakes::WithProxy) failure.text.insert(0, "proxyconnect tcp: ");
  return failure;
}

Failure CurlSession::handshake_failure(const std::string& text) const {
  if (!certificate_error_.empty()) {
    return {FailureReason::Tls, "tls: failed to verify certificate: " + certificate_error_};
  }
  const std::string reason = openssl_reason(text);
  if (reason == "wrong version number" || reason == "http request") {
    return {FailureReason::Tls, "http: server gave HTTP response to HTTPS client"};
  }
  if (reason == "unexpected eof while reading") return {FailureReason::Network, "EOF"};
  if (!reason.empty()) return {FailureReason::Tls, "remote error: tls: " + reason};
  if (system_error(easy_.get()) == ECONNRESET || contains(text, "Connection reset")) {
    return {FailureReason::Network, "read: connection reset by peer"};
  }
  if (contains(text, "SSL_ERROR_SYSCALL") || contains(text, "SSL_ERROR_ZERO_RETURN")) {
    return {FailureReason::Network, "EOF"};
  }
  return {FailureReason::Tls, text};
}

Failure CurlSession::failure(CURLcode code) const {
  const auto network = [](std::string text) {
    return Failure{FailureReason::Network, std::move(text)};
  };
  CURL* const easy = easy_.get();
  const std::string said = error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code);
  if (!answer_.error().empty()) return network(std::string(kBroken) + answer_.error());
  const long connect_status = fact<long>(easy, CURLINFO_HTTP_CONNECTCODE);
  if (connect_status != 0 && connect_status != 200) {
    return network("proxyconnect tcp: the proxy answered CONNECT with status " +
                   std::to_string(connect_status));
  }
  if (resend_refused_) {
    return network(system_error(easy) == ECONNRESET ? broken("read") : "EOF");
  }
  const std::string at_proxy = config_.proxy ? "proxyconnect tcp: " : "";
  switch (code) {
    case CURLE_OK:
      return network((answer_.has_begun() ? std::string(kBroken) : "") +
                     std::string(kUnexpectedEnd));
    case CURLE_OPERATION_TIMEDOUT:
      return deadline_failure();
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return network(at_proxy + "dial tcp: lookup " +
                     (config_.proxy ? config_.proxy->host : config_.server.host) +
                     ": no such host");
    case CURLE_COULDNT_CONNECT:
      return network(at_proxy + "dial tcp " + dialled_ +
                     ": connect: " + system_error_text(system_error(easy)));
    case CURLE_PROXY: {
      const auto why = socks_error(fact<CURLproxycode>(easy, CURLINFO_PROXY_ERROR));
      return network("socks connect tcp " + dialled_ + "->" + config_.server.address() + ": " +
                     (why.empty() ? said : why));
    }
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_FAIL_REWIND:  // a kept connection ended in the middle: not sent once more
      return network("EOF");
    case CURLE_PARTIAL_FILE:
      return network(std::string(kUnexpectedEnd));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
      return tls_failure(said);
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      if (contains(said, "Too large response headers")) return network(too_long_head());
      if (contains(said, "chunked-encoding")) return network("malformed chunked encoding");
      if (!openssl_reason(said).empty()) return tls_failure(said);
      return network(broken(code == CURLE_SEND_ERROR ? "write" : "read"));
    case CURLE_OUT_OF_MEMORY:
      return network(too_long_head());  // so it calls a header line without end
    default:
      return network((answer_.has_head() ? "" : std::string(kBroken)) + said);
  }
}

}  // namespace kaudit::client
