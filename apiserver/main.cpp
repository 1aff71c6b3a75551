// kaudit-apiserver: start-up as a list of steps, then waiting, then the way down. Together with
// cli/main.cpp the only place that sees every module.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <prometheus/metric_family.h>

#include "apiserver/advertised_address.hpp"
#include "apiserver/api/api.hpp"
#include "apiserver/authz/impersonator.hpp"
#include "apiserver/chain.hpp"
#include "apiserver/controllers/component_objects.hpp"
#include "apiserver/controllers/instant_controllers.hpp"
#include "apiserver/http/server.hpp"
#include "apiserver/lifecycle/harness_watch.hpp"
#include "apiserver/lifecycle/ready_signal.hpp"
#include "apiserver/lifecycle/start_guard.hpp"
#include "apiserver/lifecycle/stop_guard.hpp"
#include "apiserver/long_running_requests.hpp"
#include "apiserver/loopback/own_users.hpp"
#include "apiserver/nonresource/nonresource.hpp"
#include "apiserver/nonresource/version.hpp"
#include "apiserver/pki/admin_kubeconfig.hpp"
#include "apiserver/pki/serving_certificates.hpp"
#include "apiserver/program/audit_trail.hpp"
#include "apiserver/program/gatekeepers.hpp"
#include "apiserver/program/lent_receiver.hpp"
#include "apiserver/program/observation.hpp"
#include "apiserver/program/program_options.hpp"
#include "apiserver/program/signals.hpp"
#include "apiserver/program/storage.hpp"
#include "apiserver/testapi/everything.hpp"
#include "apiserver/testapi/seeds/seed.hpp"
#include "apiserver/testapi/test_api.hpp"
#include "audit/counters.hpp"
#include "backends/write_signals.hpp"
#include "base/files/temporary_folder.hpp"
#include "base/logging.hpp"
#include "base/text/ip_address.hpp"
#include "policy/evaluator.hpp"
#include "policy/loader.hpp"

namespace kaudit::apiserver {
namespace {

/// The exit codes that scripts rely on (docs/contributing.md, "Names to keep").
enum class Exit : int {
  Clean = 0,
  Refused = 1,
  StartFailed = 2,
  EventsLost = 3,  ///< on the way down
};

// For requests under way when the server stops.
constexpr std::chrono::nanoseconds kGrace = std::chrono::seconds(10);
constexpr std::size_t kWaitingRoomThreads = 8;  // for sinks that wait for the outside

class App {
 public:
  Exit run(const std::vector<std::string>& arguments) {
    if (const auto done = read_flags(arguments)) return *done;
    StartGuard guard(
        program::ending_signals(), [](std::string_view why) { log_error("{}", why); },
        static_cast<int>(Exit::StartFailed));
    watch_harness();
    lend_receiver();
    read_policy();
    read_test_files();
    make_certificates();
    storage_ = program::make_storage(options_);
    keepers_ = program::make_gatekeepers(options_, storage_.roles, storage_.store, cert_folder(),
                                         certificates_.ca, errors_);
    make_api();
    if (errors_.empty()) make_observation();
    // The log file is opened last, so that a start that is refused leaves no trace.
    if (errors_.empty()) open_trail();
    if (!errors_.empty()) return refuse();
    assemble();
    if (const auto started = start(); !started) {
      std::fprintf(stderr, "%s\n", started.error().message.c_str());
      return Exit::StartFailed;
    }
    if (!guard.end()) wait_for_signal();
    return stop();
  }

 private:
  /// An exit: the way out when there is no server to start.
  std::optional<Exit> read_flags(const std::vector<std::string>& arguments) {
    const auto line = options_.read(arguments, errors_);
    if (line.text) return say(*line.text);
    if (!line.readable) return refuse();
    // One that an earlier run left would say that this one is ready.
    if (errors_.empty()) ready_.withdraw();
    return std::nullopt;
  }

  /// What was asked for, on standard output.
  static Exit say(const std::string& text) {
    if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return Exit::Clean;
    std::perror("cannot write to standard output");
    return Exit::StartFailed;
  }

