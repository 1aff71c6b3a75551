// Any text may be given for a kubeconfig: it is read or refused, and what is read can be checked.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "backends/webhook/kubeconfig/kubeconfig_checks.hpp"
#include "base/client/server_url.hpp"

namespace {

using namespace kaudit::backends::webhook;

void use(const std::string& name, const ClusterEntry& cluster) {
  if (cluster.certificate_authority.empty()) (void)check_cluster(name, cluster);
  const auto server = kaudit::client::parse_server(cluster.server);
  if (!server) return;
  if (server->host.empty() || server->scheme.empty()) std::abort();
  // Requests must stay one line each, whatever the URL holds.
  const std::string path = kaudit::client::request_path(*server);
  if (!path.starts_with('/') || path.find_first_of(" \r\n") != std::string::npos) std::abort();
  (void)server->address();
  (void)server->is_loopback();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = read_kubeconfig({reinterpret_cast<const char*>(data), size});
  if (!config) {
    if (config.error().message.empty()) std::abort();
    return 0;
  }
  for (const auto& [name, cluster] : config->clusters) use(name, cluster);
  for (const auto& [name, user] : config->users) {
    // Paths of its own making are not to be opened.
    if (user.client_certificate.empty() && user.client_key.empty()) (void)check_user(name, user);
  }
  return 0;
}
