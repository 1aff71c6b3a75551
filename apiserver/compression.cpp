#include "apiserver/compression.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <zlib.h>

namespace kaudit::apiserver {
namespace {

constexpr std::size_t kLarge = std::size_t{128} * 1024;
constexpr int kFast = 1;              // the level that a real server uses
constexpr int kGzipWindow = 15 + 16;  // zlib's way to ask for gzip
constexpr int kMemoryLevel = 8;
constexpr std::size_t kRoom = std::size_t{16} * 1024;  // that is given to zlib at once

}  // namespace

void compress_if_large(const http::Request& request, http::Response& response) {
  if (response.body.size() < kLarge || response.headers.has("Content-Encoding")) return;
  if (!takes_gzip(request)) return;
  std::string compressed;
  GzipStream stream;
  stream.append(compressed, response.body);
  stream.end(compressed);
  response.body = std::move(compressed);
  mark_as_gzip(response.headers);
}

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

void mark_as_gzip(http::Headers& headers) {
  headers.set("Content-Encoding", "gzip");
  headers.add("Vary", "Accept-Encoding");
}

struct GzipStream::State {
  z_stream stream{};
};

void GzipStream::Deleter::operator()(State* state) const noexcept {
  deflateEnd(&state->stream);
  delete state;
}

GzipStream::GzipStream() : state_(new State) {
  if (deflateInit2(&state_->stream, kFast, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

void GzipStream::append(std::string& out, std::string_view piece) { run(out, piece, Z_NO_FLUSH); }

void GzipStream::end(std::string& out) { run(out, {}, Z_FINISH); }

void GzipStream::run(std::string& out, std::string_view piece, int flush) {
  z_stream& stream = state_->stream;
  constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
  do {
    const std::string_view part = piece.substr(0, kMost);
    piece.remove_prefix(part.size());
    // zlib does not write to its input.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
    stream.avail_in = static_cast<uInt>(part.size());
    do {
      const std::size_t size = out.size();
      out.resize(size + kRoom);
      stream.next_out = reinterpret_cast<Bytef*>(out.data() + size);
      stream.avail_out = static_cast<uInt>(kRoom);
      deflate(&stream, flush);
      out.resize(out.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  } while (!piece.empty());
}

}  // namespace kaudit::apiserver
