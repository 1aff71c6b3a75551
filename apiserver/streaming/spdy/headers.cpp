#include "apiserver/streaming/spdy/headers.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <new>
#include <zlib.h>

#include "apiserver/streaming/spdy/dictionary.hpp"
#include "apiserver/streaming/spdy/wire_numbers.hpp"
#include "base/text/ascii.hpp"

namespace kaudit::apiserver::streaming::spdy {
namespace {

constexpr std::size_t kPiece = 4096;

void end_inflating(z_stream* stream) {
  inflateEnd(stream);
  delete stream;
}

void end_deflating(z_stream* stream) {
  deflateEnd(stream);
  delete stream;
}

const Bytef* bytes_of(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }

int set_dictionary(z_stream& stream) {
  const std::string& dictionary = header_dictionary();
  return inflateSetDictionary(&stream, bytes_of(dictionary), static_cast<uInt>(dictionary.size()));
}

bool take_text(std::string_view& rest, std::string& to) {
  if (rest.size() < 4) return false;
  const std::size_t size = number_at(rest, 0, 4);
  rest.remove_prefix(4);
  if (rest.size() < size) return false;
  to = rest.substr(0, size);
  rest.remove_prefix(size);
  return true;
}

Result<HeaderLines> parsed(std::string_view block) {
  if (block.size() < 4) return fail("a header block without a count");
  const std::size_t count = number_at(block, 0, 4);
  if (count > kMaxHeaderLines) return fail("more than 128 headers");
  block.remove_prefix(4);
  HeaderLines headers;
  for (std::size_t i = 0; i < count; ++i) {
    auto& [name, value] = headers.emplace_back();
    if (!take_text(block, name) || !take_text(block, value)) {
      return fail("a header block that ends too early");
    }
    std::transform(name.begin(), name.end(), name.begin(), to_lower);
  }
  return headers;
}

}  // namespace

std::string_view value_of(const HeaderLines& headers, std::string_view name) noexcept {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

HeaderInflater::HeaderInflater() : stream_(new z_stream{}, end_inflating) {
  if (inflateInit(stream_.get()) != Z_OK) throw std::bad_alloc();
}

Result<std::string> HeaderInflater::inflated(std::string_view block) {
  z_stream& stream = *stream_;
  stream.next_in = const_cast<Bytef*>(bytes_of(block));
  stream.avail_in = static_cast<uInt>(block.size());
  std::string text;
  std::array<char, kPiece> piece{};
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    int result = inflate(&stream, Z_SYNC_FLUSH);
    if (result == Z_NEED_DICT) {
      // It says by checksum which dictionary it wants: zlib refuses another one.
      if (set_dictionary(stream) != Z_OK) return fail("a header block of another dictionary");
      continue;
    }
    // Z_BUF_ERROR: nothing more can be done without more input.
    if (result != Z_OK && result != Z_BUF_ERROR && result != Z_STREAM_END) {
      return fail("a header block that cannot be inflated");
    }
    text.append(piece.data(), piece.size() - stream.avail_out);
    if (text.size() > kMaxHeaderBytes) return fail("a header block of more than 64 KiB");
    if (stream.avail_out > 0) return text;
  }
}

Result<HeaderLines> HeaderInflater::read(std::string_view block) {
  const auto text = inflated(block);
  if (!text) return tl::unexpected(text.error());
  return parsed(*text);
}

HeaderDeflater::HeaderDeflater() : stream_(new z_stream{}, end_deflating) {
  const std::string& dictionary = header_dictionary();
  if (deflateInit(stream_.get(), Z_DEFAULT_COMPRESSION) != Z_OK ||
      deflateSetDictionary(stream_.get(), bytes_of(dictionary),
                           static_cast<uInt>(dictionary.size())) != Z_OK) {
    throw std::bad_alloc();
  }
}

std::string HeaderDeflater::write(const HeaderLines& headers) {
  std::string text;
  append_number(text, headers.size(), 4);
  for (const auto& [name, value] : headers) {
    append_number(text, name.size(), 4);
    text += name;
    append_number(text, value.size(), 4);
    text += value;
  }
  z_stream& stream = *stream_;
  stream.next_in = const_cast<Bytef*>(bytes_of(text));
  stream.avail_in = static_cast<uInt>(text.size());
  std::string block;
  std::array<char, kPiece> piece{};
  do {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    deflate(&stream, Z_SYNC_FLUSH);
    block.append(piece.data(), piece.size() - stream.avail_out);
  } while (stream.avail_out == 0);
  return block;
}

}  // namespace kaudit::apiserver::streaming::spdy
