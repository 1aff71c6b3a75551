#include "base/client/tls_settings.hpp"

#include <string_view>
#include <utility>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/files/read_file.hpp"
#include "base/logging.hpp"
#include "base/tls/openssl_support.hpp"

namespace kaudit::client {
namespace {

Result<std::string> content_of(const Material& material) {
  return material.data.empty() && !material.file.empty() ? read_file(material.file)
                                                         : Result<std::string>(material.data);
}

/// The certificates of a bundle; those that do not parse are passed over as long as one does.
Result<std::vector<tls::X509Ptr>> authorities(const std::string& pem) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  auto all = tls::certificates_from_pem(pem);
  if (all) return all;
  std::vector<tls::X509Ptr> good;
  for (auto at = pem.find(kBegin); at != std::string::npos;) {
    const auto next = pem.find(kBegin, at + 1);
    if (auto one = tls::certificates_from_pem(pem.substr(at, next - at))) {
      good.push_back(std::move(one->front()));
    }
    at = next;
  }
  if (good.empty()) return fail("unable to load root certificates: " + all.error().message);
  return good;
}

Result<void> trust(TlsSettings& settings, const TlsConfig& config) {
  if (config.verification == Verification::Skipped) return {};
  const auto pem = content_of(config.ca);
  if (!pem) return tl::unexpected(pem.error());
  settings.trusted.reset(X509_STORE_new());
  if (pem->empty()) {
    X509_STORE_set_default_paths(settings.trusted.get());
    return {};
  }
  const auto certificates = authorities(*pem);
  if (!certificates) return tl::unexpected(certificates.error());
  for (const auto& certificate : *certificates) {
    X509_STORE_add_cert(settings.trusted.get(), certificate.get());
  }
  // An intermediate CA may be what is trusted, as in Go.
  X509_STORE_set_flags(settings.trusted.get(), X509_V_FLAG_PARTIAL_CHAIN);
  return {};
}

Result<void> identify(TlsSettings& settings, const TlsConfig& config) {
  const auto certificate_pem = content_of(config.certificate);
  if (!certificate_pem) return tl::unexpected(certificate_pem.error());
  const auto key_pem = content_of(config.key);
  if (!key_pem) return tl::unexpected(key_pem.error());
  auto chain = tls::certificates_from_pem(*certificate_pem);
  if (!chain) return fail("client certificate: " + chain.error().message);
  auto key = tls::private_key_from_pem(*key_pem);
  if (!key) return fail("client key: " + key.error().message);
  // The key is looked at first: a certificate in place would take a key of another type for its
  // own.
  if (X509_check_private_key(chain->front().get(), key->get()) != 1) {
    tls::openssl_reason();
    return fail("client key: private key does not match public key of the certificate");
  }
  settings.chain = *std::move(chain);
  settings.key = *std::move(key);
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> trial(SSL_CTX_new(TLS_client_method()),
                                                           &SSL_CTX_free);
  if (trial == nullptr) return fail("SSL_CTX_new: " + tls::openssl_reason());
  auto taken = settings.apply(trial.get());
  if (!taken) {
    settings.chain.clear();
    settings.key.reset();
  }
  return taken;
}

bool is_from_files(const TlsConfig& config) {
  return config.certificate.data.empty() && config.key.data.empty();
}

}  // namespace

void TlsSettings::StoreFree::operator()(X509_STORE* store) const noexcept {
  X509_STORE_free(store);
}

Result<void> TlsSettings::apply(SSL_CTX* context) const {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  if (trusted) SSL_CTX_set1_cert_store(context, trusted.get());
  if (chain.empty()) return {};
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return fail("client certificate: " + tls::openssl_reason());
  }
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) {
      return fail("client certificate's chain: " + tls::openssl_reason());
    }
  }
  return {};
}

TlsFiles::TlsFiles(const TlsConfig& config)
    : config_(config),
      ca_file_(config.ca.data.empty() ? config.ca.file : ""),
      certificate_file_(config.certificate.file),
      key_file_(config.key.file) {}

Result<std::shared_ptr<const TlsSettings>> TlsFiles::build() const {
  auto settings = std::make_shared<TlsSettings>();
  if (auto trusted = trust(*settings, config_); !trusted) return tl::unexpected(trusted.error());
  if (!config_.certificate.is_given() || !config_.key.is_given()) return settings;
  if (auto identified = identify(*settings, config_); !identified) {
    const bool is_first = current_ == nullptr;
    if (!is_first || !is_from_files(config_)) return tl::unexpected(identified.error());
    log_warning("the webhook speaks without a client certificate: {}", identified.error().message);
  }
  return settings;
}

Result<std::unique_ptr<TlsFiles>> TlsFiles::make(const TlsConfig& config) {
  if (config.ca.is_given() && config.verification == Verification::Skipped) {
    return fail("specifying a root certificates file with the insecure flag is not allowed");
  }
  std::unique_ptr<TlsFiles> made(new TlsFiles(config));
  const Lock lock(made->mutex_);
  made->any_changed();
  auto settings = made->build();
  if (!settings) return tl::unexpected(settings.error());
  made->current_ = *std::move(settings);
  return made;
}

bool TlsFiles::any_changed() {
  bool changed = false;
  for (WatchedFile* file : {&ca_file_, &certificate_file_, &key_file_}) {
    changed = (!file->path().empty() && file->has_changed()) || changed;
  }
  return changed;
}

std::shared_ptr<const TlsSettings> TlsFiles::current() {
  const Lock lock(mutex_);
  if (any_changed()) {
    if (auto settings = build()) {
      current_ = *std::move(settings);
    } else {
      log_warning("the webhook's changed certificates cannot be used, the older ones stay: {}",
                  settings.error().message);
    }
  }
  return current_;
}

}  // namespace kaudit::client
