#include "backends/log/gzip_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>
#include <zlib.h>

#include "backends/descriptor.hpp"
#include "backends/log/file_paths.hpp"
#include "backends/log/rotation.hpp"
#include "base/files/write_all.hpp"

namespace kaudit::backends {
namespace {

constexpr std::size_t kChunk = std::size_t{128} * 1024;
/// zlib's largest window, plus 16 for gzip's header and checksum.
constexpr int kGzipWindow = MAX_WBITS + 16;
constexpr int kMemoryLevel = 8;  // zlib's own default
/// How often compressing starts over when others append to the file.
constexpr int kTries = 5;

struct EndDeflate {
  void operator()(z_stream* stream) const {
    deflateEnd(stream);
    delete stream;
  }
};
using Deflate = std::unique_ptr<z_stream, EndDeflate>;

class Gzip {
 public:
  Gzip(int to, std::string to_path) : to_(to), to_path_(std::move(to_path)) {}

  Result<void> open() {
    auto stream = std::make_unique<z_stream>();
    if (deflateInit2(stream.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      return tl::unexpected(path_error("compress", to_path_, ENOMEM));
    }
    stream_.reset(stream.release());
    return {};
  }

  /// Compresses `size` bytes of `chunk`; `flush` is Z_FINISH at the end.
  Result<void> add(unsigned char* chunk, std::size_t size, int flush) {
    stream_->next_in = chunk;
    stream_->avail_in = static_cast<uInt>(size);
    do {
      stream_->next_out = out_.data();
      stream_->avail_out = static_cast<uInt>(out_.size());
      deflate(stream_.get(), flush);
      const std::size_t made = out_.size() - stream_->avail_out;
      if (const int number =
              write_all(to_, std::string_view(reinterpret_cast<const char*>(out_.data()), made));
          number != 0) {
        return tl::unexpected(path_error("write", to_path_, number));
      }
    } while (stream_->avail_out == 0);
    return {};
  }

 private:
  const int to_;
  const std::string to_path_;
  Deflate stream_;
  std::vector<unsigned char> out_ = std::vector<unsigned char>(kChunk);
};

Result<void> compress(int from, const std::string& from_path, int to, const std::string& to_path,
                      const std::stop_token& stop) {
  Gzip gzip(to, to_path);
  if (auto opened = gzip.open(); !opened) return opened;
  std::vector<unsigned char> chunk(kChunk);
  for (;;) {
    if (stop.stop_requested()) return tl::unexpected(path_error("compress", from_path, ECANCELED));
    const ssize_t size = ::read(from, chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return tl::unexpected(path_error("read", from_path, errno));
    if (size == 0) return gzip.add(chunk.data(), 0, Z_FINISH);
    if (auto added = gzip.add(chunk.data(), static_cast<std::size_t>(size), Z_NO_FLUSH); !added) {
      return added;
    }
  }
}

/// Whether there is more in the file than was read from it.
bool has_grown(int from) {
  struct stat status {};
  return ::fstat(from, &status) == 0 && status.st_size > ::lseek(from, 0, SEEK_CUR);
}

Result<void> put_on_disk(int to, const std::string& unfinished, const std::string& finished) {
  if (::fsync(to) != 0) return tl::unexpected(path_error("sync", unfinished, errno));
  if (::rename(unfinished.c_str(), finished.c_str()) != 0) {
    return tl::unexpected(path_error("rename", unfinished, errno));
  }
  return sync_folder(folder_of(finished));
}

Result<void> write_compressed(int from, const std::string& path, const std::stop_token& stop) {
  const std::string unfinished = path + std::string(kUnfinishedSuffix);
  const Descriptor to(
      ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!to) return tl::unexpected(path_error("open", unfinished, errno));
  keep_access(to.get(), from);
  auto done = compress(from, path, to.get(), unfinished, stop);
  if (done) done = put_on_disk(to.get(), unfinished, path + std::string(kGzipSuffix));
  if (!done) ::unlink(unfinished.c_str());
  return done;
}

}  // namespace

Result<void> gzip_file(const std::string& path, const std::stop_token& stop) {
  const Descriptor from(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!from) return tl::unexpected(path_error("open", path, errno));
  for (int tries = 0; tries < kTries; ++tries) {
    ::lseek(from.get(), 0, SEEK_SET);
    if (auto written = write_compressed(from.get(), path, stop); !written) return written;
    if (has_grown(from.get())) continue;
    if (::unlink(path.c_str()) != 0) return tl::unexpected(path_error("remove", path, errno));
    return {};
  }
  return tl::unexpected(path_error("compress", path, EBUSY));
}

}  // namespace kaudit::backends
