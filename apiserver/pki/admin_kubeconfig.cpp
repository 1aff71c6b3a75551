#include "apiserver/pki/admin_kubeconfig.hpp"

#include <openssl/evp.h>

namespace kaudit::apiserver::pki {
namespace {

std::string base64(std::string_view data) {
  std::string text((data.size() + 2) / 3 * 4 + 1, '\0');  // and the zero that OpenSSL writes
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(data.data()),
                                   static_cast<int>(data.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace

std::string admin_kubeconfig(std::string_view server, std::string_view ca_pem,
                             const tls::KeyPairPem& admin) {
  std::string text;
  text.append("apiVersion: v1\nkind: Config\nclusters:\n- name: kaudit\n  cluster:\n");
  text.append("    server: ").append(server).append("\n");
  text.append("    certificate-authority-data: ").append(base64(ca_pem)).append("\n");
  text.append("users:\n- name: kaudit-admin\n  user:\n");
  text.append("    client-certificate-data: ").append(base64(admin.certificate)).append("\n");
  text.append("    client-key-data: ").append(base64(admin.key)).append("\n");
  text.append("contexts:\n- name: kaudit\n  context:\n    cluster: kaudit\n");
  text.append("    user: kaudit-admin\ncurrent-context: kaudit\n");
  return text;
}

}  // namespace kaudit::apiserver::pki
