#include "apiserver/http/http2/testing/http2_client.hpp"

#include <algorithm>
#include <nghttp2/nghttp2.h>
#include <stdexcept>
#include <vector>

namespace kaudit::apiserver::http::test {
namespace {

constexpr std::size_t kFrameHead = 9;

std::string text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

struct Http2Client::Callbacks {
  static Http2Client& self(void* user) { return *static_cast<Http2Client*>(user); }

  static int header(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                    const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                    std::size_t value_size, std::uint8_t /*flags*/, void* user) {
    StreamAnswer& answer = self(user).answers_[frame->hd.stream_id];
    const std::string text = text_of(value, value_size);
    if (text_of(name, name_size) != ":status") {
      answer.headers.add(text_of(name, name_size), text);
    } else if (text.starts_with('1')) {
      answer.interim = text;
    } else {
      answer.status = text;
    }
    return 0;
  }

  static int data(nghttp2_session* /*session*/, std::uint8_t /*flags*/, std::int32_t id,
                  const std::uint8_t* bytes, std::size_t size, void* user) {
    self(user).answers_[id].body += text_of(bytes, size);
    return 0;
  }

  static int frame_received(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_GOAWAY) self(user).goaway_ = frame->goaway.error_code;
    return 0;
  }

  static int stream_closed(nghttp2_session* /*session*/, std::int32_t id, std::uint32_t error_code,
                           void* user) {
    self(user).answers_[id].closed = true;
    self(user).answers_[id].error = error_code;
    return 0;
  }

  static ssize_t read_body(nghttp2_session* /*session*/, std::int32_t id, std::uint8_t* buffer,
                           std::size_t size, std::uint32_t* flags, nghttp2_data_source* /*source*/,
                           void* user) {
    auto& [body, rest] = self(user).bodies_[id];
    const std::size_t taken = std::min(size, body.size());
    std::copy_n(body.begin(), taken, reinterpret_cast<char*>(buffer));
    body.erase(0, taken);
    if (taken == 0 && rest == Rest::Follows) return NGHTTP2_ERR_DEFERRED;
    if (body.empty() && rest == Rest::None) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(taken);
  }
};

Http2Client::Http2Client(std::uint16_t port, Reading reading)
    : client_(port, nullptr, Client::Protocol::Tls, "\x02h2"),
      session_(nullptr, nghttp2_session_del) {
  if (!client_.connected()) throw std::runtime_error("HTTP/2 was not agreed on");
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::frame_received);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::stream_closed);
  nghttp2_option* options = nullptr;
  nghttp2_option_new(&options);
  nghttp2_option_set_no_auto_window_update(options, reading == Reading::Eager ? 0 : 1);
  nghttp2_session* session = nullptr;
  nghttp2_session_client_new2(&session, callbacks, this, options);
  nghttp2_option_del(options);
  nghttp2_session_callbacks_del(callbacks);
  session_.reset(session);
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
  send_pending();
}

Http2Client::~Http2Client() = default;

void Http2Client::send_pending() {
  for (;;) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &bytes);
    if (size <= 0) return;
    client_.send(text_of(bytes, static_cast<std::size_t>(size)));
  }
}

std::int32_t Http2Client::ask(std::string_view method, std::string_view target,
                              const Headers& headers, std::string_view body, Rest rest) {
  std::vector<nghttp2_nv> fields{field(":method", method), field(":scheme", "https"),
                                 field(":path", target), field(":authority", "localhost")};
  for (const Header line : headers.lines()) fields.push_back(field(line.name, line.value));
  nghttp2_data_provider provider{};
  provider.read_callback = Callbacks::read_body;
  const bool bodyless = body.empty() && rest == Rest::None;
  const std::int32_t id =
      nghttp2_submit_request(session_.get(), nullptr, fields.data(), fields.size(),
                             bodyless ? nullptr : &provider, nullptr);
  bodies_[id] = {std::string(body), rest};
  send_pending();
  return id;
}

void Http2Client::reset(std::int32_t stream, std::uint32_t code) {
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, code);
  send_pending();
}

bool Http2Client::receive_frame() {
  const std::string head = client_.receive(kFrameHead);
  if (head.size() < kFrameHead) return false;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(head[i]); };
  const std::size_t size = std::size_t{byte(0)} << 16U | std::size_t{byte(1)} << 8U | byte(2);
  const std::string frame = head + client_.receive(size);
  const ssize_t taken = nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const std::uint8_t*>(frame.data()), frame.size());
  send_pending();
  return taken == static_cast<ssize_t>(frame.size());
}

StreamAnswer& Http2Client::receive(std::int32_t stream) {
  while (!answers_[stream].closed && receive_frame()) {
  }
  return answers_[stream];
}

StreamAnswer& Http2Client::receive_body(std::int32_t stream, std::size_t size) {
  while (!answers_[stream].closed && answers_[stream].body.size() < size && receive_frame()) {
  }
  return answers_[stream];
}

void Http2Client::receive_all() {
  while (receive_frame()) {
  }
}

}  // namespace kaudit::apiserver::http::test
