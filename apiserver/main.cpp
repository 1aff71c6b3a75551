// kaudit-apiserver: start-up as a list of steps, then waiting, then the way down. Together with
// cli/main.cpp the only place that sees every module.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
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
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "apiserver/admission/admission_chain.hpp"
#include "apiserver/admission/admission_options.hpp"
#include "apiserver/advertised_address.hpp"
#include "apiserver/api/access/role_feed.hpp"
#include "apiserver/api/api.hpp"
#include "apiserver/api/cluster/cluster_flags.hpp"
#include "apiserver/api/custom/definition_feed.hpp"
#include "apiserver/authz/authorizer.hpp"
#include "apiserver/authz/impersonator.hpp"
#include "apiserver/authz/rbac/rbac_authorizer.hpp"
#include "apiserver/chain.hpp"
#include "apiserver/controllers/component_objects.hpp"
#include "apiserver/controllers/instant_controllers.hpp"
#include "apiserver/conversion/webhook_converter.hpp"
#include "apiserver/feature_gates.hpp"
#include "apiserver/http/server.hpp"
#include "apiserver/identity/authenticator.hpp"
#include "apiserver/identity/service_account_options.hpp"
#include "apiserver/known_flags.hpp"
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
#include "apiserver/reviews/access_reviews.hpp"
#include "apiserver/reviews/identity_reviews.hpp"
#include "apiserver/reviews/stored_objects.hpp"
#include "apiserver/reviews/virtual_resource.hpp"
#include "apiserver/server_options.hpp"
#include "apiserver/store/memory_store.hpp"
#include "apiserver/store/observer_list.hpp"
#include "apiserver/testapi/everything.hpp"
#include "apiserver/testapi/seed.hpp"
#include "apiserver/testapi/test_api.hpp"
#include "apiserver/testapi/test_options.hpp"
#include "apiserver/webhooks/webhook_caller.hpp"
#include "audit/counters.hpp"
#include "audit/report.hpp"
#include "backends/account.hpp"
#include "backends/audit_options.hpp"
#include "backends/metrics.hpp"
#include "backends/pipeline.hpp"
#include "backends/write_signals.hpp"
#include "base/files/temporary_folder.hpp"
#include "base/flags/flags.hpp"
#include "base/text/ip_address.hpp"
#include "base/text/quote.hpp"
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
        ending_signals(), [](std::string_view why) { spdlog::error("{}", why); },
        static_cast<int>(Exit::StartFailed));
    watch_harness();
    read_policy();
    read_test_files();
    make_certificates();
    make_store();
    make_gatekeepers();
    make_api();
    // The log file is opened last, so that a start that is refused leaves no trace.
    if (errors_.empty()) build_pipeline();
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
  std::optional<Exit> read_flags(const std::vector<std::string>& arguments) {
    FlagSet flags;
    options_.add_flags(flags);
    cluster_.add_flags(flags);
    service_accounts_.add_flags(flags);
    admission_.add_flags(flags);
    feature_gates_.add_flags(flags);
    audit_options_.add_flags(flags);
    test_options_.add_flags(flags);
    KnownFlags known_flags;
    known_flags.add_flags(flags);
    errors_ = flags.parse(arguments);
    if (flags.help_asked()) {
      return say(flags.help("kaudit-apiserver").append(annotations_help()));
    }
    if (options_.version && errors_.empty()) {
      return say("Kubernetes " + std::string(nonresource::kubernetes_version()) + "\n");
    }
    if (options_.print_flags && errors_.empty()) return say(flags_page(flags));
    if (!flags.not_flags().empty()) errors_.push_back({no_arguments(flags.not_flags())});
    // A flag that could not be read leaves its default behind: judging that would only confuse.
    if (!errors_.empty()) return refuse();
    for (const auto& warning : flags.warnings()) spdlog::warn("{}", warning);
    for (const auto& note : known_flags.notes(flags)) spdlog::info("{}", note);
    errors_ = known_flags.errors();
    add_errors(options_.validate());
    add_errors(cluster_.validate());
    add_errors(service_accounts_.validate());
    add_errors(admission_.validate());
    for (const auto& plugin : admission_.plugins().without_effect()) {
      spdlog::info("--enable-admission-plugins: {} is known and has no effect here", plugin);
    }
    add_errors(feature_gates_.validate());
    for (const auto& gate : feature_gates_.without_effect()) {
      spdlog::info("--feature-gates: {} is known and has no effect here", gate);
    }
    add_errors(audit_options_.validate());
    add_errors(test_options_.validate());
    // One that an earlier run left would say that this one is ready.
    if (errors_.empty()) ready_.withdraw();
    return std::nullopt;
  }

  /// As kube-apiserver says it; what stands behind a flag with one dash ends here, too.
  static std::string no_arguments(const std::vector<std::string>& given) {
    std::string text = "\"kaudit-apiserver\" does not take any arguments, got [";
    for (const std::string& argument : given) {
      text += (text.back() == '[' ? "" : " ") + go_quoted(argument);
    }
    return text + "]";
  }

  /// What was asked for, on standard output.
  static Exit say(const std::string& text) {
    if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return Exit::Clean;
    std::perror("cannot write to standard output");
    return Exit::StartFailed;
  }

  void watch_harness() {
    harness_.emplace(
        options_.exit_with_parent ? HarnessWatch::Parent::Watched : HarnessWatch::Parent::Ignored,
        options_.exit_on_stdin_eof ? HarnessWatch::StandardInput::Watched
                                   : HarnessWatch::StandardInput::Ignored,
        [](std::string_view what) {
          spdlog::info("Stopping, because {}", what);
          ::kill(::getpid(), SIGTERM);
        });
  }

  void read_policy() {
    if (audit_options_.policy_file.empty()) return;
    auto loaded = policy::load_policy_file(audit_options_.policy_file);
    if (!loaded) {
      errors_.push_back(loaded.error());
      return;
    }
    for (const auto& warning : loaded->warnings) spdlog::warn("{}", warning);
    policy_ = policy::compile(loaded->policy);
  }

  void read_test_files() {
    if (auto token = test_options_.read_token()) {
      test_token_ = *std::move(token);
    } else {
      errors_.push_back(token.error());
    }
    faults_ = test_options_.read_faults(errors_);
  }

  void make_certificates() {
    if (options_.cert_dir.empty()) {
      TemporaryFolder::remove_abandoned();
      auto folder = TemporaryFolder::make();
      if (!folder) {
        errors_.push_back(folder.error());
        return;
      }
      private_folder_ = *std::move(folder);
    }
    auto certificates =
        pki::load_or_make_certificates(cert_folder(), options_.bind_address,
                                       {options_.tls_cert_file, options_.tls_private_key_file});
    if (certificates) {
      certificates_ = *std::move(certificates);
      for (const auto& warning : certificates_.warnings) spdlog::warn("{}", warning);
    } else {
      errors_.push_back(certificates.error());
    }
  }

  std::filesystem::path cert_folder() const {
    return private_folder_ ? private_folder_->path() : std::filesystem::path(options_.cert_dir);
  }

  void make_gatekeepers() {
    options_.authorization.apply_to(options_.authentication);
    if (auto authorizer = authz::make_authorizer(
            options_.authorization.modes, std::make_shared<authz::rbac::RbacAuthorizer>(roles_))) {
      authorizer_ = *authorizer;
    } else {
      errors_.push_back(authorizer.error());
    }
    if (certificates_.ca.empty()) return;
    if (auto accounts = service_accounts_.make_tokens(
            cert_folder(), std::make_shared<const reviews::StoredObjects>(store_))) {
      accounts_ = *std::move(accounts);
    } else {
      errors_.push_back(accounts.error());
      return;
    }
    if (auto authenticators = identity::make_authenticator(options_.authentication,
                                                           certificates_.client_ca, accounts_)) {
      authenticators_ = *std::move(authenticators);
    } else {
      add_errors(authenticators.error());
    }
  }

  void build_pipeline() {
    auto pipeline = backends::build_pipeline(audit_options_, counters_);
    if (!pipeline) {
      errors_.push_back(pipeline.error());
      return;
    }
    pipeline_ = *std::move(pipeline);
    if (pipeline_) {
      spdlog::info("Using audit backend: {}", pipeline_->describe());
    } else if (!audit_options_.policy_file.empty()) {
      spdlog::info(
          "An audit policy is given, but no backend: nothing is recorded. Give --audit-log-path, "
          "say");
    }
  }

  void make_store() {
    addresses_ = std::make_shared<api::ServiceAddresses>(cluster_.ranges());
    store::MemoryStoreOptions store_options;
    // Above every version of an earlier run (microseconds of Unix time pass faster than writes), so
    // that a client that comes back with an old one is sent to list anew. Below 2^53 until 2255, so
    // that JavaScript and jq keep it whole.
    store_options.start_version =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                       std::chrono::system_clock::now().time_since_epoch())
                                       .count());
    store_options.observer =
        std::make_shared<store::ObserverList>(std::vector<std::shared_ptr<store::Observer>>{
            std::make_shared<api::RoleFeed>(roles_),
            std::make_shared<api::DefinitionFeed>(definitions_), admission_feed_, addresses_});
    store_ = std::make_shared<store::MemoryStore>(store_options);
  }

  void make_api() {
    std::vector<testapi::SeedObject> seeds;
    testapi::read_seeds(test_options_.seeds, seeds, errors_);
    if (!errors_.empty()) return;
    api::ApiOptions api_options{
        .store = store_,
        .sleep_annotation = options_.enable_debug_endpoints ? api::SleepAnnotation::Heeded
                                                            : api::SleepAnnotation::Ignored,
        .namespace_check =
            options_.disable_namespace_check ||
                    !admission_.plugins().is_on(api::AdmissionPlugin::NamespaceLifecycle)
                ? api::NamespaceCheck::Off
                : api::NamespaceCheck::On};
    api_options.plugins = admission_.plugins();
    api_options.tolerations = admission_.tolerations();
    webhook_caller_ = std::make_shared<webhooks::WebhookCaller>(admission_.services(),
                                                                "kube-apiserver-admission");
    api_options.admission = std::make_shared<const admission::AdmissionChain>(
        admission_.plugins(), admission_feed_, webhook_caller_);
    api_options.converter = std::make_shared<const conversion::WebhookConverter>(webhook_caller_);
    if (options_.max_pod_grace_period.count() >= 0) {
      api_options.max_pod_grace =
          std::chrono::ceil<std::chrono::seconds>(options_.max_pod_grace_period);
    }
    auto virtual_resources = reviews::identity_reviews({.accounts = accounts_,
                                                        .lifetimes = service_accounts_.lifetimes(),
                                                        .tokens = authenticators_.tokens});
    std::ranges::move(reviews::access_reviews(authorizer_), std::back_inserter(virtual_resources));
    api_options.virtual_resources = std::make_shared<const reviews::VirtualResourceTable>(
        std::move(virtual_resources), accounts_);
    api_options.authorizer = authorizer_;
    api_options.connect_check =
        feature_gates_.connects_need_create() ? api::ConnectCheck::Create : api::ConnectCheck::Verb;
    api_options.roles = roles_;
    api_options.definitions = definitions_;
    api_options.owners = std::make_shared<api::OwnerIndex>(definitions_);
    api_options.cluster = {cluster_.furnishing(admission_.plugins()), certificates_.ca};
    api_options.addresses = addresses_;
    api_.emplace(std::move(api_options));
    api_->bootstrap();
    if (test_options_.instant_controllers) controllers::make_component_objects(*api_);
    add_errors(testapi::plant(*api_, std::move(seeds)));
  }

  /// Beside the backends, whose word on an event counts.
  void make_test_api(Services& services) {
    if (!test_options_.enabled) return;
    testapi::TestApi::Options options;
    options.token = test_token_;
    options.faults = std::move(faults_);
    options.store = store_;
    options.api = &*api_;
    options.sink = services.sink;
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
                                        .debug_endpoints = options_.enable_debug_endpoints,
                                        .server_address = [this] { return address(); },
                                        .accounts = accounts_,
                                        .definitions = definitions_});
    Services services;
    if (pipeline_) {
      services.policy = policy_;
      services.sink = pipeline_.get();
    }
    make_test_api(services);
    services.counters = &counters_;
    services.authenticator = authenticators_.requests;
    if (test_options_.instant_controllers) {
      own_users_ = std::make_shared<const loopback::OwnUsers>(authenticators_.requests);
      services.authenticator = own_users_;
    }
    services.authorizer = authorizer_;
    services.impersonator = std::make_shared<const authz::Impersonator>(
        authorizer_, feature_gates_.constrained_impersonation());
    services.request_timeout = options_.request_timeout;
    services.long_running = &long_running_;
    in_flight_.emplace(static_cast<std::size_t>(options_.max_requests_inflight),
                       static_cast<std::size_t>(options_.max_mutating_requests_inflight));
    services.in_flight = &*in_flight_;
    services.waiting_room = &waiting_room_;
    http::ServerOptions server_options;
    server_options.bind_address = options_.bind_address;
    server_options.port = static_cast<std::uint16_t>(options_.secure_port);
    server_options.certificate_pem = certificates_.apiserver.certificate;
    server_options.private_key_pem = certificates_.apiserver.key;
    chain_ = std::make_shared<Chain>(std::move(services), Routes{&*api_, &*nonresource_});
    server_.emplace(std::move(server_options), chain_);
    make_controllers();
  }

  void make_controllers() {
    if (!own_users_) return;
    controllers::InstantControllers::Options options;
    options.store = store_;
    options.chain = &*chain_;
    options.users = own_users_;
    options.version = nonresource::kubernetes_version();
    if (test_api_) options.gate = [this] { return test_api_->states().pass(); };
    controllers_.emplace(std::move(options));
  }

  /// Backends first, so that the first request finds them; the kubeconfig last, because its
  /// appearance says that the server is ready and at which port.
  Result<void> start() {
    if (pipeline_) {
      if (auto started = pipeline_->start(); !started) return started;
    }
    if (auto started = server_->start(); !started) return started;
    api_->publish(options_.advertise_address.empty() ? advertised_address(options_.bind_address)
                                                     : options_.advertise_address,
                  server_->port());
    // What a reset goes back to is a cluster at rest.
    if (controllers_) controllers_->start();
    if (test_api_) test_api_->ready();
    spdlog::info("Serving securely on https://{}", address());
    const std::string url = "https://" + address();
    return ready_.give(
        {.url = url,
         .kubeconfig = pki::admin_kubeconfig(url, certificates_.ca, certificates_.admin),
         .folder = cert_folder()});
  }

  void wait_for_signal() {
    for (;;) {
      int signal = 0;
      sigwait(&signals(), &signal);
      if (signal != SIGHUP) return;
      // A log that waits for a reader cannot be opened anew yet: not on this thread, then.
      boost::asio::post(waiting_room_, [this] { reopen_backends(); });
    }
  }

  void reopen_backends() {
    if (!pipeline_) return;
    if (const auto reopened = pipeline_->reopen(); !reopened) {
      spdlog::error("{}", reopened.error().message);
    } else {
      spdlog::info("SIGHUP: {} has been opened anew", pipeline_->describe());
    }
  }

  /// Serves on for a while, lets requests finish, and only then drains the backends.
  Exit stop() {
    // Its signal would be a second one, which ends the process at once.
    harness_.reset();
    stopping_ = true;
    const std::uint64_t lost_before = lost_events();
    StopGuard guard(signals(),
                    {.give_up =
                         [this] {
                           if (pipeline_) pipeline_->give_up();
                         },
                     .last_words = [this](std::string_view why) { tell_accounts(why); }},
                    static_cast<int>(Exit::EventsLost));
    if (options_.shutdown_delay.count() > 0) {
      spdlog::info("Serving on for --shutdown-delay-duration");
      std::this_thread::sleep_for(options_.shutdown_delay);
    }
    spdlog::info("Stopping");
    // Watches before the server, which would wait for them in vain; the server before the waiting
    // room, where its last requests deliver; backends when nothing can make an event any more.
    long_running_.stop();
    const auto grace = std::min(kGrace, options_.request_timeout);
    // Requests may themselves wait for a backend: what is to be given up is then given up here.
    guard.draining(grace + std::min<std::chrono::nanoseconds>(audit_options_.drain_timeout,
                                                              std::chrono::hours(24)));
    if (controllers_) controllers_->stop();
    server_->stop(std::chrono::ceil<std::chrono::milliseconds>(grace));
    webhook_caller_->give_up();
    guard.draining(audit_options_.drain_timeout);
    waiting_room_.join();
    if (pipeline_) pipeline_->shutdown();
    ready_.withdraw();
    tell_accounts("Stopped");
    return lost_events() == lost_before ? Exit::Clean : Exit::EventsLost;
  }

  std::vector<audit::Report> reports() const {
    if (!pipeline_) return {};
    return audit::reports_of(*pipeline_);
  }

  std::vector<prometheus::MetricFamily> metrics() const {
    auto families = backends::metrics_of(reports());
    prometheus::MetricFamily& accepts = families.emplace_back();
    accepts.name = "http_accept_failures_total";
    accepts.help =
        "Attempts to accept a connection that failed, for want of descriptors or memory.";
    accepts.type = prometheus::MetricType::Counter;
    accepts.metric.emplace_back().counter.value = static_cast<double>(server_->accept_failures());
    std::ranges::move(webhook_caller_->metrics().collect(), std::back_inserter(families));
    return families;
  }

  std::uint64_t lost_events() const {
    std::uint64_t lost = 0;
    for (const audit::Report& report : reports()) lost += report.lost_events();
    return lost;
  }

  void tell_accounts(std::string_view why) const {
    if (!pipeline_) return;
    for (const auto& account : backends::accounts_of(*pipeline_, counters_)) {
      const bool fine = account.lost == 0 && account.pending == 0;
      spdlog::log(fine ? spdlog::level::info : spdlog::level::warn,
                  "{}: audit backend {} has delivered {} events, lost {}, and holds {}", why,
                  account.backend, account.delivered, account.lost, account.pending);
    }
  }

  std::string address() const {
    return bracketed(options_.bind_address) + ":" + std::to_string(server_->port());
  }

  void add_errors(const std::vector<Error>& errors) {
    errors_.insert(errors_.end(), errors.begin(), errors.end());
  }

  Exit refuse() const {
    for (const auto& error : errors_) std::fprintf(stderr, "%s\n", error.message.c_str());
    return Exit::Refused;
  }

 public:
  /// Blocks, for every thread that comes later, the signals that wait_for_signal() takes.
  static void take_signals() { pthread_sigmask(SIG_BLOCK, &signals(), nullptr); }

 private:
  static const sigset_t& signals() {
    static const sigset_t kSignals = set_of({SIGTERM, SIGINT, SIGHUP});
    return kSignals;
  }
  static const sigset_t& ending_signals() {
    static const sigset_t kSignals = set_of({SIGTERM, SIGINT});
    return kSignals;
  }
  static sigset_t set_of(std::initializer_list<int> signals) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : signals) sigaddset(&set, signal);
    return set;
  }

  // In the order in which they are needed; they end in the opposite one.
  Options options_;
  api::ClusterFlags cluster_;
  const ReadySignal ready_{options_};
  identity::ServiceAccountOptions service_accounts_;
  admission::AdmissionOptions admission_;
  FeatureGates feature_gates_;
  backends::AuditOptions audit_options_;
  testapi::TestOptions test_options_;
  std::string test_token_;
  std::vector<testapi::Fault> faults_;
  std::vector<Error> errors_;
  audit::Counters counters_;
  std::shared_ptr<const audit::Evaluator> policy_;
  std::optional<HarnessWatch> harness_;
  std::optional<TemporaryFolder> private_folder_;
  pki::Certificates certificates_;
  std::shared_ptr<const identity::ServiceAccountTokens> accounts_;
  identity::Authenticators authenticators_;
  std::shared_ptr<admission::AdmissionFeed> admission_feed_ =
      std::make_shared<admission::AdmissionFeed>();
  std::shared_ptr<webhooks::WebhookCaller> webhook_caller_;
  std::shared_ptr<authz::rbac::Index> roles_ = std::make_shared<authz::rbac::Index>();
  std::shared_ptr<const authz::Authorizer> authorizer_;
  std::unique_ptr<audit::Backend> pipeline_;  ///< null: nothing is recorded
  std::shared_ptr<custom::Registry> definitions_ = std::make_shared<custom::Registry>();
  std::shared_ptr<api::ServiceAddresses> addresses_;
  std::shared_ptr<store::MemoryStore> store_;
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
  spdlog::set_default_logger(spdlog::stderr_logger_mt("kaudit-apiserver"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%f%z %^%l%$ %v");
  kaudit::backends::ignore_write_signals();
  App::take_signals();
  try {
    return static_cast<int>(App().run({argv + 1, argv + argc}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
