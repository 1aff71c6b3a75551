#pragma once

#include <cstddef>
#include <string_view>

#include "apiserver/http/sockets/client_socket.hpp"
#include "apiserver/http/tls/tls_stream.hpp"

namespace kaudit::apiserver::http {

/// The bytes of a socket as they are, in the steps of a TlsStream: for listeners that
/// only this machine reaches. Not for use by several threads.
class PlainStream {
 public:
  /// The socket must outlive the stream.
  explicit PlainStream(ClientSocket& socket) noexcept : socket_(socket) {}

  TlsStream::Transfer read(char* data, std::size_t size) noexcept;
  TlsStream::Transfer write(std::string_view data) noexcept;

 private:
  ClientSocket& socket_;
};

}  // namespace kaudit::apiserver::http
