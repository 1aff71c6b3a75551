#include "apiserver/program/program_options.hpp"

#include <string_view>
#include <utility>

#include "apiserver/known_flags.hpp"
#include "apiserver/nonresource/version.hpp"
#include "apiserver/program/server_pages.hpp"
#include "backends/webhook/webhook_options.hpp"
#include "base/flags/flags.hpp"
#include "base/logging.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::program {
namespace {

/// As kube-apiserver says it; what stands behind a flag with one dash ends here, too.
std::string no_arguments(const std::vector<std::string>& given) {
  std::string text = "\"kaudit-apiserver\" does not take any arguments, got [";
  for (const std::string& argument : given) {
    text += (text.back() == '[' ? "" : " ") + go_quoted(argument);
  }
  return text + "]";
}

void log_without_effect(std::string_view flag, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    log_info("{}: {} is known and has no effect here", flag, value);
  }
}

}  // namespace

CommandLine ProgramOptions::read(const std::vector<std::string>& arguments,
                                 std::vector<Error>& errors) {
  FlagSet flags;
  server.add_flags(flags);
  cluster.add_flags(flags);
  service_accounts.add_flags(flags);
  admission.add_flags(flags);
  feature_gates.add_flags(flags);
  audit.add_flags(flags);
  tests.add_flags(flags);
  explorer.add_flags(flags);
  KnownFlags known_flags;
  known_flags.add_flags(flags);
  errors = flags.parse(arguments);
  if (flags.help_asked()) return {flags.help("kaudit-apiserver").append(annotations_help())};
  if (server.version && errors.empty()) {
    return {"Kubernetes " + std::string(nonresource::kubernetes_version()) + "\n"};
  }
  if (server.print_flags && errors.empty()) return {flags_page(flags)};
  if (server.print_manual && errors.empty()) return {manual_page(flags)};
  if (!server.print_completion.empty() && errors.empty()) {
    auto script = completion_script(flags, server.print_completion);
    if (script) return {*std::move(script)};
    errors.push_back(script.error());
  }
  if (!flags.not_flags().empty()) errors.push_back({no_arguments(flags.not_flags())});
  if (!errors.empty()) return {.text = std::nullopt, .readable = false};
  for (const auto& warning : flags.warnings()) log_warning("{}", warning);
  for (const auto& note : known_flags.notes(flags)) log_info("{}", note);
  const auto add = [&errors](std::vector<Error> more) {
    for (Error& error : more) errors.push_back(std::move(error));
  };
  add(known_flags.errors());
  add(server.validate());
  add(cluster.validate());
  add(service_accounts.validate());
  add(admission.validate());
  log_without_effect("--enable-admission-plugins", admission.plugins().without_effect());
  add(feature_gates.validate());
  make_webhook_known(errors);
  log_without_effect("--feature-gates", feature_gates.without_effect());
  add(audit.validate());
  add(tests.validate());
  add(explorer.validate());
  return {};
}

/// The webhook whose receiver is the explorer's is judged like any other, before there is a file
/// that says where it is.
void ProgramOptions::make_webhook_known(std::vector<Error>& errors) {
  if (!explorer.receiver) return;
  auto& webhook = audit.of<backends::WebhookOptions>();
  if (webhook.is_on()) {
    errors.push_back(
        {"--explorer-receiver: --audit-webhook-config-file names another receiver; give one of "
         "the two"});
  }
  webhook.config_file = "the explorer's receiver";
}

}  // namespace kaudit::apiserver::program
