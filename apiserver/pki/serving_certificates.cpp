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

/// Whether a client that trusts the CA's file alone will accept the certificate now.
Result<void> check_signed(const LoadedPair& pair, const std::vector<tls::X509Ptr>& ca,
                          const PairFiles& files, const PairFiles& ca_files) {
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
    return {};
  }
  const int reason = X509_STORE_CTX_get_error(context.get());
  tls::openssl_reason();
  return fail(files.certificate.string() + " is of no use with " + ca_files.certificate.string() +
              ": " + X509_verify_cert_error_string(reason) +
              "; remove it and its key to have them made anew");
}

class CertificateFolder {
 public:
  explicit CertificateFolder(const std::filesystem::path& folder)
      : folder_(folder), ca_files_(files_of(folder, "ca")) {}

  /// The order matters: without the CA nothing can be signed or checked.
  Result<std::string> open_ca() {
    auto loaded = load(ca_files_);
    if (!loaded) {
      return tl::unexpected(loaded.error());
    }
    if (*loaded) {
      ca_ = std::move(**loaded);
      return ca_.pem.certificate;
    }
    tls::KeyPair made = tls::make_ca();
    ca_.pem = tls::to_pem(made);
    ca_.chain.push_back(std::move(made.certificate));
    ca_.key = std::move(made.key);
    if (auto stored = store(ca_.pem, ca_files_); !stored) {
      return tl::unexpected(stored.error());
    }
    return ca_.pem.certificate;
  }

  /// `make` is called with the CA when the pair is absent.
  template <typename Make>
  Result<tls::KeyPairPem> open(const std::string& name, Make make) {
    const PairFiles files = files_of(folder_, name);
    auto loaded = load(files);
    if (!loaded) {
      return tl::unexpected(loaded.error());
    }
    if (*loaded) {
      if ((*loaded)->key == nullptr) {
        return missing_half(files.certificate, files.key);
      }
      if (auto checked = check_signed(**loaded, ca_.chain, files, ca_files_); !checked) {
        return tl::unexpected(checked.error());
      }
      return std::move((*loaded)->pem);
    }
    if (ca_.key == nullptr) {
      return fail(ca_files_.key.string() + " is missing: it is needed to sign " +
                  files.certificate.string());
    }
    X509_up_ref(ca_.chain.front().get());
    EVP_PKEY_up_ref(ca_.key.get());
    const tls::KeyPair ca{tls::X509Ptr(ca_.chain.front().get()), tls::KeyPtr(ca_.key.get())};
    tls::KeyPairPem made = tls::to_pem(make(ca));
    if (auto stored = store(made, files); !stored) {
      return tl::unexpected(stored.error());
    }
    return made;
  }

 private:
  const std::filesystem::path& folder_;
  PairFiles ca_files_;
  LoadedPair ca_;
};

}  // namespace

Certificates make_certificates(std::string_view bind_address) {
  const tls::KeyPair ca = tls::make_ca();
  return {kaudit::tls::to_pem(ca.certificate.get()),
          tls::to_pem(tls::make_serving_certificate(ca, bind_address)),
          tls::to_pem(tls::make_client_certificate(ca, kAdminName, kAdminGroup))};
}

Result<Certificates> load_or_make_certificates(const std::filesystem::path& folder,
                                               std::string_view bind_address) {
  if (auto made = make_private_folder(folder); !made) {
    return tl::unexpected(made.error());
  }
  CertificateFolder certificates(folder);
  auto ca = certificates.open_ca();
  if (!ca) {
    return tl::unexpected(ca.error());
  }
  auto apiserver = certificates.open("apiserver", [&](const tls::KeyPair& issuer) {
    return tls::make_serving_certificate(issuer, bind_address);
  });
  if (!apiserver) {
    return tl::unexpected(apiserver.error());
  }
  auto admin = certificates.open("admin", [](const tls::KeyPair& issuer) {
    return tls::make_client_certificate(issuer, kAdminName, kAdminGroup);
  });
  if (!admin) {
    return tl::unexpected(admin.error());
  }
  return Certificates{std::move(*ca), std::move(*apiserver), std::move(*admin)};
}

}  // namespace kaudit::apiserver::pki
