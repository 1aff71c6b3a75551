#pragma once

#include <cstddef>
#include <memory>
#include <nghttp2/nghttp2.h>
#include <string>
#include <string_view>

namespace kaudit::e2e::load {

/// The server's side of one HTTP/2 connection without I/O: answers each request with 200 and the
/// same body. For one thread.
class BareHttp2 {
 public:
  /// `body` must outlive it.
  explicit BareHttp2(const std::string& body);

  /// False when what came is no HTTP/2.
  bool receive(std::string_view bytes);
  /// What is to be sent by now.
  std::string take_output();

 private:
  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user);
  static ssize_t read_body(nghttp2_session* session, std::int32_t stream, std::uint8_t* to,
                           std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                           void* user);

  struct FreeSession {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };
  const std::string& body_;
  std::string length_;
  std::unique_ptr<nghttp2_session, FreeSession> session_;
};

}  // namespace kaudit::e2e::load
