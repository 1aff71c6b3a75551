#include "apiserver/http/tls/tls_context.hpp"

#include <cstddef>
#include <stdexcept>
#include <string_view>

#include <openssl/ssl.h>

#include "base/tls/openssl_support.hpp"

namespace kaudit::apiserver::http {
namespace {

constexpr std::string_view kHttp1 = "\x08http/1.1";
/// In our order of preference, which is Go's.
constexpr std::string_view kHttp1AndHttp2 = "\x02h2\x08http/1.1";

/// A client that offers only protocols that we do not speak gets an alert that says so, as RFC 7301
/// section 3.2 demands.
int select_protocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void* user) {
  const std::string_view ours = *static_cast<const std::string_view*>(user);
  unsigned char* selected = nullptr;
  if (SSL_select_next_proto(&selected, out_size,
                            reinterpret_cast<const unsigned char*>(ours.data()),
                            static_cast<unsigned int>(ours.size()), offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = selected;
  return SSL_TLSEXT_ERR_OK;
}

int accept_any_certificate(X509_STORE_CTX* /*context*/, void* /*user*/) { return 1; }

}  // namespace

Result<std::shared_ptr<SSL_CTX>> make_server_context(const std::string& certificate_pem,
                                                     const std::string& private_key_pem,
                                                     Protocols protocols) {
  const auto chain = tls::certificates_from_pem(certificate_pem);
  if (!chain) {
    return fail("serving certificate: " + chain.error().message);
  }
  const auto key = tls::private_key_from_pem(private_key_pem);
  if (!key) {
    return fail("private key of the serving certificate: " + key.error().message);
  }
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (context == nullptr) {
    throw std::runtime_error("SSL_CTX_new: " + tls::openssl_reason());
  }
  if (SSL_CTX_use_certificate(context.get(), chain->front().get()) != 1) {
    return fail("the serving certificate cannot be used: " + tls::openssl_reason());
  }
  for (std::size_t i = 1; i < chain->size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context.get(), (*chain)[i].get()) != 1) {
      return fail("the serving certificate's chain cannot be used: " + tls::openssl_reason());
    }
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key->get()) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return fail("the private key does not belong to the serving certificate: " +
                tls::openssl_reason());
  }
  // Go's order where the processor has AES: the shorter key takes ten rounds a block, not fourteen.
  SSL_CTX_set_ciphersuites(
      context.get(), "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // A connection cut without close_notify is an end like any other: HTTP's own framing shows what
  // is missing.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                                         SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                         SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  // Idle connections give their record buffers back; a write may be retried from another address.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context.get(), 1);  // header and contents of a record by one system call
  const std::string_view& offered = protocols == Protocols::Http1 ? kHttp1 : kHttp1AndHttp2;
  SSL_CTX_set_alpn_select_cb(context.get(), select_protocol,
                             const_cast<std::string_view*>(&offered));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), accept_any_certificate, nullptr);
  return context;
}

}  // namespace kaudit::apiserver::http
