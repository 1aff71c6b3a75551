#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/tls/certificate_maker.hpp"

namespace kaudit::apiserver::pki {

/// What a server needs to serve and to let its administrator in.
struct Certificates {
  std::string ca;             ///< PEM: what a client has to trust to accept the server
  tls::KeyPairPem apiserver;  ///< for the server
  tls::KeyPairPem admin;      ///< a client of group system:masters
  std::string client_ca;      ///< PEM: what the server has to trust to let the administrator in
  std::vector<std::string> warnings = {};  ///< what a person should know of pairs that were there
};

/// Makes all of them, on no disk.
Certificates make_certificates(std::string_view bind_address);

/// A serving pair that is elsewhere (--tls-cert-file, --tls-private-key-file); empty: in the
/// folder.
struct ServingFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// The certificates of a --cert-dir: `ca`, `apiserver` and `admin`, each a `.crt` and a `.key`. The
/// folder is made when absent.
///
/// A pair that is there is used as it is, whoever signed it: where it is not `ca.crt`, that is
/// warned of, and clients are to trust the last certificate of `apiserver.crt`. A pair that is not
/// there is made and written, signed by the CA, which itself is only made when there is something
/// to sign. With a `ca.crt` whose key is elsewhere the administrator's pair is made by a CA that is
/// on no disk; a serving certificate cannot be made then.
///
/// Errors name the file: not readable or writable, malformed, half a pair, a key of another
/// certificate.
Result<Certificates> load_or_make_certificates(const std::filesystem::path& folder,
                                               std::string_view bind_address,
                                               const ServingFiles& serving = {});

}  // namespace kaudit::apiserver::pki
