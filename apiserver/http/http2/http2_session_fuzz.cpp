// Any bytes after the client's preface, cut anyhow, with every request answered: no crash, a bound
// on what is held, and an end.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/http/http2/http2_session.hpp"

namespace {

using namespace kaudit::apiserver::http;

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::size_t kCollectAtOnce = 4 * 1024;

void answer(Http2Session& session, Http2Stream& stream) {
  std::string body;
  session.take_body(stream, body);
  if (stream.responded || !stream.body_ended) return;
  Headers headers;
  headers.add("Content-Type", "text/plain");
  stream.output = "an answer";
  stream.output_ended = true;
  session.respond(stream, 200, headers, stream.output.size(), Http2Session::Body::Follows);
}

void run(std::string_view input, std::size_t step) {
  Http2Session session(Http2Limits{.max_streams = 10, .header_limit = 4 * 1024});
  session.receive(kPreface, {});
  std::vector<Http2Session::StreamPtr> streams;
  while (!input.empty() && !session.finished()) {
    const std::string_view piece = input.substr(0, step);
    input.remove_prefix(piece.size());
    session.receive(piece, {});
    for (auto& stream : session.take_started()) {
      if (stream->request.target.size() > 4 * 1024) std::abort();
      answer(session, *stream);
      streams.push_back(std::move(stream));
    }
    for (const auto& stream : session.take_changed()) {
      if (stream->body.size() > Http2Session::kStreamBytes) std::abort();
      answer(session, *stream);
    }
    std::string out;
    session.collect(out, kCollectAtOnce);
  }
  session.lose_connection();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const std::size_t step : {std::max<std::size_t>(size, 1), std::size_t{7}}) {
    run(input, step);
  }
  return 0;
}
