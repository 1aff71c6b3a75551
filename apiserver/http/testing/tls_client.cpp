#include "apiserver/http/testing/tls_client.hpp"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/ssl.h>

#include "base/http1/header_syntax.hpp"
#include "base/tls/openssl_support.hpp"

namespace kaudit::apiserver::http::test {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);

class FunctionHandler final : public Handler {
 public:
  explicit FunctionHandler(Handle handle) : handle_(std::move(handle)) {}
  asio::awaitable<void> handle(Exchange& exchange) override { return handle_(exchange); }

 private:
  Handle handle_;
};

}  // namespace

const pki::Certificates& certificates() {
  static const pki::Certificates kMade = pki::make_certificates("127.0.0.1");
  return kMade;
}

void Event::set() {
  const Lock lock(mutex_);
  set_ = true;
  changed_.notify_all();
}

bool Event::wait() {
  Lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [this]() KAUDIT_REQUIRES(mutex_) { return set_; });
}

bool Event::is_set() {
  const Lock lock(mutex_);
  return set_;
}

TestServer::TestServer(Handle handle, ServerOptions options) {
  options.certificate_pem = certificates().apiserver.certificate;
  options.private_key_pem = certificates().apiserver.key;
  if (options.threads == 0) {
    options.threads = 1;
  }
  server_ = std::make_unique<Server>(std::move(options),
                                     std::make_shared<FunctionHandler>(std::move(handle)));
  if (const auto started = server_->start(); !started) {
    throw std::runtime_error(started.error().message);
  }
}

std::string error_text(BodyError error) {
  return "error " + std::to_string(static_cast<int>(error));
}

asio::awaitable<void> echo(Exchange& exchange) {
  auto body = co_await exchange.read_body(std::size_t{1} << 20U);
  Response response;
  response.headers.set("Content-Type", "text/plain");
  response.body = exchange.request().method + '\n' + exchange.request().target + '\n' +
                  (body ? *body : error_text(body.error()));
  co_await exchange.send(std::move(response));
}

asio::awaitable<void> read_a_little(Exchange& exchange) {
  auto body = co_await exchange.read_body(8);
  Response response(body ? 200 : 400);
  response.body = body ? *body : error_text(body.error());
  co_await exchange.send(std::move(response));
}

asio::awaitable<void> says_whether_it_steps_aside(Exchange& exchange) {
  Response response(200, {}, exchange.steps_aside() ? "aside" : "at once");
  co_await asio::post(exchange.executor(), asio::use_awaitable);
  co_await exchange.send(std::move(response));
}

asio::awaitable<void> wait_until_gone(Exchange& exchange) {
  asio::steady_timer never(exchange.executor(), asio::steady_timer::time_point::max());
  exchange.on_client_gone([&never] { never.cancel(); });
  if (!exchange.client_gone()) {
    co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

Client::Client(std::uint16_t port, const tls::KeyPairPem* certificate, Protocol protocol,
               std::string_view alpn) {
  ::signal(SIGPIPE, SIG_IGN);
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{kPatience.count(), 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  const int at_once = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connected_ =
      ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  if (!connected_ || protocol == Protocol::Plain) {
    return;
  }
  context_ = SSL_CTX_new(TLS_client_method());
  const auto ca = tls::certificates_from_pem(certificates().ca);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), ca->front().get());
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  if (certificate != nullptr) {
    SSL_CTX_use_certificate(context_,
                            tls::certificates_from_pem(certificate->certificate)->front().get());
    SSL_CTX_use_PrivateKey(context_, tls::private_key_from_pem(certificate->key)->get());
  }
  ssl_ = SSL_new(context_);
  SSL_set_tlsext_host_name(ssl_, "localhost");
  SSL_set1_host(ssl_, "localhost");
  SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(alpn.data()),
                      static_cast<unsigned int>(alpn.size()));
  SSL_set_fd(ssl_, socket_);
  connected_ = SSL_connect(ssl_) == 1;
}

Client::~Client() {
  vanish();
  SSL_free(ssl_);
  SSL_CTX_free(context_);
}

void Client::vanish() {
  if (socket_ >= 0) {
    ::close(std::exchange(socket_, -1));
  }
}

void Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ssl_ != nullptr
                             ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                             : ::send(socket_, bytes.data(), bytes.size(), 0);
    if (size <= 0) {
      return;  // the server has closed: what it said is still to be read
    }
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

bool Client::receive_more() {
  std::array<char, 16384> data{};
  const ssize_t size = ssl_ != nullptr ? SSL_read(ssl_, data.data(), static_cast<int>(data.size()))
                                       : ::recv(socket_, data.data(), data.size(), 0);
  if (size > 0) {
    buffer_.append(data.data(), static_cast<std::size_t>(size));
  }
  return size > 0;
}

std::string Client::receive_until(std::string_view end) {
  std::size_t found = 0;
  while ((found = buffer_.find(end)) == std::string::npos) {
    if (!receive_more()) {
      return {};
    }
  }
  return receive(found + end.size());
}

std::string Client::receive(std::size_t size) {
  while (buffer_.size() < size && receive_more()) {
  }
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return taken;
}

std::string Client::receive_all() {
  while (receive_more()) {
  }
  return std::exchange(buffer_, {});
}

Answer Client::ask(std::string_view request) {
  send(request);
  return receive(request.substr(0, request.find(' ')));
}

Answer Client::receive(std::string_view method) {
  Answer answer;
  const std::string head = receive_until("\r\n\r\n");
  if (head.empty()) {
    return answer;
  }
  std::string_view rest = head;
  const auto next_line = [&rest] {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(line.size() + 2);
    return line;
  };
  answer.status = next_line().substr(9);
  for (std::string_view line = next_line(); !line.empty(); line = next_line()) {
    const http1::HeaderLine header = http1::split_header_line(line);
    answer.headers.add(std::string(header.name), std::string(header.value));
  }
  const std::string code = answer.status.substr(0, 3);
  if (method == "HEAD" || code == "204" || code == "304" || code.front() == '1') {
    answer.whole = true;
  } else if (const auto length = answer.headers.first("Content-Length")) {
    const std::size_t size = std::stoul(std::string(*length));
    answer.body = receive(size);
    answer.whole = answer.body.size() == size;
  } else if (answer.headers.first("Transfer-Encoding") == "chunked") {
    for (;;) {
      const std::string line = receive_until("\r\n");
      const std::size_t size = line.empty() ? 0 : std::stoul(line, nullptr, 16);
      answer.body += receive(size);
      if (receive(2) != "\r\n") {
        break;
      }
      if (size == 0) {
        answer.whole = true;
        break;
      }
    }
  } else {
    answer.body = receive_all();
    answer.whole = SSL_get_shutdown(ssl_) == SSL_RECEIVED_SHUTDOWN;
  }
  return answer;
}

}  // namespace kaudit::apiserver::http::test