  void watch_harness() {
    harness_.emplace(options_.server.exit_with_parent ? HarnessWatch::Parent::Watched
                                                      : HarnessWatch::Parent::Ignored,
                     options_.server.exit_on_stdin_eof ? HarnessWatch::StandardInput::Watched
                                                       : HarnessWatch::StandardInput::Ignored,
                     [](std::string_view what) {
                       log_info("Stopping, because {}", what);
                       ::kill(::getpid(), SIGTERM);
                     });
  }

  /// First of all, because it names files that the flags do not.
  void lend_receiver() {
    if (!errors_.empty()) return;
    if (auto lent = program::LentReceiver::make(options_)) {
      receiver_ = *std::move(lent);
    } else {
      errors_.push_back(lent.error());
    }
  }

  void read_policy() {
    if (options_.audit.policy_file.empty()) return;
    auto loaded = policy::load_policy_file(options_.audit.policy_file);
    if (!loaded) {
      errors_.push_back(loaded.error());
      return;
    }
    for (const auto& warning : loaded->warnings) log_warning("{}", warning);
    policy_ = policy::compile(loaded->policy);
  }

  void read_test_files() {
    if (auto token = options_.tests.read_token()) {
      test_token_ = *std::move(token);
    } else {
      errors_.push_back(token.error());
    }
    faults_ = options_.tests.read_faults(errors_);
  }

  void make_certificates() {
    const Options& server = options_.server;
    if (server.cert_dir.empty()) {
      TemporaryFolder::remove_abandoned();
      auto folder = TemporaryFolder::make();
      if (!folder) {
        errors_.push_back({"--cert-dir: " + folder.error().message +
                           ": give a folder for the certificates, or set TMPDIR to one that can be "
                           "written to"});
        return;
      }
      private_folder_ = *std::move(folder);
    }
    auto certificates = pki::load_or_make_certificates(
        cert_folder(), server.bind_address, {server.tls_cert_file, server.tls_private_key_file});
    if (certificates) {
      certificates_ = *std::move(certificates);
      for (const auto& warning : certificates_.warnings) log_warning("{}", warning);
    } else {
      errors_.push_back(certificates.error());
    }
  }

  std::filesystem::path cert_folder() const {
    return private_folder_ ? private_folder_->path()
                           : std::filesystem::path(options_.server.cert_dir);
  }

  void make_api() {
    std::vector<testapi::SeedObject> seeds;
    testapi::read_seeds(options_.tests.seeds, seeds, errors_);
    if (!errors_.empty()) return;
    api_.emplace(program::api_options(options_, storage_, keepers_, certificates_.ca));
    api_->bootstrap();
    if (options_.tests.instant_controllers) controllers::make_component_objects(*api_);
    add_errors(testapi::plant(*api_, std::move(seeds)));
  }

  void make_observation() {
    if (auto made = program::Observation::make(options_)) {
      observation_ = *std::move(made);
    } else {
      errors_.push_back(made.error());
    }
  }

  void open_trail() {
    auto* const observer = observation_ ? observation_->deliveries() : nullptr;
    if (auto built = trail_.build(options_.audit, observer); !built) {
      errors_.push_back(built.error());
    }
  }

  /// Beside the backends, whose word on an event counts.
  void make_test_api(Services& services) {
    if (!options_.tests.enabled) return;
    testapi::TestApi::Options options;
    options.token = test_token_;
    options.faults = std::move(faults_);
    options.store = storage_.store;
    options.api = &*api_;
    options.sink = services.sink;
    options.clock_moved = [this] {
      if (controllers_) controllers_->clock_moved();
    };
    test_api_.emplace(std::move(options));
    services.test_hooks = &*test_api_;
    services.sink = &test_api_->events();
    services.policy = policy_ ? policy_ : std::make_shared<const testapi::EverythingRecorded>();
  }

