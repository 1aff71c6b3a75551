#include "apiserver/http/tls/socket_bio.hpp"

#include <memory>
#include <new>

#include <openssl/bio.h>

#include "apiserver/http/sockets/client_socket.hpp"

namespace kaudit::apiserver::http {
namespace {

ClientSocket& socket_of(BIO* bio) { return *static_cast<ClientSocket*>(BIO_get_data(bio)); }

int read(BIO* bio, char* to, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t received = socket_of(bio).receive(to, static_cast<std::size_t>(size));
  if (received < 0 && ClientSocket::may_try_again()) BIO_set_retry_read(bio);
  if (received == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(received);
}

int write(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t sent = socket_of(bio).send({data, static_cast<std::size_t>(size)});
  if (sent < 0 && ClientSocket::may_try_again()) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

/// Of what OpenSSL asks a BIO in passing, nothing applies but these.
long control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    default:
      return 0;
  }
}

/// One for all, made with the first.
const BIO_METHOD* method() {
  static const std::unique_ptr<BIO_METHOD, void (*)(BIO_METHOD*)> made(
      BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "client socket"), BIO_meth_free);
  static const bool complete = made != nullptr && BIO_meth_set_read(made.get(), read) == 1 &&
                               BIO_meth_set_write(made.get(), write) == 1 &&
                               BIO_meth_set_ctrl(made.get(), control) == 1;
  if (!complete) throw std::bad_alloc();
  return made.get();
}

}  // namespace

BIO* make_socket_bio(ClientSocket& socket) {
  BIO* bio = BIO_new(method());
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, &socket);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace kaudit::apiserver::http
