#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "apiserver/pki/serving_certificates.hpp"
#include "apiserver/server_options.hpp"
#include "base/files/temporary_folder.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::program {

/// Where the server's certificates are (--cert-dir), and what they are. Without the flag that is a
/// folder which goes with this. For one thread.
class CertFolder {
 public:
  /// Loads the certificates, or makes those that are not there. `errors` gets why there are none.
  void fill(const Options& options, std::vector<Error>& errors);

  const std::filesystem::path& path() const noexcept { return path_; }
  /// Empty until they are there.
  const pki::Certificates& certificates() const noexcept { return certificates_; }

 private:
  std::optional<TemporaryFolder> own_;
  std::filesystem::path path_;
  pki::Certificates certificates_;
};

}  // namespace kaudit::apiserver::program
