#pragma once

#include <openssl/types.h>

namespace kaudit::apiserver::http {

class ClientSocket;

/// The way by which OpenSSL reads from and writes to the socket, which must outlive it. OpenSSL's
/// own for sockets reads once more in vain wherever less has come than it asked for. Throws
/// std::bad_alloc. (BIO_new(3))
BIO* make_socket_bio(ClientSocket& socket);

}  // namespace kaudit::apiserver::http
