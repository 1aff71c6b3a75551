#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/ssl.h>

namespace kaudit::e2e::load {

/// Throws std::runtime_error with OpenSSL's reason, if it has one.
[[noreturn]] void fail(const std::string& what);

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, FreeContext>;

enum class Protocol { Http1, Http2 };

/// Files with PEM: whom to trust, and the client's own certificate.
struct Identity {
  std::string ca, cert, key;
};

/// What all connections share: the identity, and the protocol that they ask for.
ContextPtr make_context(const Identity& identity, Protocol protocol);

/// A TLS connection to a port of the loopback. Blocking, for one thread; throws when it breaks.
class Channel {
 public:
  Channel(SSL_CTX* context, const std::string& port);

  void write(std::string_view bytes);
  /// Waits for at least one byte and appends what is there.
  void read_available(std::string& to);
  int descriptor() const;

 private:
  struct FreeBio {
    void operator()(BIO* bio) const { BIO_free_all(bio); }
  };
  std::unique_ptr<BIO, FreeBio> bio_;
};

}  // namespace kaudit::e2e::load
