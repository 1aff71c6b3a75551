#include "apiserver/http/plain_stream.hpp"

#include <sys/types.h>

namespace kaudit::apiserver::http {
namespace {

using Step = TlsStream::Step;

TlsStream::Transfer transfer_of(ssize_t size, Step wait) noexcept {
  if (size > 0) return {Step::Done, static_cast<std::size_t>(size)};
  if (size == 0) return {Step::Closed, 0};
  return {ClientSocket::may_try_again() ? wait : Step::Broken, 0};
}

}  // namespace

TlsStream::Transfer PlainStream::read(char* data, std::size_t size) noexcept {
  return transfer_of(socket_.receive(data, size), Step::WantRead);
}

TlsStream::Transfer PlainStream::write(std::string_view data) noexcept {
  return transfer_of(socket_.send(data), Step::WantWrite);
}

}  // namespace kaudit::apiserver::http