  void assemble() {
    nonresource_.emplace(
        nonresource::NonResourceOptions{.counters = &counters_,
                                        .backend_metrics = [this] { return metrics(); },
                                        .is_stopping = [this] { return stopping_.load(); },
                                        .debug_endpoints = options_.server.enable_debug_endpoints,
                                        .server_address = [this] { return address(); },
                                        .accounts = keepers_.accounts,
                                        .definitions = storage_.definitions});
    Services services;
    services.sink = trail_.sink();
    if (services.sink != nullptr) services.policy = policy_;
    make_test_api(services);
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
    in_flight_.emplace(static_cast<std::size_t>(options_.server.max_requests_inflight),
                       static_cast<std::size_t>(options_.server.max_mutating_requests_inflight));
    services.in_flight = &*in_flight_;
    services.waiting_room = &waiting_room_;
    if (observation_) observation_->attach(services);
    http::ServerOptions server_options;
    server_options.bind_address = options_.server.bind_address;
    server_options.port = static_cast<std::uint16_t>(options_.server.secure_port);
    server_options.certificate_pem = certificates_.apiserver.certificate;
    server_options.private_key_pem = certificates_.apiserver.key;
    server_options.http2 = !options_.server.disable_http2_serving;
    if (const int streams = options_.server.http2_max_streams_per_connection; streams > 0) {
      server_options.http2_max_streams = static_cast<std::uint32_t>(streams);
    }
    chain_ = std::make_shared<Chain>(std::move(services), Routes{&*api_, &*nonresource_});
    server_.emplace(std::move(server_options), chain_);
    make_controllers();
  }

  void make_controllers() {
    if (!own_users_) return;
    controllers::InstantControllers::Options options;
    options.store = storage_.store;
    options.chain = &*chain_;
    options.users = own_users_;
    options.version = nonresource::kubernetes_version();
    if (test_api_) options.gate = [this] { return test_api_->states().pass(); };
    controllers_.emplace(std::move(options));
  }

  /// Backends first, so that the first request finds them; the kubeconfig last, because its
  /// appearance says that the server is ready and at which port.
  Result<void> start() {
    if (auto started = trail_.start(); !started) return started;
    if (auto started = server_->start(); !started) return started;
    api_->publish(options_.server.advertise_address.empty()
                      ? advertised_address(options_.server.bind_address)
                      : options_.server.advertise_address,
                  server_->port());
    // What a reset goes back to is a cluster at rest.
    if (controllers_) controllers_->start();
    if (test_api_) test_api_->ready();
    log_info("Serving securely on https://{}", address());
    const std::string url = "https://" + address();
    if (auto started = start_observation(url); !started) return started;
    return ready_.give(
        {.url = url,
         .kubeconfig = pki::admin_kubeconfig(url, certificates_.ca, certificates_.admin),
         .folder = cert_folder()});
  }

  Result<void> start_observation(const std::string& url) {
    if (!observation_) return {};
    program::Observation::Server server;
    server.chain = &*chain_;
    server.url = url;
    server.kubeconfig = options_.server.write_kubeconfig;
    server.cert_folder = cert_folder().string();
    server.pipeline = trail_.describe();
    server.reports = [this] { return trail_.reports(); };
    server.receiver = receiver_ ? &receiver_->receiver() : nullptr;
    return observation_->start(server);
  }

  void wait_for_signal() {
    program::wait_for_end([this] {
      // A log that waits for a reader cannot be opened anew yet: not on this thread, then.
      boost::asio::post(waiting_room_, [this] { trail_.reopen(); });
    });
  }

