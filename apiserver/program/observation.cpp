#include "apiserver/program/observation.hpp"

#include <cstdio>
#include <utility>

#include "base/files/read_file.hpp"
#include "policy/lint/check.hpp"
#include "policy/loader.hpp"

namespace kaudit::apiserver::program {
namespace {

/// Standard output, unless something else has it that must not be mixed with text.
std::FILE* trace_output(const ProgramOptions& options) {
  bool taken = options.server.print_ready;
  for (const auto& backend : options.audit.backends) {
    taken = taken || backend->takes_standard_output();
  }
  return taken ? stderr : stdout;
}

}  // namespace

Result<std::unique_ptr<Observation>> Observation::make(const ProgramOptions& options) {
  if (!options.explorer.is_on()) return nullptr;
  const std::string& file = options.audit.policy_file;
  if (file.empty()) {
    return std::make_unique<Observation>(options, "everything",
                                         std::string(explorer::PolicyInForce::everything()));
  }
  auto text = read_file(file);
  if (!text) return tl::unexpected(text.error());
  if (const auto again = policy::read_policy(*text, file); !again.policy) {
    return fail("the audit policy could not be read a second time, for the explorer: " +
                again.refusal);
  }
  const bool everything = *text == explorer::PolicyInForce::everything();
  return std::make_unique<Observation>(options, everything ? "everything" : file, *std::move(text));
}

Observation::Observation(const ProgramOptions& options, std::string policy_name,
                         std::string policy_text)
    : options_(options.explorer),
      trace_to_(trace_output(options)),
      policy_(std::make_shared<explorer::PolicyInForce>(std::move(policy_name),
                                                        std::move(policy_text))),
      recorder_(*policy_) {}

Observation::~Observation() = default;

void Observation::attach(Services& services) {
  sink_.emplace(services.sink);
  services.sink = &*sink_;
  services.policy = policy_;
  services.observer = &recorder_;
  if (!options_.explorer) return;
  recorder_.collect_everything();
  // A trace is of every request.
  if (!options_.audit_trace) recorder_.look_away();
  users_ = std::make_shared<const explorer::TrialUsers>(services.authenticator);
  services.authenticator = users_;
}

Result<void> Observation::start(const Server& server) {
  if (options_.audit_trace) {
    std::vector<std::string> backends;
    for (const audit::Report& report : server.reports()) backends.push_back(report.backend);
    printer_.emplace(recorder_, options_.trace_format(), trace_to_, std::move(backends));
    recorder_.on_change([this] { printer_->look(); });
  }
  recorder_.start();
  if (!options_.explorer) return {};
  explorer::Explorer::Context context;
  context.options = options_;
  context.recorder = &recorder_;
  context.policy = &*policy_;
  context.users = users_;
  context.chain = server.chain;
  context.pipeline = server.pipeline;
  context.reports = server.reports;
  context.receiver = server.receiver;
  context.server_url = server.url;
  context.kubeconfig = server.kubeconfig;
  context.cert_folder = server.cert_folder;
  explorer_.emplace(std::move(context));
  return explorer_->start();
}

void Observation::stop_serving() {
  if (explorer_) explorer_->stop();
}

void Observation::finish() {
  recorder_.stop();
  if (printer_) printer_->finish();
}

}  // namespace kaudit::apiserver::program
