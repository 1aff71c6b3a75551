#include "apiserver/pki/serving_certificates.hpp"

#include <optional>
#include <system_error>
#include <utility>

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "base/files/atomic_file.hpp"
#include "base/files/read_file.hpp"

namespace kaudit::apiserver::pki {
namespace {

constexpr std::string_view kAdminName = "kubernetes-admin";
constexpr std::string_view kAdminGroup = "system:masters";

/// One pair of files in the folder.
struct PairFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

PairFiles files_of(const std::filesystem::path& folder, const std::string& name) {
  return {folder / (name + ".crt"), folder / (name + ".key")};
}

bool is_present(const std::filesystem::path& path) {
  std::error_code error;
  // What cannot be looked at counts as present: reading it gives the reason.
  return std::filesystem::exists(path, error) || error;
}

tl::unexpected<Error> missing_half(const std::filesystem::path& there,
                                   const std::filesystem::path& missing) {
  return fail(there.string() + " is there but " + missing.string() +
              " is not: add it, or remove the other to have both made");
}

/// A pair that was read: the texts as they are on disk, and what they mean.
struct LoadedPair {
  tls::KeyPairPem pem;
  std::vector<tls::X509Ptr> chain;
  tls::KeyPtr key;  ///< null for a CA whose key is absent
};

/// Nothing when neither file is there.
Result<std::optional<LoadedPair>> load(const PairFiles& files) {
  const bool has_key = is_present(files.key);
  if (!is_present(files.certificate)) {
    if (has_key) {
      return missing_half(files.key, files.certificate);
    }
    return std::nullopt;
  }
  LoadedPair pair;
  auto text = read_file(files.certificate.string());
  if (!text) {
    return tl::unexpected(text.error());
  }
  pair.pem.certificate = std::move(*text);
  auto chain = tls::certificates_from_pem(pair.pem.certificate);
  if (!chain) {
    return fail(files.certificate.string() + ": " + chain.error().message);
  }
  pair.chain = std::move(*chain);
  if (!has_key) {
    return pair;
  }
  text = read_file(files.key.string());
  if (!text) {
    return tl::unexpected(text.error());
  }
  pair.pem.key = std::move(*text);
  auto key = tls::private_key_from_pem(pair.pem.key);
  if (!key) {
    return fail(files.key.string() + ": " + key.error().message);
  }
  if (X509_check_private_key(pair.chain.front().get(), key->get()) != 1) {
    tls::openssl_reason();
    return fail(files.key.string() + " is not the key of " + files.certificate.string());
  }
  pair.key = std::move(*key);
  return pair;
}

Result<void> store(const tls::KeyPairPem& pair, const PairFiles& files) {
  if (auto written = write_file_atomically(files.key, pair.key, FileMode::Private); !written) {
    return written;
  }
  return write_file_atomically(files.certificate, pair.certificate, FileMode::Public);
}

/// Why a client that trusts the CA's file alone would not accept the certificate now; "" when it
/// would.
std::string why_not_trusted(const LoadedPair& pair, const std::vector<tls::X509Ptr>& ca) {
  const std::unique_ptr<X509_STORE, void (*)(X509_STORE*)> store(X509_STORE_new(), X509_STORE_free);
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  for (const tls::X509Ptr& certificate : ca) {
    X509_STORE_add_cert(store.get(), certificate.get());
  }
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> chain(
      sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
  for (const tls::X509Ptr& certificate : pair.chain) {
    sk_X509_push(chain.get(), certificate.get());
  }
  const std::unique_ptr<X509_STORE_CTX, void (*)(X509_STORE_CTX*)> context(X509_STORE_CTX_new(),
                                                                           X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.get(), pair.chain.front().get(), chain.get());
  if (X509_verify_cert(context.get()) == 1) {
    return "";
  }
  const int reason = X509_STORE_CTX_get_error(context.get());
  tls::openssl_reason();
  return X509_verify_cert_error_string(reason);
}

LoadedPair loaded_pair(tls::KeyPair made) {
  LoadedPair pair;
  pair.pem = tls::to_pem(made);
  pair.chain.push_back(std::move(made.certificate));
  pair.key = std::move(made.key);
  return pair;
}

/// The pairs of one folder: first what is there is read, then what is missing is made.
class CertificateFolder {
 public:
  CertificateFolder(const std::filesystem::path& folder, const ServingFiles& serving)
      : serving_given_(!serving.certificate.empty()),
        ca_files_(files_of(folder, "ca")),
        apiserver_files_(serving_given_ ? PairFiles{serving.certificate, serving.key}
                                        : files_of(folder, "apiserver")),
        admin_files_(files_of(folder, "admin")) {}

  /// In this order, so that nothing is written where something is wrong with what is there.
  Result<Certificates> open(std::string_view bind_address) {
    if (auto done = read(ca_files_, ca_); !done) {
      return tl::unexpected(done.error());
    }
    if (auto done = read_pairs(); !done) {
      return tl::unexpected(done.error());
    }
    if (auto made = make_apiserver(bind_address); !made) {
      return tl::unexpected(made.error());
    }
    if (auto made = make_admin(); !made) {
      return tl::unexpected(made.error());
    }
    return result();
  }

 private:
  Result<void> read_pairs() {
    for (const auto& [files, pair] :
         {std::pair(&apiserver_files_, &apiserver_), std::pair(&admin_files_, &admin_)}) {
      if (auto done = read(*files, *pair); !done) {
        return done;
      }
      if (*pair && (*pair)->key == nullptr) {
        return missing_half(files->certificate, files->key);
      }
    }
    return {};
  }

  static Result<void> read(const PairFiles& files, std::optional<LoadedPair>& pair) {
    auto loaded = load(files);
    if (!loaded) {
      return tl::unexpected(loaded.error());
    }
    pair = *std::move(loaded);
    return {};
  }

  Result<void> make_apiserver(std::string_view bind_address) {
    if (apiserver_) {
      return {};
    }
    if (serving_given_) {
      return fail("read " + apiserver_files_.certificate.string() + ": no such file or directory");
    }
    if (ca_ && ca_->key == nullptr) {
      return fail(ca_files_.key.string() + " is missing: it is needed to sign " +
                  apiserver_files_.certificate.string());
    }
    if (auto there = make_ca(); !there) {
      return there;
    }
    apiserver_ = loaded_pair(tls::make_serving_certificate(signer(*ca_), bind_address));
    return store(apiserver_->pem, apiserver_files_);
  }

  Result<void> make_admin() {
    if (admin_) {
      return {};
    }
    if (ca_ && ca_->key == nullptr) {
      own_ca_ = loaded_pair(tls::make_ca());
      admin_ = loaded_pair(tls::make_client_certificate(signer(*own_ca_), kAdminName, kAdminGroup));
      return {};
    }
    if (auto there = make_ca(); !there) {
      return there;
    }
    admin_ = loaded_pair(tls::make_client_certificate(signer(*ca_), kAdminName, kAdminGroup));
    return store(admin_->pem, admin_files_);
  }

  Result<void> make_ca() {
    if (ca_) {
      return {};
    }
    ca_ = loaded_pair(tls::make_ca());
    return store(ca_->pem, ca_files_);
  }

  static tls::KeyPair signer(const LoadedPair& pair) {
    X509_up_ref(pair.chain.front().get());
    EVP_PKEY_up_ref(pair.key.get());
    return {tls::X509Ptr(pair.chain.front().get()), tls::KeyPtr(pair.key.get())};
  }

  Certificates result() {
    Certificates all;
    all.apiserver = std::move(apiserver_->pem);
    all.admin = std::move(admin_->pem);
    all.ca = tls::to_pem(apiserver_->chain.back().get());
    if (!ca_) {
      all.client_ca = tls::to_pem(admin_->chain.back().get());
      return all;
    }
    if (const std::string why = why_not_trusted(*apiserver_, ca_->chain); why.empty()) {
      all.ca = ca_->pem.certificate;
    } else {
      all.warnings.push_back(apiserver_files_.certificate.string() +
                             " is used as it is, but a client that trusts " +
                             ca_files_.certificate.string() + " does not accept it: " + why);
    }
    all.client_ca = ca_->pem.certificate;
    if (own_ca_) {
      all.client_ca += "\n" + own_ca_->pem.certificate;
    } else if (const std::string why = why_not_trusted(*admin_, ca_->chain); !why.empty()) {
      all.warnings.push_back(admin_files_.certificate.string() + " is used as it is, but " +
                             ca_files_.certificate.string() + " does not vouch for it: " + why);
    }
    return all;
  }

  bool serving_given_;  ///< outside of the folder: never made
  PairFiles ca_files_;
  PairFiles apiserver_files_;
  PairFiles admin_files_;
  std::optional<LoadedPair> ca_;      ///< none: there was nothing to sign
  std::optional<LoadedPair> own_ca_;  ///< that made the administrator's pair, where `ca` has no key
  std::optional<LoadedPair> apiserver_;
  std::optional<LoadedPair> admin_;
};

}  // namespace

Certificates make_certificates(std::string_view bind_address) {
  const tls::KeyPair ca = tls::make_ca();
  const std::string ca_pem = kaudit::tls::to_pem(ca.certificate.get());
  return {ca_pem, tls::to_pem(tls::make_serving_certificate(ca, bind_address)),
          tls::to_pem(tls::make_client_certificate(ca, kAdminName, kAdminGroup)), ca_pem};
}

Result<Certificates> load_or_make_certificates(const std::filesystem::path& folder,
                                               std::string_view bind_address,
                                               const ServingFiles& serving) {
  if (auto made = make_private_folder(folder); !made) {
    return tl::unexpected(made.error());
  }
  return CertificateFolder(folder, serving).open(bind_address);
}

}  // namespace kaudit::apiserver::pki
