#include "apiserver/http/tls/tls_stream.hpp"

#include <new>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "apiserver/http/tls/peer_certificate.hpp"
#include "apiserver/http/tls/socket_bio.hpp"
#include "base/tls/openssl_support.hpp"

namespace kaudit::apiserver::http {
namespace {

/// OpenSSL judges a result by its queue of errors too: what another connection of this thread left
/// there must go first. Clearing an empty queue takes a thousand instructions, looking at it a few.
void forget_errors_of_others() noexcept {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace

TlsStream::TlsStream(SSL_CTX& context, ClientSocket& socket) : ssl_(SSL_new(&context), SSL_free) {
  if (ssl_ == nullptr) throw std::bad_alloc();
  BIO* bio = make_socket_bio(socket);
  SSL_set_bio(ssl_.get(), bio, bio);  // which owns it now
}

TlsStream::Step TlsStream::step_of(int result) noexcept {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Step::WantRead;
    case SSL_ERROR_WANT_WRITE:
      return Step::WantWrite;
    case SSL_ERROR_ZERO_RETURN:
      return Step::Closed;
    default:
      broken_ = true;
      return Step::Broken;
  }
}

TlsStream::Step TlsStream::handshake() {
  forget_errors_of_others();
  const int result = SSL_accept(ssl_.get());
  return result == 1 ? Step::Done : step_of(result);
}

TlsStream::Transfer TlsStream::read(char* data, std::size_t size) {
  if (broken_) {
    return {Step::Broken, 0};
  }
  forget_errors_of_others();
  std::size_t transferred = 0;
  const int result = SSL_read_ex(ssl_.get(), data, size, &transferred);
  return result == 1 ? Transfer{Step::Done, transferred} : Transfer{step_of(result), 0};
}

bool TlsStream::holds_input() const noexcept { return broken_ || SSL_has_pending(ssl_.get()) != 0; }

TlsStream::Transfer TlsStream::write(std::string_view data) {
  if (broken_) {
    return {Step::Broken, 0};
  }
  forget_errors_of_others();
  std::size_t transferred = 0;
  const int result = SSL_write_ex(ssl_.get(), data.data(), data.size(), &transferred);
  return result == 1 ? Transfer{Step::Done, transferred} : Transfer{step_of(result), 0};
}

void TlsStream::close_notify() noexcept {
  if (!broken_ && SSL_is_init_finished(ssl_.get()) != 0) {
    forget_errors_of_others();
    SSL_shutdown(ssl_.get());
    broken_ = true;
  }
}

std::string_view TlsStream::protocol() const noexcept {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::shared_ptr<const PeerCertificate> TlsStream::peer_certificate() const {
  X509* leaf = SSL_get0_peer_certificate(ssl_.get());
  if (leaf == nullptr) {
    return nullptr;
  }
  return std::make_shared<PeerCertificate>(leaf, SSL_get_peer_cert_chain(ssl_.get()));
}

}  // namespace kaudit::apiserver::http
