// kaudit-bare-server: an HTTPS server that reads a request's head and its body and answers with the
// same bytes, whatever was asked: the least that a server on Asio and OpenSSL can do. What
// e2e/bench measures is given as a multiple of it.
//
//   kaudit-bare-server CERTIFICATE KEY BODY-BYTES     prints its port
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

asio::awaitable<void> serve(std::shared_ptr<Stream> stream, const std::string& answer) {
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
    auto [error, count] = co_await asio::async_write(*stream, asio::buffer(answer), kResult);
    failed = error;
  }
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, asio::ssl::context& context,
                             const std::string& answer) {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(kResult);
    if (error) co_return;
    socket.set_option(tcp::no_delay(true));
    auto stream = std::make_shared<Stream>(std::move(socket), context);
    asio::co_spawn(acceptor.get_executor(), serve(std::move(stream), answer), asio::detached);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: kaudit-bare-server CERTIFICATE KEY BODY-BYTES\n");
    return 2;
  }
  try {
    asio::io_context io{1};
    asio::ssl::context context(asio::ssl::context::tls_server);
    context.use_certificate_chain_file(argv[1]);
    context.use_private_key_file(argv[2], asio::ssl::context::pem);
    const std::string body(std::strtoul(argv[3], nullptr, 10), 'x');
    const std::string head = "\r\nContent-Type: application/json\r\nContent-Length: ";
    const std::string answer = "HTTP/1.1 200 OK" + head + std::to_string(body.size()) +
                               "\r\nDate: Mon, 23 Nov 2026 05:36:49 GMT\r\n\r\n" + body;
    tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    std::printf("%d\n", acceptor.local_endpoint().port());
    std::fflush(stdout);
    asio::co_spawn(io, accept(acceptor, context, answer), asio::detached);
    io.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kaudit-bare-server: %s\n", error.what());
    return 1;
  }
  return 0;
}
