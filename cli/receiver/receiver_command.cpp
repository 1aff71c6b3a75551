// `kaudit receiver`: a receiver of audit webhooks for people and tests, which misbehaves on
// command.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <memory>
#include <pthread.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text/quote.hpp"
#include "cli/commands.hpp"
#include "cli/receiver/receiver_presets.hpp"
#include "cli/receiver/receiver_report.hpp"
#include "cli/receiver/running_receiver.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

constexpr std::chrono::milliseconds kReceiverGrace{5000};

struct ReceiverCommand {
  ReceiverOptions options;
  bool print_ready = false;
};

/// Signals that end it wait for wait_for_end(), in every thread.
sigset_t block_end_signals() {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ends, number);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  return ends;
}

void wait_for_end(const sigset_t& ends) {
  int number = 0;
  while (sigwait(&ends, &number) != 0) {
  }
  // A second one ends it at once.
  ::pthread_sigmask(SIG_UNBLOCK, &ends, nullptr);
}

void print_report(Receiver& receiver, EventOutput output) {
  if (output == EventOutput::Wide) {
    print(receiver.desk().report_text());
  } else {
    print_json(nlohmann::ordered_json{{"report", receiver.desk().report()}}.dump(
                   -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
               "\n");
  }
}

Exit run_receiver(const ReceiverCommand& command) {
  // Nobody has to read what is printed, and a sender may leave at any time.
  std::signal(SIGPIPE, SIG_IGN);
  const sigset_t ends = block_end_signals();
  Receiver receiver(command.options);
  const auto started = receiver.start();
  for (const std::string& warning : receiver.warnings()) complain(warning);
  if (!started) {
    complain(started.error().message);
    return Exit::Usage;
  }
  if (command.print_ready) {
    print_json(receiver.ready_line() + "\n");
    if (const auto printed = finish_printing(); !printed) return Exit::Usage;
  } else {
    std::fprintf(stderr, "Receiving on %s\n", receiver.url().c_str());
    if (!receiver.control_address().empty()) {
      std::fprintf(stderr, "Control on http://%s\n", receiver.control_address().c_str());
    }
  }
  wait_for_end(ends);
  receiver.stop(kReceiverGrace);
  print_report(receiver, command.options.output);
  return Exit::Fine;
}

std::string preset_help() {
  std::string help = "Do as a real receiver does, may be given several times:";
  for (const ReceiverPreset& preset : receiver_presets()) {
    help += "\n" + std::string(preset.name) + ": " + std::string(preset.what);
  }
  return help;
}

std::string footer() {
  std::string text = "SPEC is a list of terms between commas. What is done:\n";
  for (const FaultKey& key : fault_keys()) {
    if (key.key == "every") text += "When it is done (always, if nothing is said):\n";
    std::string form = "  " + std::string(key.form);
    form.resize(std::max<std::size_t>(form.size() + 2, 36), ' ');
    text += form + std::string(key.what) + "\n";
  }
  return text +
         "For instance --fault status=503,every=3,retry-after=1. Later faults go before earlier "
         "ones.\nThe control API: GET, POST (a SPEC a line, or JSON) and DELETE /faults, GET "
         "/report, GET /events.";
}

}  // namespace

void add_receiver_command(CLI::App& app, Exit& exit) {
  auto command = std::make_shared<ReceiverCommand>();
  ReceiverOptions& options = command->options;
  CLI::App* receiver = app.add_subcommand(
      "receiver",
      "Receive audit webhooks: store each event once, answer 200 when it is durable, and misbehave "
      "on command. SIGTERM ends it with a report");
  receiver->footer(footer());
  receiver
      ->add_option("--listen", options.listen,
                   "Where senders connect (default 127.0.0.1:0, any free port)")
      ->type_name("ADDRESS:PORT");
  receiver
      ->add_option("--control", options.control,
                   "Serve the control API there; keep it to this machine, it knows no credentials")
      ->type_name("ADDRESS:PORT");
  receiver
      ->add_option(
          "--store", options.store,
          "Append events to this file, a JSON line each; FILE.batches gets a line for each "
          "batch. An event that is there already, by source (path of the URL, name of the "
          "client certificate), auditID, stage and time of the request, is not stored again")
      ->type_name("FILE");
  receiver
      ->add_option("--write-kubeconfig", options.write_kubeconfig,
                   "Write what --audit-webhook-config-file of the sender needs, once it is ready")
      ->type_name("FILE");
  receiver->add_flag("--tls", options.tls,
                     "Speak HTTPS, with a CA and a certificate made for this run");
  receiver
      ->add_option("--client-ca", options.client_ca,
                   "Demand a client certificate signed by a CA of this file")
      ->type_name("FILE");
  auto* certificate = receiver
                          ->add_option("--client-certificate", options.client_certificate,
                                       "Put this client certificate into the kubeconfig")
                          ->type_name("FILE");
  auto* key = receiver
                  ->add_option("--client-key", options.client_key,
                               "Put the key of the client certificate into the kubeconfig")
                  ->type_name("FILE");
  certificate->needs(key);
  key->needs(certificate);
  receiver->add_option("--token", options.token, "Demand this bearer token")->type_name("TOKEN");
  receiver->add_option("--preset", options.presets, preset_help())
      ->type_name("NAME")
      ->allow_extra_args(false);
  receiver->add_option("--fault", options.faults, "Misbehave; may be given several times")
      ->type_name("SPEC")
      ->allow_extra_args(false);
  const std::map<std::string, EventOutput> outputs{
      {"wide", EventOutput::Wide}, {"json", EventOutput::Json}, {"quiet", EventOutput::Quiet}};
  receiver
      ->add_option("--output", options.output,
                   "What is printed of each new event: a line for people, the event as JSON, or "
                   "nothing. The report at the end is JSON but for wide")
      ->transform(CLI::CheckedTransformer(outputs).description(""))
      ->type_name("wide|json|quiet");
  receiver
      ->add_option("--max-body", options.max_body,
                   "The largest body that is taken (default 64MiB); 413 beyond")
      ->transform(CLI::AsSizeValue(true))
      ->type_name("SIZE");
  receiver
      ->add_option("--remember", options.remember,
                   "How many of the last events are known again (default 1000000)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 32U).description(""))
      ->type_name("N");
  receiver->add_flag("--print-ready", command->print_ready,
                     "Print a line of JSON when it is ready: url, address, control, kubeconfig, "
                     "store, pid");
  add_receiver_report(*receiver, exit);
  receiver->callback([command, receiver, &exit] {
    if (receiver->get_subcommands().empty()) exit = run_receiver(*command);
  });
}

}  // namespace kaudit::cli
