#include "apiserver/program/lent_receiver.hpp"

#include <filesystem>
#include <utility>

#include "apiserver/explorer/policy_in_force.hpp"
#include "backends/webhook/webhook_options.hpp"
#include "base/files/atomic_file.hpp"

namespace kaudit::apiserver::program {

Result<std::unique_ptr<LentReceiver>> LentReceiver::make(ProgramOptions& options) {
  if (!options.explorer.receiver) return nullptr;
  TemporaryFolder::remove_abandoned();
  auto folder = TemporaryFolder::make();
  if (!folder) return fail("--explorer-receiver: " + folder.error().message);
  auto lent = std::make_unique<LentReceiver>(*std::move(folder));
  if (auto started = lent->receiver_.start(); !started) return tl::unexpected(started.error());
  if (auto done = lent->furnish(options); !done) return tl::unexpected(done.error());
  return lent;
}

Result<void> LentReceiver::furnish(ProgramOptions& options) {
  const std::filesystem::path kubeconfig = folder_.path() / "receiver.kubeconfig";
  options.audit.of<backends::WebhookOptions>().config_file = kubeconfig.string();
  auto written = write_file_atomically(kubeconfig, receiver_.kubeconfig(), FileMode::Private);
  if (!written || !options.audit.policy_file.empty()) return written;
  const std::filesystem::path policy = folder_.path() / "everything.yaml";
  options.audit.policy_file = policy.string();
  return write_file_atomically(policy, explorer::PolicyInForce::everything(), FileMode::Private);
}

}  // namespace kaudit::apiserver::program
