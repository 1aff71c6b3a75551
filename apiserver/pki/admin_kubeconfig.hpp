#pragma once

#include <string>
#include <string_view>

#include "base/tls/certificate_maker.hpp"

namespace kaudit::apiserver::pki {

/// The text of a kubeconfig (v1 Config) with one cluster `kaudit`, one user `kaudit-admin` and one
/// context `kaudit`, all data embedded. `server`: "https://127.0.0.1:6443". (write_file_atomically
/// puts it into place: its appearance tells that the server is ready.)
std::string admin_kubeconfig(std::string_view server, std::string_view ca_pem,
                             const tls::KeyPairPem& admin);

}  // namespace kaudit::apiserver::pki
