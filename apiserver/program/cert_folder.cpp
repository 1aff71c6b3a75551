#include "apiserver/program/cert_folder.hpp"

#include <utility>

#include "base/logging.hpp"

namespace kaudit::apiserver::program {

void CertFolder::fill(const Options& options, std::vector<Error>& errors) {
  path_ = options.cert_dir;
  if (path_.empty()) {
    TemporaryFolder::remove_abandoned();
    auto folder = TemporaryFolder::make();
    if (!folder) {
      errors.push_back({"--cert-dir: " + folder.error().message +
                        ": give a folder for the certificates, or set TMPDIR to one that can be "
                        "written to"});
      return;
    }
    own_ = *std::move(folder);
    path_ = own_->path();
  }
  auto certificates = pki::load_or_make_certificates(
      path_, options.bind_address, {options.tls_cert_file, options.tls_private_key_file});
  if (!certificates) {
    errors.push_back(certificates.error());
    return;
  }
  certificates_ = *std::move(certificates);
  for (const auto& warning : certificates_.warnings) log_warning("{}", warning);
}

}  // namespace kaudit::apiserver::program
