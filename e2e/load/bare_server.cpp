// kaudit-bare-server: an HTTPS server that reads a request's head and its body and answers with the
// same bytes, whatever was asked: the least that a server on Asio and OpenSSL (and nghttp2) can do.
// What e2e/bench measures is given as a multiple of it.
//
//   kaudit-bare-server http1|http2 CERTIFICATE KEY BODY-BYTES     prints its port
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "e2e/load/bare_http2.hpp"

namespace kaudit::e2e::load {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Stream = asio::ssl::stream<tcp::socket>;

constexpr auto kResult = asio::as_tuple(asio::use_awaitable);

/// Bytes of the request at the front; 0 while it is not whole.
std::size_t whole_request(std::string_view received) {
  const std::size_t head = received.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  std::size_t body = 0;
  constexpr std::string_view kLength = "Content-Length: ";
  if (const std::size_t at = received.find(kLength); at < head) {
    body = std::strtoul(received.data() + at + kLength.size(), nullptr, 10);
  }
  const std::size_t size = head + 4 + body;
  return received.size() >= size ? size : 0;
}

/// What every request gets.
struct Answer {
  bool http2 = false;
  std::string body;
  std::string http1;  ///< head and body
};

asio::awaitable<void> serve_http1(std::shared_ptr<Stream> stream, const Answer& answer) {
  auto [failed] = co_await stream->async_handshake(asio::ssl::stream_base::server, kResult);
  std::string received;
  char piece[16 * 1024];
  while (!failed) {
    const std::size_t size = whole_request(received);
    if (size == 0) {
      auto [error, count] = co_await stream->async_read_some(asio::buffer(piece), kResult);
      failed = error;
      received.append(piece, count);
      continue;
    }
    received.erase(0, size);
    auto [error, count] = co_await asio::async_write(*stream, asio::buffer(answer.http1), kResult);
    failed = error;
  }
}

asio::awaitable<void> serve_http2(std::shared_ptr<Stream> stream, const Answer& answer) {
  auto [failed] = co_await stream->async_handshake(asio::ssl::stream_base::server, kResult);
  BareHttp2 session(answer.body);
  char piece[16 * 1024];
  while (!failed) {
    const std::string out = session.take_output();
    if (!out.empty()) {
      auto [error, count] = co_await asio::async_write(*stream, asio::buffer(out), kResult);
      failed = error;
      continue;
    }
    auto [error, count] = co_await stream->async_read_some(asio::buffer(piece), kResult);
    failed = error;
    if (!session.receive({piece, count})) co_return;
  }
}

int choose_h2(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* size,
              const unsigned char* offered, unsigned offered_size, void* /*argument*/) {
  return nghttp2_select_next_protocol(const_cast<unsigned char**>(chosen), size, offered,
                                      offered_size) == 1
             ? SSL_TLSEXT_ERR_OK
             : SSL_TLSEXT_ERR_NOACK;
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, asio::ssl::context& context,
                             const Answer& answer) {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(kResult);
    if (error) co_return;
    socket.set_option(tcp::no_delay(true));
    auto stream = std::make_shared<Stream>(std::move(socket), context);
    asio::co_spawn(acceptor.get_executor(),
                   answer.http2 ? serve_http2(std::move(stream), answer)
                                : serve_http1(std::move(stream), answer),
                   asio::detached);
  }
}

void run(const std::string& protocol, const char* certificate, const char* key,
         std::size_t body_bytes) {
  asio::io_context io{1};
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.use_certificate_chain_file(certificate);
  context.use_private_key_file(key, asio::ssl::context::pem);
  Answer answer;
  answer.http2 = protocol == "http2";
  if (answer.http2) SSL_CTX_set_alpn_select_cb(context.native_handle(), choose_h2, nullptr);
  answer.body.assign(body_bytes, 'x');
  answer.http1 = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                 std::to_string(body_bytes) + "\r\nDate: Mon, 23 Nov 2026 05:36:49 GMT\r\n\r\n" +
                 answer.body;
  tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  std::printf("%d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  asio::co_spawn(io, accept(acceptor, context, answer), asio::detached);
  io.run();
}

}  // namespace
}  // namespace kaudit::e2e::load

int main(int argc, char** argv) {
  const std::string protocol = argc == 5 ? argv[1] : "";
  if (protocol != "http1" && protocol != "http2") {
    std::fprintf(stderr, "usage: kaudit-bare-server http1|http2 CERTIFICATE KEY BODY-BYTES\n");
    return 2;
  }
  try {
    kaudit::e2e::load::run(protocol, argv[2], argv[3], std::strtoul(argv[4], nullptr, 10));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kaudit-bare-server: %s\n", error.what());
    return 1;
  }
  return 0;
}
