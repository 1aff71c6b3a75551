#include "cli/receiver/wire/wire_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/files/read_file.hpp"
#include "base/tls/openssl_support.hpp"

namespace kaudit::cli {
namespace {

using backends::Descriptor;
using client::Patience;
using client::SteadyTime;

constexpr std::size_t kMostDrained = std::size_t{64} << 20U;  // after the last word

int milliseconds_until(SteadyTime deadline) {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(deadline - SteadyTime::clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

}  // namespace

std::string_view text(Wire wire) noexcept {
  switch (wire) {
    case Wire::Done:
      return "done";
    case Wire::Closed:
      return "the peer closed the connection";
    case Wire::Broken:
      return "the connection broke";
    case Wire::Late:
      return "nothing came in time";
    case Wire::GivenUp:
      return "given up";
  }
  return "";
}

WireStream::WireStream(Descriptor socket) : socket_(std::move(socket)), ssl_(nullptr, &SSL_free) {
  const int flags = ::fcntl(socket_.get(), F_GETFL, 0);
  ::fcntl(socket_.get(), F_SETFL, flags | O_NONBLOCK);
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

WireStream::~WireStream() = default;

Result<WireStream> WireStream::connect(const std::string& host, const std::string& port,
                                       const Patience& patience) {
  const std::string place = host + ":" + port;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
    return fail("dial " + place + ": " + ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  std::string reason = "no address";
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    Descriptor socket(::socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) {
      reason = system_error_text(errno);
      continue;
    }
    const int number = socket.get();
    if (::connect(number, at->ai_addr, at->ai_addrlen) != 0 && errno != EINPROGRESS) {
      reason = system_error_text(errno);
      continue;
    }
    WireStream stream(std::move(socket));
    if (const Wire wire = stream.wait(POLLOUT, patience); wire != Wire::Done) {
      reason = std::string(text(wire));
      continue;
    }
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(number, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error == 0) return stream;
    reason = "connect: " + system_error_text(error);
  }
  return fail("dial " + place + ": " + reason);
}

Wire WireStream::wait(short events, const Patience& patience) const {
  for (;;) {
    std::array<pollfd, 2> polled{pollfd{socket_.get(), events, 0},
                                 pollfd{patience.give_up.descriptor(), POLLIN, 0}};
    const int left = milliseconds_until(patience.deadline);
    const int ready = ::poll(polled.data(), polled.size(), left);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return Wire::Broken;
    if (polled[1].revents != 0) return Wire::GivenUp;
    if (polled[0].revents != 0) return Wire::Done;  // an error shows with the next call
    if (SteadyTime::clock::now() >= patience.deadline) return Wire::Late;
  }
}

Wire WireStream::settle_tls(int result, const Patience& patience) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return wait(POLLIN, patience);
    case SSL_ERROR_WANT_WRITE:
      return wait(POLLOUT, patience);
    case SSL_ERROR_ZERO_RETURN:
      return Wire::Closed;
    case SSL_ERROR_SYSCALL:
      tls_error_ = errno != 0 ? system_error_text(errno) : "the peer closed the connection";
      // After a failure OpenSSL must not be used again, not even to say goodbye.
      SSL_set_quiet_shutdown(ssl_.get(), 1);
      return errno == 0 ? Wire::Closed : Wire::Broken;
    default:
      tls_error_ = tls::openssl_reason();
      if (const long verdict = SSL_get_verify_result(ssl_.get()); verdict != X509_V_OK) {
        tls_error_ += std::string(" (") + X509_verify_cert_error_string(verdict) + ")";
      }
      SSL_set_quiet_shutdown(ssl_.get(), 1);
      return Wire::Broken;
  }
}

Wire WireStream::handshake(const Patience& patience) {
  SSL_set_fd(ssl_.get(), socket_.get());
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  for (;;) {
    errno = 0;
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) return Wire::Done;
    const Wire wire = settle_tls(result, patience);
    if (wire == Wire::Done) continue;
    if (tls_error_.empty()) tls_error_ = text(wire);
    return wire;
  }
}

Wire WireStream::accept_tls(SSL_CTX* context, const Patience& patience) {
  ssl_.reset(SSL_new(context));
  SSL_set_accept_state(ssl_.get());
  return handshake(patience);
}

Wire WireStream::connect_tls(SSL_CTX* context, const std::string& name, const Patience& patience) {
  ssl_.reset(SSL_new(context));
  SSL_set_connect_state(ssl_.get());
  // An address has no place in SNI, and is verified as an address.
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), name.c_str()) != 1) {
    SSL_set_tlsext_host_name(ssl_.get(), name.c_str());
    SSL_set1_host(ssl_.get(), name.c_str());
  }
  return handshake(patience);
}

std::string WireStream::peer_common_name() const {
  if (!ssl_) return "";
  const tls::X509Ptr certificate(SSL_get1_peer_certificate(ssl_.get()));
  if (!certificate) return "";
  std::array<char, 256> name{};
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()),
                                             NID_commonName, name.data(), name.size());
  return size > 0 ? std::string(name.data(), static_cast<std::size_t>(size)) : "";
}

std::string WireStream::protocol() const {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  if (ssl_) SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

WireStream::Transfer WireStream::read(char* to, std::size_t size, const Patience& patience) {
  for (;;) {
    Wire wire = Wire::Done;
    errno = 0;
    if (ssl_) {
      const int most = static_cast<int>(std::min<std::size_t>(size, 1U << 20U));
      const int count = SSL_read(ssl_.get(), to, most);
      if (count > 0) return {Wire::Done, static_cast<std::size_t>(count)};
      wire = settle_tls(count, patience);
    } else {
      const auto count = ::recv(socket_.get(), to, size, 0);
      if (count > 0) return {Wire::Done, static_cast<std::size_t>(count)};
      if (count == 0) return {Wire::Closed, 0};
      if (errno == EINTR) continue;
      wire = errno == EAGAIN || errno == EWOULDBLOCK ? wait(POLLIN, patience) : Wire::Broken;
    }
    if (wire != Wire::Done) return {wire, 0};
  }
}

Wire WireStream::write(std::string_view bytes, const Patience& patience) {
  while (!bytes.empty()) {
    Wire wire = Wire::Done;
    errno = 0;
    if (ssl_) {
      const int most = static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20U));
      const int count = SSL_write(ssl_.get(), bytes.data(), most);
      if (count > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
        continue;
      }
      wire = settle_tls(count, patience);
    } else {
      const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
        continue;
      }
      if (errno == EINTR) continue;
      wire = errno == EAGAIN || errno == EWOULDBLOCK ? wait(POLLOUT, patience) : Wire::Broken;
    }
    if (wire != Wire::Done) return wire;
  }
  return Wire::Done;
}

void WireStream::close_gently(const Patience& patience) {
  if (!socket_) return;
  if (ssl_) SSL_shutdown(ssl_.get());
  ::shutdown(socket_.get(), SHUT_WR);
  std::array<char, 65536> dropped;
  for (std::size_t total = 0; total < kMostDrained;) {
    if (wait(POLLIN, patience) != Wire::Done) break;
    // Below TLS: what comes is not read, only taken off the line.
    const auto count = ::recv(socket_.get(), dropped.data(), dropped.size(), 0);
    if (count <= 0) break;
    total += static_cast<std::size_t>(count);
  }
  ssl_.reset();
  socket_ = Descriptor();
}

void WireStream::reset() noexcept {
  if (!socket_) return;
  const linger now{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ssl_.reset();
  socket_ = Descriptor();
}

}  // namespace kaudit::cli
