#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.hpp"
#include "base/tls/certificate_maker.hpp"

namespace kaudit::apiserver::pki {

/// What a server needs to serve and to let its administrator in.
struct Certificates {
  std::string ca;             ///< PEM certificates; ca's key is not kept
  tls::KeyPairPem apiserver;  ///< for the server
  tls::KeyPairPem admin;      ///< a client of group system:masters
};

/// Makes all of them, on no disk.
Certificates make_certificates(std::string_view bind_address);

/// The certificates of a --cert-dir: `ca`, `apiserver` and `admin`, each a `.crt` and a `.key`.
/// Pairs that are absent are made and written, signed by the CA that is there; pairs that are
/// present are used as they are. The folder is made when absent. Errors name the file: not readable
/// or writable, malformed, half a pair, a key of another certificate, a certificate that the CA did
/// not sign or that has expired. (`ca.key` may be absent when there is nothing to sign.)
Result<Certificates> load_or_make_certificates(const std::filesystem::path& folder,
                                               std::string_view bind_address);

}  // namespace kaudit::apiserver::pki
