#include "base/client/curl_session.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <mutex>
#include <stdexcept>
#include <unistd.h>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/client/certificate_error.hpp"
#include "base/client/socket_facts.hpp"
#include "base/text/ip_address.hpp"

namespace kaudit::client {
namespace {

/// More than an answer's heads and body may have together, with the framing of chunks, TLS and
/// proxies: what comes in forms that are not handed out (an extension of a chunk without end, a
/// proxy's head) is bounded by it.
constexpr std::uint64_t kMaxReceived = 8 * 1024 * 1024;
constexpr long kUploadBuffer = 128 * 1024;
constexpr long kIdleSeconds = 90;

void start_libcurl() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      throw std::runtime_error("libcurl does not start");
    }
  });
}

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (const auto code = curl_easy_setopt(easy, option, value); code != CURLE_OK) {
    throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(code));
  }
}

bool is_address(const std::string& name) {
  in6_addr buffer{};
  return inet_pton(AF_INET, name.c_str(), &buffer) == 1 ||
         inet_pton(AF_INET6, name.c_str(), &buffer) == 1;
}

/// Where a context keeps the session that it was made for.
int session_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

void verify_name(SSL_CTX* context, const std::string& name) {
  X509_VERIFY_PARAM* const parameters = SSL_CTX_get0_param(context);
  if (is_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str());
    return;
  }
  X509_VERIFY_PARAM_set_hostflags(
      parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size());
}

/// Go sends a header that is empty; libcurl wants it marked.
std::string marked_when_empty(const std::string& line) {
  return line.ends_with(": ") ? line.substr(0, line.size() - 2) + ";" : line;
}

}  // namespace

CurlSession::CurlSession(const ClientConfig& config, Tls tls)
    : config_(config), tls_(std::move(tls)), answer_(config.kept_body) {
  start_libcurl();
  easy_.reset(curl_easy_init());
  multi_.reset(curl_multi_init());
  if (!easy_ || !multi_) throw std::runtime_error("libcurl has no memory");
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, 1L);
  set_up_request();
  set_up_proxy();
  set_up_tls();
}

// The connections are closed by the last of the two, and call close_socket().
CurlSession::~CurlSession() {
  easy_.reset();
  multi_.reset();
}

