#include "e2e/load/channel.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>

#include <openssl/err.h>

namespace kaudit::e2e::load {

void fail(const std::string& what) {
  const unsigned long code = ERR_get_error();
  throw std::runtime_error(code == 0 ? what : what + ": " + ERR_error_string(code, nullptr));
}

ContextPtr make_context(const Identity& identity, Protocol protocol) {
  ContextPtr context{SSL_CTX_new(TLS_client_method())};
  if (!context || SSL_CTX_load_verify_locations(context.get(), identity.ca.c_str(), nullptr) != 1 ||
      SSL_CTX_use_certificate_file(context.get(), identity.cert.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), identity.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    fail("certificates");
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (protocol == Protocol::Http2) {
    constexpr unsigned char kH2[] = {2, 'h', '2'};
    if (SSL_CTX_set_alpn_protos(context.get(), kH2, sizeof kH2) != 0) fail("ALPN");
  }
  return context;
}

Channel::Channel(SSL_CTX* context, const std::string& port) : bio_(BIO_new_ssl_connect(context)) {
  if (!bio_) fail("connection");
  BIO_set_conn_hostname(bio_.get(), ("127.0.0.1:" + port).c_str());
  if (BIO_do_connect(bio_.get()) != 1) fail("connect");
  // Else the first request of a connection waits for the server to acknowledge the handshake.
  const int on = 1;
  ::setsockopt(descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void Channel::write(std::string_view bytes) {
  if (bytes.empty()) return;
  const int size = static_cast<int>(bytes.size());
  if (BIO_write(bio_.get(), bytes.data(), size) != size) fail("write");
}

void Channel::read_available(std::string& to) {
  char piece[16 * 1024];
  do {
    const int count = BIO_read(bio_.get(), piece, sizeof piece);
    if (count <= 0) fail("the connection ended within an answer");
    to.append(piece, static_cast<std::size_t>(count));
  } while (BIO_pending(bio_.get()) > 0);  // else it lies where no poll sees it
}

int Channel::descriptor() const {
  int descriptor = -1;
  BIO_get_fd(bio_.get(), &descriptor);
  return descriptor;
}

}  // namespace kaudit::e2e::load
