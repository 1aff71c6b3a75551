// `kaudit conformance sender`: a receiver that finds out what a sender of audit webhooks does.
#include <csignal>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/files/atomic_file.hpp"
#include "base/text/hex.hpp"
#include "cli/conformance/check_report.hpp"
#include "cli/conformance/conformance_group.hpp"
#include "cli/conformance/sender/sender_checks.hpp"
#include "cli/conformance/sender/sender_run.hpp"
#include "cli/receiver/sender_kubeconfig.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

constexpr std::string_view kSenderPath = "/kaudit-conformance";

struct ConformanceSenderOptions {
  CheckOptions checks;
  std::string listen = "127.0.0.1:0";
  std::string write_kubeconfig;
  std::string drive_command;
  std::uint32_t patience = 120;
};

std::string made_token() {
  std::random_device random;
  std::string token = "kit-";
  for (int i = 0; i < 16; ++i) append_hex(token, static_cast<char>(random() & 0xFFU));
  return token;
}

/// The parts of one run, in the order in which they must end.
struct SenderStage {
  explicit SenderStage(ReceiverTls made)
      : tls(std::move(made)), desk(tls), server(WireServer::Limits{}) {}
  ReceiverTls tls;
  SenderDesk desk;
  RedirectTrap trap;
  WireServer server;
};

Result<void> play(const ConformanceSenderOptions& options, CheckReport& report) {
  auto tls = ReceiverTls::make(options.listen.substr(0, options.listen.rfind(':')), "");
  if (!tls) return tl::unexpected(tls.error());
  SenderStage stage(std::move(*tls));
  const auto address = stage.server.listen(options.listen, stage.desk);
  if (!address) return fail("--listen: " + address.error().message);
  const auto elsewhere = stage.server.listen("127.0.0.1:0", stage.trap);
  if (!elsewhere) return tl::unexpected(elsewhere.error());
  stage.server.run();
  SenderRunOptions run;
  run.drive_command = options.drive_command;
  run.patience = std::chrono::seconds(options.patience);
  run.path = kSenderPath;
  run.token = made_token();
  run.elsewhere = "http://" + *elsewhere + "/elsewhere";
  SenderKubeconfig config;
  config.server = "https://" + *address + std::string(kSenderPath);
  config.ca_pem = stage.tls.ca_pem();
  config.token = run.token;
  auto written = write_file_atomically(options.write_kubeconfig, config.text(), FileMode::Private);
  if (!written) return written;
  std::fprintf(stderr, "Receiving on %s; the kubeconfig is %s\n", config.server.c_str(),
               options.write_kubeconfig.c_str());
  auto result = run_sender_suite(stage.desk, stage.trap, report, run);
  stage.server.stop(std::chrono::milliseconds(1000));
  return result;
}

Exit conformance_sender(const ConformanceSenderOptions& options) {
  if (list_checks(sender_suite(), options.checks)) return Exit::Fine;
  if (options.write_kubeconfig.empty() || options.drive_command.empty()) {
    complain(
        "--write-kubeconfig FILE and --drive-command CMD are required: the file is for the sender, "
        "the command makes it send");
    return Exit::Usage;
  }
  std::signal(SIGPIPE, SIG_IGN);
  auto report = CheckReport::make(sender_suite(), options.checks);
  if (!report) {
    complain(report.error().message);
    return Exit::Usage;
  }
  if (auto played = play(options, *report); !played) {
    for (const Check& check : sender_suite().checks) {
      report->skip(check.id, "the suite could not be played");
    }
    report->finish();
    complain(played.error().message);
    return Exit::Usage;
  }
  return report->finish();
}

}  // namespace

void add_conformance_sender(CLI::App& conformance, Exit& exit) {
  auto options = std::make_shared<ConformanceSenderOptions>();
  CLI::App* command = conformance.add_subcommand(
      "sender",
      "Test a sender of audit webhooks (an API server's webhook backend): a receiver with TLS and "
      "a "
      "token that fails in every way, and the verdict: what is tried again, how often, with which "
      "pauses, what is lost");
  command
      ->add_option("--listen", options->listen,
                   "Where the sender connects (default 127.0.0.1:0, any free port)")
      ->type_name("ADDRESS:PORT");
  command
      ->add_option("--write-kubeconfig", options->write_kubeconfig,
                   "Write what the sender's --audit-webhook-config-file needs")
      ->type_name("FILE");
  command
      ->add_option(
          "--drive-command", options->drive_command,
          "A command for sh that makes the sender send one batch, such as a request; it is "
          "run about 40 times. The first run may start the sender")
      ->type_name("CMD");
  command
      ->add_option("--patience", options->patience,
                   "How many seconds a batch may take to come, or to come again (default 120)")
      ->type_name("SECONDS")
      ->check(CLI::Range(1U, 3600U).description(""));
  add_check_options(*command, options->checks);
  command->callback([options, &exit] { exit = conformance_sender(*options); });
}

}  // namespace kaudit::cli
