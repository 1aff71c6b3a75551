#include "cli/conformance/shipper/shipper_log.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include "backends/log/gzip_file.hpp"
#include "backends/log/rotation.hpp"
#include "base/files/read_file.hpp"
#include "base/files/write_all.hpp"

namespace kaudit::cli {
namespace {

namespace fs = std::filesystem;

}  // namespace

ShipperLog::~ShipperLog() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

tl::unexpected<Error> ShipperLog::refuse(std::string_view what) const {
  return fail("cannot " + std::string(what) + " " + path_ + ": " + system_error_text(errno));
}

Result<void> ShipperLog::reopen() {
  const int opened = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (opened < 0) return refuse("write");
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = opened;
  return {};
}

Result<void> ShipperLog::open() {
  std::error_code error;
  if (fs::exists(path_, error) && fs::file_size(path_, error) > 0) {
    return fail(path_ +
                ": is there and not empty; --log names a file of the test's own, which it "
                "writes, rotates and truncates");
  }
  return reopen();
}

Result<void> ShipperLog::write(std::string_view lines) {
  if (const int error = write_all(descriptor_, lines); error != 0) {
    errno = error;
    return refuse("write");
  }
  return {};
}

Result<void> ShipperLog::write_torn(std::string_view line, std::chrono::milliseconds pause) {
  const std::size_t half = line.size() / 2;
  if (auto written = write(line.substr(0, half)); !written) return written;
  std::this_thread::sleep_for(pause);
  return write(line.substr(half));
}

/// `audit-TIME.log`, as kube-apiserver names them.
std::string ShipperLog::free_name() const {
  const fs::path path(path_);
  const backends::RotatedNames names(path.filename().string());
  auto at = backends::wall_clock_now();
  std::error_code error;
  for (;;) {
    const fs::path name = path.parent_path() / names.name_at(at);
    if (!fs::exists(name, error)) return name.string();
    at += std::chrono::milliseconds(1);
  }
}

Result<std::string> ShipperLog::move_aside() {
  std::string to = free_name();
  if (::rename(path_.c_str(), to.c_str()) != 0) return refuse("move");
  if (auto opened = reopen(); !opened) return tl::unexpected(opened.error());
  return to;
}

Result<void> ShipperLog::rename_aside() {
  if (auto moved = move_aside(); !moved) return tl::unexpected(moved.error());
  return {};
}

Result<void> ShipperLog::rename_and_gzip() {
  const auto moved = move_aside();
  if (!moved) return tl::unexpected(moved.error());
  return backends::gzip_file(*moved);
}

Result<void> ShipperLog::copy_and_truncate() {
  std::error_code error;
  fs::copy_file(path_, path_ + ".1", fs::copy_options::overwrite_existing, error);
  if (error) return fail("cannot copy " + path_ + ": " + error.message());
  if (::ftruncate(descriptor_, 0) != 0) return refuse("truncate");
  return {};
}

Result<void> ShipperLog::remove_and_make() {
  if (::unlink(path_.c_str()) != 0) return refuse("remove");
  return reopen();
}

}  // namespace kaudit::cli
