#include "backends/webhook/tls_stream.hpp"

#include <arpa/inet.h>
#include <array>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "backends/webhook/certificate_error.hpp"
#include "base/tls/openssl_support.hpp"

namespace kaudit::backends::webhook {
namespace {

struct SslFree {
  void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};

bool is_address(const std::string& name) {
  in6_addr buffer{};
  return inet_pton(AF_INET, name.c_str(), &buffer) == 1 ||
         inet_pton(AF_INET6, name.c_str(), &buffer) == 1;
}

/// OpenSSL works on two buffers in memory; what it reads and writes is carried between them and the
/// stream below, which knows about deadlines and may itself be TLS.
class TlsStream final : public Stream {
 public:
  TlsStream(std::unique_ptr<Stream> below, SSL_CTX* context, std::string name)
      : below_(std::move(below)), name_(std::move(name)), ssl_(SSL_new(context)) {
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl_.get());
    // An address is verified, but never sent for the server to choose a certificate by.
    if (is_address(name_)) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), name_.c_str());
    } else {
      SSL_set_tlsext_host_name(ssl_.get(), name_.c_str());
      X509_VERIFY_PARAM_set_hostflags(
          SSL_get0_param(ssl_.get()),
          X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
      SSL_set1_host(ssl_.get(), name_.c_str());
    }
  }

  Outcome<void> shake_hands(const Patience& patience) {
    for (;;) {
      ERR_clear_error();
      const int done = SSL_do_handshake(ssl_.get());
      const int error = done == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), done);
      // An alert goes out even when the handshake failed: the peer's log says why, too.
      const std::string why = error == SSL_ERROR_SSL ? handshake_error() : "";
      auto sent = send_pending(patience);
      if (!why.empty()) return failed(LossReason::Tls, why);
      if (!sent) return sent;
      if (error == SSL_ERROR_NONE) return {};
      auto more = receive(patience);
      if (!more) return tl::unexpected(std::move(more).error());
      if (!*more) return failed(LossReason::Network, "EOF");
    }
  }

  Outcome<std::size_t> read(std::span<char> to, const Patience& patience) override {
    for (;;) {
      ERR_clear_error();
      const int got = SSL_read(ssl_.get(), to.data(), static_cast<int>(to.size()));
      if (got > 0) return static_cast<std::size_t>(got);
      const int error = SSL_get_error(ssl_.get(), got);
      if (error == SSL_ERROR_ZERO_RETURN || ended_) return std::size_t{0};
      if (error != SSL_ERROR_WANT_READ) return failed(LossReason::Tls, remote_error());
      if (auto sent = send_pending(patience); !sent) return tl::unexpected(std::move(sent).error());
      const auto more = receive(patience);
      if (!more) return tl::unexpected(more.error());
      ended_ = !*more;
    }
  }

  Outcome<Written> write(std::string_view bytes, OnAnswer /*on_answer*/,
                         const Patience& patience) override {
    while (!bytes.empty()) {
      const auto part = bytes.substr(0, kPiece);
      ERR_clear_error();
      const int put = SSL_write(ssl_.get(), part.data(), static_cast<int>(part.size()));
      if (put <= 0) return failed(LossReason::Tls, remote_error());
      bytes.remove_prefix(static_cast<std::size_t>(put));
      if (auto sent = send_pending(patience); !sent) return tl::unexpected(std::move(sent).error());
    }
    return Written::All;
  }

  int descriptor() const noexcept override { return below_->descriptor(); }

 private:
  static constexpr std::size_t kPiece = 128 * 1024;

  /// What OpenSSL has written, to the stream below.
  Outcome<void> send_pending(const Patience& patience) {
    char* data = nullptr;
    BIO* const out = SSL_get_wbio(ssl_.get());
    const long size = BIO_get_mem_data(out, &data);
    if (size <= 0) return {};
    auto sent = below_->write({data, static_cast<std::size_t>(size)}, OnAnswer::GoOn, patience);
    BIO_reset(out);
    if (!sent) return tl::unexpected(std::move(sent).error());
    return {};
  }

  /// What the stream below has, to OpenSSL. False: it has ended.
  Outcome<bool> receive(const Patience& patience) {
    auto got = below_->read(buffer_, patience);
    if (!got) return tl::unexpected(std::move(got).error());
    BIO_write(SSL_get_rbio(ssl_.get()), buffer_.data(), static_cast<int>(*got));
    return *got > 0;
  }

  std::string handshake_error() const {
    if (SSL_get_verify_result(ssl_.get()) != X509_V_OK &&
        (SSL_get_verify_mode(ssl_.get()) & SSL_VERIFY_PEER) != 0) {
      return "tls: failed to verify certificate: " + certificate_error(ssl_.get(), name_);
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_HTTP_REQUEST ||
        ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_WRONG_VERSION_NUMBER) {
      ERR_clear_error();
      return "http: server gave HTTP response to HTTPS client";
    }
    return remote_error();
  }

  static std::string remote_error() { return "remote error: tls: " + tls::openssl_reason(); }

  std::unique_ptr<Stream> below_;
  const std::string name_;
  std::unique_ptr<SSL, SslFree> ssl_;
  bool ended_ = false;
  std::array<char, 17 * 1024> buffer_;
};

}  // namespace

Outcome<std::unique_ptr<Stream>> connect_tls(std::unique_ptr<Stream> below, SSL_CTX* context,
                                             const std::string& name, const Patience& patience) {
  auto stream = std::make_unique<TlsStream>(std::move(below), context, name);
  if (auto done = stream->shake_hands(patience); !done) {
    return tl::unexpected(std::move(done).error());
  }
  return stream;
}

}  // namespace kaudit::backends::webhook
