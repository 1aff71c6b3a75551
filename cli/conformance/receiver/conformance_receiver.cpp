// `kaudit conformance receiver`: posts what API servers post to somebody's receiver, and more.
#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "backends/webhook/kubeconfig/kubeconfig.hpp"
#include "cli/conformance/check_report.hpp"
#include "cli/conformance/conformance_group.hpp"
#include "cli/conformance/receiver/receiver_checks.hpp"
#include "cli/conformance/receiver/receiver_run.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

struct ConformanceReceiverOptions {
  CheckOptions checks;
  std::string config_file;
  StoredSource stored;
  std::string restart_command;
};

Result<client::ClientConfig> target_config(const std::string& path) {
  auto config = backends::webhook::load_kubeconfig(path);
  if (!config) {
    std::string text = "--config-file " + path + ": " + config.error().message;
    for (const std::string& advice : config.error().advice) text += "; " + advice;
    return fail(std::move(text));
  }
  for (const std::string& warning : config->warnings) complain(warning);
  return std::move(*config);
}

void skip_everything(CheckReport& report, const char* why) {
  for (const Check& check : receiver_suite().checks) report.skip(check.id, why);
}

enum class Reached : std::uint8_t { Yes, NoTls };

/// Whether there can be a connection. Error: nobody listens, so that nothing can be said.
Result<Reached> reach(ReceiverTarget& target, CheckReport& report) {
  if (target.config().proxy) return Reached::Yes;
  const auto stream = target.connect();
  if (stream) return Reached::Yes;
  const std::string& why = stream.error().message;
  if (!why.starts_with("TLS: ")) return fail(why);
  report.fail("credentials.certificate", why);
  skip_everything(report, "there is no connection to the receiver");
  return Reached::NoTls;
}

Result<void> run_sections(ReceiverRun& run) {
  // Restart first: what it makes a receiver forget is then seen by the checks about that.
  check_restart(run);
  check_batches(run);
  check_shapes(run);
  check_idempotency(run);
  check_order(run);
  check_concurrency(run);
  check_slow_senders(run);
  check_connections(run);
  check_credentials(run);
  check_content(run);
  run.decide_answers();
  return check_stored(run);
}

Exit conformance_receiver(const ConformanceReceiverOptions& options) {
  if (list_checks(receiver_suite(), options.checks)) return Exit::Fine;
  if (options.config_file.empty()) {
    complain("--config-file is required: the kubeconfig for --audit-webhook-config-file");
    return Exit::Usage;
  }
  // The receiver may leave in the middle of a batch.
  std::signal(SIGPIPE, SIG_IGN);
  auto report = CheckReport::make(receiver_suite(), options.checks);
  const auto refuse = [](const Error& error) {
    complain(error.message);
    return Exit::Usage;
  };
  if (!report) return refuse(report.error());
  auto config = target_config(options.config_file);
  if (!config) return refuse(config.error());
  auto target = ReceiverTarget::make(std::move(*config));
  if (!target) return refuse(target.error());
  const auto reached = reach(**target, *report);
  if (!reached) return refuse(reached.error());
  if (*reached == Reached::Yes) {
    ReceiverRun run(**target, *report, options.stored, options.restart_command);
    if (auto ran = run_sections(run); !ran) {
      report->finish();
      return refuse(ran.error());
    }
  }
  return report->finish();
}

}  // namespace

void add_conformance_receiver(CLI::App& conformance, Exit& exit) {
  auto options = std::make_shared<ConformanceReceiverOptions>();
  CLI::App* command = conformance.add_subcommand(
      "receiver",
      "Test a receiver of audit webhooks: shapes, batches, idempotency, order, concurrency, slow "
      "senders, restarts, credentials, wrong content, and what is stored in the end. It is sent "
      "about 60 MB of made-up events");
  command
      ->add_option("--config-file", options->config_file,
                   "The kubeconfig that --audit-webhook-config-file of an API server gets")
      ->type_name("KUBECONFIG");
  auto* file =
      command
          ->add_option("--verify-file", options->stored.file,
                       "What the backend stored, a JSON line an event: proves that nothing "
                       "is lost, doubled or altered")
          ->type_name("FILE");
  command
      ->add_option("--verify-command", options->stored.command,
                   "A command that prints the same, for sh")
      ->type_name("CMD")
      ->excludes(file);
  auto wait = command->add_option_function<std::uint32_t>(
      "--verify-wait",
      [options](std::uint32_t seconds) {
        options->stored.patience = std::chrono::seconds(seconds);
      },
      "How long the backend may take to store what it has acknowledged (default 10)");
  wait->type_name("SECONDS")->check(CLI::Range(0U, 3600U).description(""));
  command
      ->add_option("--restart-command", options->restart_command,
                   "A command for sh that restarts the receiver, with its data")
      ->type_name("CMD");
  add_check_options(*command, options->checks);
  command->callback([options, &exit] { exit = conformance_receiver(*options); });
}

}  // namespace kaudit::cli
