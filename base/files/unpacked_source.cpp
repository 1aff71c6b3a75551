// gzip as a source of bytes.
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>
#include <zlib.h>

#include "base/files/byte_source.hpp"

namespace kaudit {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window; gzip's header and no other
constexpr unsigned char kGzipMagic[] = {0x1f, 0x8b};

class UnpackedSource final : public ByteSource {
 public:
  explicit UnpackedSource(std::unique_ptr<ByteSource> packed) : packed_(std::move(packed)) {}
  ~UnpackedSource() override {
    if (form_ == Form::Gzip) inflateEnd(&stream_);
  }

  Result<std::size_t> read(char* to, std::size_t size) override {
    if (form_ == Form::Unknown) return first_read(to, size);
    return form_ == Form::Plain ? packed_->read(to, size) : inflated(to, size);
  }

 private:
  enum class Form : std::uint8_t { Unknown, Plain, Gzip };

  Result<std::size_t> first_read(char* to, std::size_t size) {
    std::size_t have = 0;
    while (have < sizeof kGzipMagic) {
      auto got = packed_->read(to + have, std::min(size - have, input_.size()));
      if (!got) return got;
      if (*got == 0) break;
      have += *got;
      if (size - have < 2) break;
    }
    if (have < sizeof kGzipMagic || std::memcmp(to, kGzipMagic, sizeof kGzipMagic) != 0) {
      form_ = Form::Plain;
      return have;
    }
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) return fail("gzip: no memory to unpack it");
    form_ = Form::Gzip;
    std::memcpy(input_.data(), to, have);
    stream_.next_in = input_.data();
    stream_.avail_in = static_cast<uInt>(have);
    return inflated(to, size);
  }

  Result<std::size_t> inflated(char* to, std::size_t size) {
    constexpr std::size_t kMost = 1U << 30U;
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(std::min(size, kMost));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      if (stream_.avail_in == 0) {
        auto got = packed_->read(reinterpret_cast<char*>(input_.data()), input_.size());
        if (!got) return got;
        if (*got == 0) {
          if (between_members_) return std::size_t{0};
          return fail("the gzip data ends too early: the file was cut off");
        }
        stream_.next_in = input_.data();
        stream_.avail_in = static_cast<uInt>(*got);
      }
      if (between_members_) {
        // gzip(1) passes over what follows the last member, too.
        if (*stream_.next_in != kGzipMagic[0]) return std::size_t{0};
        if (inflateReset(&stream_) != Z_OK) return fail("gzip: cannot go on unpacking");
        between_members_ = false;
      }
      const int result = inflate(&stream_, Z_NO_FLUSH);
      between_members_ = result == Z_STREAM_END;
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
        if (stream_.avail_out != room) break;  // first what could be unpacked; then it fails again
        return fail(std::string("the gzip data is damaged: ") +
                    (stream_.msg != nullptr ? stream_.msg : "unknown reason"));
      }
    }
    return room - stream_.avail_out;
  }

  std::unique_ptr<ByteSource> packed_;
  Form form_ = Form::Unknown;
  bool between_members_ = false;
  z_stream stream_{};
  std::array<unsigned char, 64 * 1024> input_;
};

}  // namespace

std::unique_ptr<ByteSource> unpacked_source(std::unique_ptr<ByteSource> packed) {
  return std::make_unique<UnpackedSource>(std::move(packed));
}

}  // namespace kaudit