  /// Serves on for a while, lets requests finish, and only then drains the backends.
  Exit stop() {
    // Its signal would be a second one, which ends the process at once.
    harness_.reset();
    stopping_ = true;
    const std::uint64_t lost_before = trail_.lost();
    StopGuard guard(program::all_signals(),
                    {.give_up = [this] { trail_.give_up(); },
                     .last_words = [this](std::string_view why) { trail_.say_accounts(why); }},
                    static_cast<int>(Exit::EventsLost));
    if (options_.server.shutdown_delay.count() > 0) {
      log_info("Serving on for --shutdown-delay-duration");
      std::this_thread::sleep_for(options_.server.shutdown_delay);
    }
    log_info("Stopping");
    // Watches before the server, which would wait for them in vain; the server before the waiting
    // room, where its last requests deliver; backends when nothing can make an event any more.
    long_running_.stop();
    const auto grace = std::min(kGrace, options_.server.request_timeout);
    // Requests may themselves wait for a backend: what is to be given up is then given up here.
    guard.draining(grace + std::min<std::chrono::nanoseconds>(options_.audit.drain_timeout,
                                                              std::chrono::hours(24)));
    if (controllers_) controllers_->stop();
    if (observation_) observation_->stop_serving();
    // Nobody could tell it any more to take what the backends still hold.
    if (receiver_) receiver_->receiver().release();
    server_->stop(std::chrono::ceil<std::chrono::milliseconds>(grace));
    storage_.webhook_caller->give_up();
    guard.draining(options_.audit.drain_timeout);
    waiting_room_.join();
    trail_.shutdown();
    if (observation_) observation_->finish();
    ready_.withdraw();
    trail_.say_accounts("Stopped");
    return trail_.lost() == lost_before ? Exit::Clean : Exit::EventsLost;
  }

  std::vector<prometheus::MetricFamily> metrics() const {
    auto families = trail_.metrics();
    prometheus::MetricFamily& accepts = families.emplace_back();
    accepts.name = "http_accept_failures_total";
    accepts.help =
        "Attempts to accept a connection that failed, for want of descriptors or memory.";
    accepts.type = prometheus::MetricType::Counter;
    accepts.metric.emplace_back().counter.value = static_cast<double>(server_->accept_failures());
    std::ranges::move(storage_.webhook_caller->metrics().collect(), std::back_inserter(families));
    return families;
  }

  std::string address() const {
    return bracketed(options_.server.bind_address) + ":" + std::to_string(server_->port());
  }

  void add_errors(const std::vector<Error>& errors) {
    errors_.insert(errors_.end(), errors.begin(), errors.end());
  }

  Exit refuse() const {
    for (const auto& error : errors_) std::fprintf(stderr, "%s\n", error.message.c_str());
    return Exit::Refused;
  }

  // In the order in which they are needed; they end in the opposite one.
  program::ProgramOptions options_;
  const ReadySignal ready_{options_.server};
  std::string test_token_;
  std::vector<testapi::Fault> faults_;
  std::vector<Error> errors_;
  audit::Counters counters_;
  std::shared_ptr<const audit::Evaluator> policy_;
  std::optional<HarnessWatch> harness_;
  std::optional<TemporaryFolder> private_folder_;
  pki::Certificates certificates_;
  program::Storage storage_;
  program::Gatekeepers keepers_;
  std::unique_ptr<program::LentReceiver> receiver_;
  std::unique_ptr<program::Observation> observation_;
  program::AuditTrail trail_{counters_};
  std::optional<api::Api> api_;
  std::optional<nonresource::NonResource> nonresource_;
  std::optional<testapi::TestApi> test_api_;
  std::atomic<bool> stopping_{false};
  LongRunningRequests long_running_;
  std::optional<InFlightLimits> in_flight_;
  boost::asio::thread_pool waiting_room_{kWaitingRoomThreads};
  std::shared_ptr<const loopback::OwnUsers> own_users_;
  std::shared_ptr<Chain> chain_;
  std::optional<http::Server> server_;
  std::optional<controllers::InstantControllers> controllers_;
};

}  // namespace
}  // namespace kaudit::apiserver

int main(int argc, char** argv) {
  using kaudit::apiserver::App;
  // stdout may be the audit log: the server's own log goes to stderr.
  kaudit::log_to_stderr("kaudit-apiserver");
  kaudit::backends::ignore_write_signals();
  kaudit::apiserver::program::take_signals();
  try {
    return static_cast<int>(App().run({argv + 1, argv + argc}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
