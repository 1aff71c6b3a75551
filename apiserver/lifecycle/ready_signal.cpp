#include "apiserver/lifecycle/ready_signal.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>

#include "base/files/atomic_file.hpp"
#include "base/json/json_writer.hpp"

namespace kaudit::apiserver {
namespace {

/// How long a reader may take to make room for one line.
constexpr int kPatienceMs = 5000;

std::string line_of(const ReadyServer& server, const std::filesystem::path& kubeconfig) {
  std::string line;
  {
    JsonWriter json(line);
    json.literal(R"({"url":)");
    json.string(server.url);
    json.literal(R"(,"kubeconfig":)");
    json.string(kubeconfig.string());
    json.literal(R"(,"caFile":)");
    json.string(std::filesystem::absolute(server.folder / "ca.crt").string());
    json.literal(R"(,"pid":)");
    json.integer(::getpid());
    json.literal("}\n");
  }
  return line;
}

Result<void> cannot_write(std::string_view where, int error) {
  return fail("cannot write to " + std::string(where) + ": " +
              std::generic_category().message(error));
}

Result<void> print(const std::string& line) {
  if (std::fputs(line.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
    return cannot_write("standard output (--print-ready)", errno);
  }
  return {};
}

/// Writes the line and closes the descriptor, so that its reader sees the end, too.
Result<void> hand_over(int fd, std::string_view line) {
  int error = 0;
  while (!line.empty() && error == 0) {
    pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
    const int ready = ::poll(&waiting, 1, kPatienceMs);
    if (ready == 0) {
      error = ETIMEDOUT;
      break;
    }
    const ssize_t size = ready < 0 ? -1 : ::write(fd, line.data(), line.size());
    if (size >= 0) {
      line.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno != EINTR && errno != EAGAIN) {
      error = errno;
    }
  }
  ::close(fd);
  if (error != 0) return cannot_write("--ready-fd " + std::to_string(fd), error);
  return {};
}

}  // namespace

std::filesystem::path ReadySignal::kubeconfig(const std::filesystem::path& folder) const {
  if (!options_.write_kubeconfig.empty()) return options_.write_kubeconfig;
  if (!wants_line() || folder.empty()) return {};
  return folder / "kubeconfig";
}

Result<void> ReadySignal::give(const ReadyServer& server) const {
  const std::filesystem::path file = kubeconfig(server.folder);
  if (!file.empty()) {
    if (auto written = write_file_atomically(file, server.kubeconfig, FileMode::Private);
        !written) {
      return written;
    }
  }
  if (!wants_line()) return {};
  const std::string line = line_of(server, std::filesystem::absolute(file));
  if (options_.print_ready) {
    if (auto printed = print(line); !printed) return printed;
  }
  if (options_.ready_fd >= 0) return hand_over(options_.ready_fd, line);
  return {};
}

void ReadySignal::withdraw() const {
  const std::filesystem::path file = kubeconfig(options_.cert_dir);
  std::error_code ignored;  // what cannot be removed cannot be replaced either: give() says so
  if (!file.empty() && std::filesystem::is_regular_file(file, ignored)) {
    std::filesystem::remove(file, ignored);
  }
}

}  // namespace kaudit::apiserver
