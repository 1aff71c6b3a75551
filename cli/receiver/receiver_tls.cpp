#include "cli/receiver/receiver_tls.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "apiserver/http/tls/tls_context.hpp"
#include "base/tls/certificate_maker.hpp"

namespace kaudit::cli {
namespace {

/// Makes a context demand a client certificate of one of these CAs, in the handshake: the ones of
/// the API server take any, which their authenticators judge.
Result<void> demand_certificate(SSL_CTX* context, const std::string& ca_pem) {
  const auto authorities = tls::certificates_from_pem(ca_pem);
  if (!authorities) return tl::unexpected(authorities.error());
  X509_STORE* const trusted = SSL_CTX_get_cert_store(context);
  for (const auto& authority : *authorities) {
    X509_STORE_add_cert(trusted, authority.get());
    SSL_CTX_add_client_CA(context, authority.get());
  }
  SSL_CTX_set_cert_verify_callback(context, nullptr, nullptr);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return {};
}

tls::KeyPair make_shown(ShownCertificate shown, const tls::KeyPair& ca,
                        const std::string& bind_address) {
  switch (shown) {
    case ShownCertificate::Good:
      return tls::make_serving_certificate(ca, bind_address);
    case ShownCertificate::Expired:
      return tls::make_expired_certificate(ca, bind_address);
    case ShownCertificate::WrongName:
      return tls::make_named_certificate(ca, "other.example");
    case ShownCertificate::UnknownCa:
      return tls::make_serving_certificate(tls::make_ca(), bind_address);
  }
  return {};
}

}  // namespace

Result<ReceiverTls> ReceiverTls::make(const std::string& bind_address,
                                      const std::string& client_ca_pem) {
  const tls::KeyPair ca = tls::make_ca();
  ReceiverTls made;
  made.ca_pem_ = tls::to_pem(ca.certificate.get());
  for (const auto shown : {ShownCertificate::Good, ShownCertificate::Expired,
                           ShownCertificate::WrongName, ShownCertificate::UnknownCa}) {
    const tls::KeyPairPem pair = tls::to_pem(make_shown(shown, ca, bind_address));
    auto context = apiserver::http::make_server_context(pair.certificate, pair.key,
                                                        apiserver::http::Protocols::Http1);
    if (!context) return tl::unexpected(context.error());
    if (client_ca_pem.empty()) {
      SSL_CTX_set_verify(context->get(), SSL_VERIFY_NONE, nullptr);
    } else if (auto demanded = demand_certificate(context->get(), client_ca_pem); !demanded) {
      return tl::unexpected(demanded.error());
    }
    made.contexts_[static_cast<std::size_t>(shown)] = *context;
  }
  return made;
}

}  // namespace kaudit::cli
