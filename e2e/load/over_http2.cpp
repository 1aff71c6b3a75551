#include <cstdlib>
#include <cstring>
#include <nghttp2/nghttp2.h>
#include <vector>

#include "e2e/load/work.hpp"

namespace kaudit::e2e::load {
namespace {

nghttp2_nv field(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

/// One stream at a time: what is compared with HTTP/1.1 is the cost of a request.
class Http2Connection final : public Connection {
 public:
  Http2Connection(SSL_CTX* context, const std::string& port) : channel_(context, port) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    // An answer of any size needs no window to be opened first.
    const nghttp2_settings_entry window{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 24};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &window, 1);
    flush();
  }
  ~Http2Connection() override { nghttp2_session_del(session_); }
  Http2Connection(const Http2Connection&) = delete;
  Http2Connection& operator=(const Http2Connection&) = delete;

  void send(const Work& work, std::string_view name) override {
    const std::string path = with_name(work.path, name);
    body_ = with_name(work.body, name);
    sent_ = 0;
    status_ = 0;
    closed_ = false;
    std::vector<nghttp2_nv> fields{
        field(":method", work.method),      field(":scheme", "https"),
        field(":authority", "localhost"),   field(":path", path),
        field("user-agent", "kaudit-load"), field("accept", "application/json")};
    nghttp2_data_provider provider{};
    provider.read_callback = read_body;
    if (!body_.empty()) fields.push_back(field("content-type", work.content_type));
    if (nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                               body_.empty() ? nullptr : &provider, nullptr) < 0) {
      fail("no stream");
    }
    flush();
  }

  std::optional<int> receive() override {
    received_.clear();
    channel_.read_available(received_);
    if (nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(received_.data()),
                                 received_.size()) < 0) {
      fail("no HTTP/2");
    }
    if (closed_) return status_;
    flush();
    return std::nullopt;
  }

  int descriptor() const override { return channel_.descriptor(); }

 private:
  static Http2Connection& self(void* user) { return *static_cast<Http2Connection*>(user); }

  static int on_header(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/,
                       const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                       std::size_t /*value_size*/, std::uint8_t /*flags*/, void* user) {
    if (name_size == 7 && std::memcmp(name, ":status", 7) == 0) {
      self(user).status_ = std::atoi(reinterpret_cast<const char*>(value));
    }
    return 0;
  }

  static int on_close(nghttp2_session* /*session*/, std::int32_t /*stream*/,
                      std::uint32_t error_code, void* user) {
    self(user).closed_ = true;
    if (error_code != NGHTTP2_NO_ERROR) self(user).status_ = -static_cast<int>(error_code);
    return 0;
  }

  static ssize_t read_body(nghttp2_session* /*session*/, std::int32_t /*stream*/, std::uint8_t* to,
                           std::size_t size, std::uint32_t* flags, nghttp2_data_source* /*source*/,
                           void* user) {
    Http2Connection& connection = self(user);
    const std::size_t taken =
        connection.body_.copy(reinterpret_cast<char*>(to), size, connection.sent_);
    connection.sent_ += taken;
    if (connection.sent_ == connection.body_.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(taken);
  }

  void flush() {
    std::string out;
    const std::uint8_t* bytes = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &bytes)) > 0;) {
      out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    }
    channel_.write(out);
  }

  Channel channel_;
  nghttp2_session* session_ = nullptr;
  std::string body_;
  std::size_t sent_ = 0;
  std::string received_;
  int status_ = 0;
  bool closed_ = false;
};

}  // namespace

std::unique_ptr<Connection> connect_http2(SSL_CTX* context, const std::string& port) {
  return std::make_unique<Http2Connection>(context, port);
}

}  // namespace kaudit::e2e::load
