#include "apiserver/program/serving.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

#include "apiserver/advertised_address.hpp"
#include "apiserver/authz/impersonator.hpp"
#include "apiserver/nonresource/version.hpp"
#include "apiserver/testapi/everything.hpp"
#include "base/text/ip_address.hpp"

namespace kaudit::apiserver::program {
namespace {

constexpr std::size_t kWaitingRoomThreads = 8;  // for sinks that wait for the outside

http::ServerOptions listening(const Options& options, const pki::Certificates& certificates) {
  http::ServerOptions server;
  server.bind_address = options.bind_address;
  server.port = static_cast<std::uint16_t>(options.secure_port);
  server.certificate_pem = certificates.apiserver.certificate;
  server.private_key_pem = certificates.apiserver.key;
  server.http2 = !options.disable_http2_serving;
  if (const int streams = options.http2_max_streams_per_connection; streams > 0) {
    server.http2_max_streams = static_cast<std::uint32_t>(streams);
  }
  return server;
}

}  // namespace

Serving::Serving(Parts parts)
    : options_(parts.options),
      storage_(parts.storage),
      keepers_(parts.keepers),
      api_(parts.api),
      counters_(parts.counters),
      trail_(parts.trail),
      in_flight_(static_cast<std::size_t>(options_.server.max_requests_inflight),
                 static_cast<std::size_t>(options_.server.max_mutating_requests_inflight)),
      waiting_room_(kWaitingRoomThreads) {
  nonresource_.emplace(
      nonresource::NonResourceOptions{.counters = &counters_,
                                      .backend_metrics = [this] { return metrics(); },
                                      .is_stopping = [this] { return stopping_.load(); },
                                      .debug_endpoints = options_.server.enable_debug_endpoints,
                                      .server_address = [this] { return address(); },
                                      .accounts = keepers_.accounts,
                                      .definitions = storage_.definitions});
  Services services = make_services(parts.policy, std::move(parts.tests));
  if (parts.observation != nullptr) parts.observation->attach(services);
  chain_ = std::make_shared<Chain>(std::move(services), Routes{&api_, &*nonresource_});
  server_.emplace(listening(options_.server, parts.certificates), chain_);
  make_controllers();
}

Services Serving::make_services(const std::shared_ptr<const audit::Evaluator>& policy,
                                testapi::TestApi::Options tests) {
  Services services;
  services.sink = trail_.sink();
  if (services.sink != nullptr) services.policy = policy;
  if (options_.tests.enabled) make_test_api(services, policy, std::move(tests));
  services.counters = &counters_;
  services.authenticator = keepers_.authenticators.requests;
  if (options_.tests.instant_controllers) {
    own_users_ = std::make_shared<const loopback::OwnUsers>(keepers_.authenticators.requests);
    services.authenticator = own_users_;
  }
  services.authorizer = keepers_.authorizer;
  services.impersonator = std::make_shared<const authz::Impersonator>(
      keepers_.authorizer, options_.feature_gates.constrained_impersonation());
  services.request_timeout = options_.server.request_timeout;
  services.long_running = &long_running_;
  services.in_flight = &in_flight_;
  services.waiting_room = &waiting_room_;
  return services;
}

/// Beside the backends, whose word on an event counts.
void Serving::make_test_api(Services& services,
                            const std::shared_ptr<const audit::Evaluator>& policy,
                            testapi::TestApi::Options tests) {
  tests.store = storage_.store;
  tests.api = &api_;
  tests.sink = services.sink;
  tests.clock_moved = [this] {
    if (controllers_) controllers_->clock_moved();
  };
  test_api_.emplace(std::move(tests));
  services.test_hooks = &*test_api_;
  services.sink = &test_api_->events();
  services.policy = policy ? policy : std::make_shared<const testapi::EverythingRecorded>();
}

void Serving::make_controllers() {
  if (!own_users_) return;
  controllers::InstantControllers::Options options;
  options.store = storage_.store;
  options.chain = &*chain_;
  options.users = own_users_;
  options.version = nonresource::kubernetes_version();
  if (test_api_) options.gate = [this] { return test_api_->states().pass(); };
  controllers_.emplace(std::move(options));
}

Result<void> Serving::start() {
  if (auto started = server_->start(); !started) return started;
  api_.publish(options_.server.advertise_address.empty()
                   ? advertised_address(options_.server.bind_address)
                   : options_.server.advertise_address,
               server_->port());
  // What a reset goes back to is a cluster at rest.
  if (controllers_) controllers_->start();
  if (test_api_) test_api_->ready();
  return {};
}

void Serving::stop_controllers() {
  if (controllers_) controllers_->stop();
}

std::string Serving::address() const {
  return bracketed(options_.server.bind_address) + ":" + std::to_string(server_->port());
}

std::vector<prometheus::MetricFamily> Serving::metrics() const {
  auto families = trail_.metrics();
  prometheus::MetricFamily& accepts = families.emplace_back();
  accepts.name = "http_accept_failures_total";
  accepts.help = "Attempts to accept a connection that failed, for want of descriptors or memory.";
  accepts.type = prometheus::MetricType::Counter;
  accepts.metric.emplace_back().counter.value = static_cast<double>(server_->accept_failures());
  std::ranges::move(storage_.webhook_caller->metrics().collect(), std::back_inserter(families));
  return families;
}

}  // namespace kaudit::apiserver::program