void CurlSession::set_up_request() {
  CURL* const easy = easy_.get();
  const Url& server = config_.server;
  const bool renamed = server.scheme == "https" && !config_.tls.server_name.empty();
  // libcurl asks for the name that is in the URL; where it connects is said apart from it.
  const std::string origin =
      renamed ? bracketed(config_.tls.server_name) + ":" + server.port_or_default()
              : server.address();
  set(easy, CURLOPT_URL, (server.scheme + "://" + origin + "/").c_str());
  if (renamed || !config_.connect_to.empty()) {
    const std::string& goes_to = config_.connect_to.empty() ? server.address() : config_.connect_to;
    connect_to_.reset(curl_slist_append(nullptr, (origin + ":" + goes_to).c_str()));
    set(easy, CURLOPT_CONNECT_TO, connect_to_.get());
  }
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_POST, 1L);
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  // What is not HTTP comes as a body then, so that it can be named.
  set(easy, CURLOPT_HTTP09_ALLOWED, 1L);
  set(easy, CURLOPT_READFUNCTION, &give_body);
  set(easy, CURLOPT_READDATA, this);
  set(easy, CURLOPT_HEADERFUNCTION, &take_header);
  set(easy, CURLOPT_HEADERDATA, this);
  set(easy, CURLOPT_WRITEFUNCTION, &take_body);
  set(easy, CURLOPT_WRITEDATA, this);
  set(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(easy, CURLOPT_OPENSOCKETDATA, this);
  set(easy, CURLOPT_CLOSESOCKETFUNCTION, &close_socket);
  set(easy, CURLOPT_CLOSESOCKETDATA, this);
  set(easy, CURLOPT_ERRORBUFFER, error_text_);
  set(easy, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBuffer);
  set(easy, CURLOPT_MAXAGE_CONN, kIdleSeconds);
  set(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  // A name that is still being looked up is left to itself when its time is over.
  set(easy, CURLOPT_QUICK_EXIT, 1L);
}

void CurlSession::set_up_proxy() {
  CURL* const easy = easy_.get();
  // Nothing is taken from the environment: the kubeconfig alone says whether there is a proxy.
  set(easy, CURLOPT_NOPROXY, "");
  if (!config_.proxy) return set(easy, CURLOPT_PROXY, "");
  const Url& proxy = *config_.proxy;
  const bool is_socks = proxy.scheme == "socks5";
  // The proxy looks up the name.
  set(easy, CURLOPT_PROXY,
      ((is_socks ? "socks5h" : proxy.scheme) + "://" + proxy.address()).c_str());
  if (proxy.user) {
    set(easy, CURLOPT_PROXYUSERNAME, proxy.user->name.c_str());
    set(easy, CURLOPT_PROXYPASSWORD, proxy.user->password.c_str());
  }
  set(easy, CURLOPT_SOCKS5_AUTH, static_cast<long>(CURLAUTH_BASIC));
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  proxy_headers_.reset(curl_slist_append(nullptr, "Proxy-Connection:"));
  set(easy, CURLOPT_PROXYHEADER, proxy_headers_.get());
}

void CurlSession::set_up_tls() {
  CURL* const easy = easy_.get();
  // Certificates, trust and names are set on OpenSSL's context, where the reason of a refusal is
  // known too.
  set(easy, CURLOPT_SSL_CTX_FUNCTION, &set_up_context);
  set(easy, CURLOPT_SSL_CTX_DATA, this);
  set(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  const bool verifies = tls_ && tls_->trusted;
  set(easy, CURLOPT_SSL_VERIFYPEER, verifies ? 1L : 0L);
  set(easy, CURLOPT_PROXY_SSL_VERIFYPEER, verifies ? 1L : 0L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  set(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 0L);
  for (const auto option :
       {CURLOPT_CAINFO, CURLOPT_CAPATH, CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH}) {
    set(easy, option, static_cast<const char*>(nullptr));
  }
}

Outcome<Response> CurlSession::post(std::span<const std::string> headers, const std::string& target,
                                    std::string_view body, const Patience& patience) {
  using std::chrono::milliseconds;
  // No question whether the body is wanted, and no word to a proxy about its connection.
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> lines(
      curl_slist_append(curl_slist_append(nullptr, "Expect:"), "Proxy-Connection:"),
      &curl_slist_free_all);
  for (const auto& line : headers) curl_slist_append(lines.get(), marked_when_empty(line).c_str());
  unsent_ = body;
  body_begun_ = false;
  resend_refused_ = false;
  answer_ = ResponseCollector(config_.kept_body);
  result_ = CURLE_OK;
  error_text_[0] = '\0';
  dialled_.clear();
  certificate_error_.clear();
  const auto left = std::chrono::ceil<milliseconds>(patience.deadline - SteadyTime::clock::now());
  set(easy_.get(), CURLOPT_REQUEST_TARGET, target.c_str());
  set(easy_.get(), CURLOPT_HTTPHEADER, lines.get());
  set(easy_.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  // It also shares the time among the addresses of a name.
  set(easy_.get(), CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(left.count())));
  curl_multi_add_handle(multi_.get(), easy_.get());
  const End end = drive(patience);
  curl_multi_remove_handle(multi_.get(), easy_.get());
  set(easy_.get(), CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  if (end == End::GivenUp) {
    return failed(FailureReason::Shutdown, "given up: the server is shutting down");
  }
  const bool is_whole = answer_.is_complete() || (end == End::Finished && result_ == CURLE_OK);
  if (is_whole && answer_.has_head()) {
    Response response = answer_.response();
    response.is_cut = answer_.is_cut();
    return response;
  }
  return tl::unexpected(end == End::Deadline ? deadline_failure() : failure(result_));
}

CurlSession::End CurlSession::drive(const Patience& patience) {
  const std::uint64_t limit = bytes_received() + kMaxReceived;
  for (;;) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    if (running == 0) {
      int left = 0;
      const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left);
      result_ = message != nullptr ? message->data.result : CURLE_FAILED_INIT;
      return End::Finished;
    }
    if (patience.give_up.is_raised()) return End::GivenUp;
    const auto wait = patience.deadline - SteadyTime::clock::now();
    if (wait <= wait.zero()) return End::Deadline;
    if (bytes_received() > limit) {
      answer_.overflow();
      return End::Finished;
    }
    curl_waitfd give_up{patience.give_up.descriptor(), CURL_WAIT_POLLIN, 0};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    curl_multi_poll(multi_.get(), &give_up, 1, static_cast<int>(milliseconds), nullptr);
  }
}

std::uint64_t CurlSession::bytes_received() const {
  std::uint64_t sum = 0;
  for (const auto socket : sockets_) sum += received_bytes(socket);
  return sum;
}

std::size_t CurlSession::give_body(char* to, std::size_t size, std::size_t count, void* self) {
  static_cast<CurlSession*>(self)->body_begun_ = true;
  auto& unsent = static_cast<CurlSession*>(self)->unsent_;
  const std::size_t given = unsent.copy(to, size * count);
  unsent.remove_prefix(given);
  return given;
}

std::size_t CurlSession::take_header(char* line, std::size_t size, std::size_t count, void* self) {
  const bool goes_on =
      static_cast<CurlSession*>(self)->answer_.take_header_line({line, size * count});
  return goes_on ? size * count : 0;
}

std::size_t CurlSession::take_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  const bool goes_on = static_cast<CurlSession*>(self)->answer_.take_body({bytes, size * count});
  return goes_on ? size * count : 0;
}

curl_socket_t CurlSession::open_socket(void* self, curlsocktype /*purpose*/,
                                       curl_sockaddr* address) {
  auto& session = *static_cast<CurlSession*>(self);
  // When a connection that was kept ends without an answer, libcurl sends the request again on its
  // own account. The receiver may have taken it: that is a failed try, as it is for Go.
  session.resend_refused_ = session.body_begun_;
  if (session.resend_refused_) return CURL_SOCKET_BAD;
  const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (socket < 0) return CURL_SOCKET_BAD;
  session.sockets_.push_back(socket);
  session.handshakes_ = Handshakes::None;
  session.dialled_ = address_text(address->addr, address->addrlen);
  return socket;
}

int CurlSession::close_socket(void* self, curl_socket_t socket) {
  std::erase(static_cast<CurlSession*>(self)->sockets_, socket);
  return ::close(socket);
}

CURLcode CurlSession::set_up_context(CURL* /*easy*/, void* context, void* self) {
  auto& session = *static_cast<CurlSession*>(self);
  auto* const ssl = static_cast<SSL_CTX*>(context);
  // The first handshake on a connection is the proxy's, where that has one.
  const bool is_proxy = session.config_.proxy && session.config_.proxy->scheme == "https" &&
                        session.handshakes_ == Handshakes::None;
  session.handshakes_ = is_proxy ? Handshakes::WithProxy : Handshakes::WithReceiver;
  const std::string& server_name = session.config_.tls.server_name;
  session.verified_name_ = !server_name.empty() ? server_name
                           : is_proxy           ? session.config_.proxy->host
                                                : session.config_.server.host;
  if (!session.tls_ || !session.tls_->apply(ssl)) return CURLE_SSL_CERTPROBLEM;
  if (!session.tls_->trusted) {
    SSL_CTX_set_verify(ssl, SSL_VERIFY_NONE, nullptr);
    return CURLE_OK;
  }
  verify_name(ssl, session.verified_name_);
  SSL_CTX_set_ex_data(ssl, session_index(), &session);
  SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, &note_certificate_error);
  return CURLE_OK;
}

int CurlSession::note_certificate_error(int good, X509_STORE_CTX* context) {
  const auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const session =
      static_cast<CurlSession*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), session_index()));
  if (good == 0 && session->certificate_error_.empty()) {
    session->certificate_error_ = certificate_error(context, session->verified_name_);
  }
  return good;
}

}  // namespace kaudit::client
