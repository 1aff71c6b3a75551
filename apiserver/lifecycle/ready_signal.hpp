#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "apiserver/server_options.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver {

/// What a server is known by once it is ready.
struct ReadyServer {
  std::string_view url;          ///< "https://127.0.0.1:6443"
  std::string_view kubeconfig;   ///< its text
  std::filesystem::path folder;  ///< of the certificates
};

/// Says to whoever has started the server that it is ready: by the kubeconfig that appears
/// (--write-kubeconfig), by one line on a descriptor that was handed over (--ready-fd) and by the
/// same line on standard output (--print-ready):
///
///     {"url":"https://127.0.0.1:6443","kubeconfig":"/…","caFile":"/…/ca.crt","pid":42}
///
/// It may get further members. The two files are there before the line is.
class ReadySignal {
 public:
  /// `options` must outlive it.
  explicit ReadySignal(const Options& options) : options_(options) {}

  /// Once, when clients may come. Errors: what cannot be written.
  Result<void> give(const ReadyServer& server) const;
  /// The kubeconfig goes, at the end, or because an earlier run has left it: it would say that this
  /// server is ready. (One in the private folder goes with that.)
  void withdraw() const;

 private:
  bool wants_line() const noexcept { return options_.ready_fd >= 0 || options_.print_ready; }
  /// "" when none is wanted. Beside the certificates, in `folder`, when only the line names it.
  std::filesystem::path kubeconfig(const std::filesystem::path& folder) const;

  const Options& options_;
};

}  // namespace kaudit::apiserver
