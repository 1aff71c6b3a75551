#include "e2e/load/bare_http2.hpp"

#include <cstdint>

namespace kaudit::e2e::load {
namespace {

nghttp2_nv line(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

BareHttp2::BareHttp2(const std::string& body) : body_(body), length_(std::to_string(body.size())) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  nghttp2_session* session = nullptr;
  nghttp2_session_server_new(&session, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  session_.reset(session);
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
}

bool BareHttp2::receive(std::string_view bytes) {
  return nghttp2_session_mem_recv(session_.get(),
                                  reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                  bytes.size()) >= 0;
}

std::string BareHttp2::take_output() {
  std::string out;
  const std::uint8_t* bytes = nullptr;
  for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_.get(), &bytes)) > 0;) {
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }
  return out;
}

int BareHttp2::on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
  const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (!ends || (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)) return 0;
  BareHttp2& self = *static_cast<BareHttp2*>(user);
  const nghttp2_nv fields[] = {line(":status", "200"), line("content-type", "application/json"),
                               line("content-length", self.length_),
                               line("date", "Mon, 23 Nov 2026 05:36:49 GMT")};
  nghttp2_data_provider provider{};
  provider.source.ptr = nullptr;
  provider.read_callback = read_body;
  nghttp2_submit_response(session, frame->hd.stream_id, fields, std::size(fields), &provider);
  return 0;
}

// The body fits into one frame or a few; how much of it a stream has been given is kept at the
// stream.
ssize_t BareHttp2::read_body(nghttp2_session* session, std::int32_t stream, std::uint8_t* to,
                             std::size_t size, std::uint32_t* flags,
                             nghttp2_data_source* /*source*/, void* user) {
  const BareHttp2& self = *static_cast<BareHttp2*>(user);
  const auto sent =
      reinterpret_cast<std::uintptr_t>(nghttp2_session_get_stream_user_data(session, stream));
  const std::size_t taken = self.body_.copy(reinterpret_cast<char*>(to), size, sent);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): a number where nghttp2 has room for a pointer
  nghttp2_session_set_stream_user_data(session, stream, reinterpret_cast<void*>(sent + taken));
  if (sent + taken == self.body_.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(taken);
}

}  // namespace kaudit::e2e::load
