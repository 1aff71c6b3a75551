#include <string>
#include <utility>

#include "base/tls/certificate_maker.hpp"
#include "cli/conformance/receiver/receiver_run.hpp"

namespace kaudit::cli {
namespace {

/// Posts a batch with other credentials, which must be refused.
void expect_refusal(ReceiverRun& run, std::string_view check, client::ClientConfig config) {
  if (!run.wanted(check)) return;
  auto target = ReceiverTarget::make(std::move(config));
  if (!target) {
    run.report().skip(check, "cannot be tried: " + target.error().message);
    return;
  }
  const std::vector<std::string> events{run.maker().event()};
  const auto delivery = (*target)->post(EventMaker::list(events));
  if (delivery.delivered()) {
    run.note(check, events, Standing::Uncertain);
    run.report().fail(check, "answered " + std::to_string(delivery.status));
    return;
  }
  run.note(check, events, Standing::Refused);
  run.report().pass(check, *delivery.failure);
}

void check_token(ReceiverRun& run) {
  client::ClientConfig config = run.target().config();
  if (!config.credentials.are_given()) {
    for (const char* const check : {"credentials.wrong-token", "credentials.no-token"}) {
      run.report().skip(check, "the kubeconfig has neither token nor password");
    }
    return;
  }
  config.credentials = {};
  expect_refusal(run, "credentials.no-token", config);
  config.credentials.token = "kit-" + run.maker().run();
  expect_refusal(run, "credentials.wrong-token", std::move(config));
}

void check_client_certificate(ReceiverRun& run) {
  client::ClientConfig config = run.target().config();
  if (!run.target().is_tls() || !config.tls.certificate.is_given()) {
    for (const char* const check :
         {"credentials.no-certificate", "credentials.foreign-certificate"}) {
      run.report().skip(check, "the kubeconfig has no client certificate");
    }
    return;
  }
  config.tls.certificate = {};
  config.tls.key = {};
  expect_refusal(run, "credentials.no-certificate", config);
  const auto foreign =
      tls::to_pem(tls::make_client_certificate(tls::make_ca(), "kit", "system:masters"));
  config.tls.certificate.data = foreign.certificate;
  config.tls.key.data = foreign.key;
  expect_refusal(run, "credentials.foreign-certificate", std::move(config));
}

}  // namespace

void check_credentials(ReceiverRun& run) {
  const auto& config = run.target().config();
  if (!run.target().is_tls()) {
    run.report().skip("credentials.certificate", "the kubeconfig's server is http");
  } else if (config.tls.verification == client::Verification::Skipped) {
    run.report().skip("credentials.certificate", "the kubeconfig says insecure-skip-tls-verify");
  } else {
    // Everything before was sent over connections that verified it.
    run.report().pass("credentials.certificate");
  }
  check_token(run);
  check_client_certificate(run);
}

}  // namespace kaudit::cli
