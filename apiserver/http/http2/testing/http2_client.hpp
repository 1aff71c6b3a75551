#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "apiserver/http/testing/tls_client.hpp"

struct nghttp2_session;

namespace kaudit::apiserver::http::test {

/// What has come on one stream.
struct StreamAnswer {
  std::string status;
  Headers headers;
  std::string body;
  std::string interim;  ///< the status of an interim answer
  bool closed = false;
  std::uint32_t error = 0;  ///< the code it was closed with
};

/// A blocking client of HTTP/2. Reading gives up after ten seconds.
class Http2Client {
 public:
  /// Whether what comes is acknowledged so that more may come.
  enum class Reading : std::uint8_t { Eager, NoMoreThanTheWindow };
  explicit Http2Client(std::uint16_t port, Reading reading = Reading::Eager);
  ~Http2Client();
  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;

  enum class Rest : std::uint8_t { None, Follows };
  /// Sends a request and answers with its stream. Follows: the body is not at its end.
  std::int32_t ask(std::string_view method, std::string_view target, const Headers& headers = {},
                   std::string_view body = {}, Rest rest = Rest::None);
  /// Sends bytes that are not nghttp2's.
  void send_raw(std::string_view bytes) { client_.send(bytes); }
  void reset(std::int32_t stream, std::uint32_t code);

  /// Reads until the stream has closed, or the connection.
  StreamAnswer& receive(std::int32_t stream);
  /// Reads until the stream has so many bytes of a body.
  StreamAnswer& receive_body(std::int32_t stream, std::size_t size);
  /// Reads one frame; false at the end of the connection.
  bool receive_frame();
  /// Reads until the connection ends.
  void receive_all();
  /// The code of the GOAWAY that has come.
  std::optional<std::uint32_t> goaway() const { return goaway_; }
  void vanish() { client_.vanish(); }

 private:
  struct Callbacks;
  friend struct Callbacks;
  void send_pending();

  Client client_;
  std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> session_;
  std::map<std::int32_t, StreamAnswer> answers_;
  std::map<std::int32_t, std::pair<std::string, Rest>> bodies_;
  std::optional<std::uint32_t> goaway_;
};

}  // namespace kaudit::apiserver::http::test
