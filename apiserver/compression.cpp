#include "apiserver/compression.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <zlib.h>

namespace kaudit::apiserver {
namespace {

constexpr std::size_t kLarge = std::size_t{128} * 1024;
constexpr int kFast = 1;              // the level that a real server uses
constexpr int kGzipWindow = 15 + 16;  // zlib's way to ask for gzip
constexpr int kMemoryLevel = 8;

bool takes_gzip(const http::Request& request) {
  for (std::string_view line : request.headers.all("Accept-Encoding")) {
    while (!line.empty()) {
      const std::size_t comma = line.find(',');
      std::string_view token = line.substr(0, comma);
      token = token.substr(0, token.find(';'));
      while (token.starts_with(' ')) token.remove_prefix(1);
      while (token.ends_with(' ')) token.remove_suffix(1);
      if (token == "gzip") return true;
      line = comma == std::string_view::npos ? std::string_view() : line.substr(comma + 1);
    }
  }
  return false;
}

std::optional<std::string> gzip(const std::string& text) {
  z_stream stream{};
  if (deflateInit2(&stream, kFast, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return std::nullopt;
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  // zlib does not write to its input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return done == Z_STREAM_END ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

void compress_if_large(const http::Request& request, http::Response& response) {
  if (response.body.size() < kLarge || response.headers.has("Content-Encoding")) return;
  if (!takes_gzip(request)) return;
  auto compressed = gzip(response.body);
  if (!compressed) return;
  response.body = *std::move(compressed);
  response.headers.set("Content-Encoding", "gzip");
  response.headers.add("Vary", "Accept-Encoding");
}

}  // namespace kaudit::apiserver
