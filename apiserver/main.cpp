// kaudit-apiserver: start-up as a list of steps, then waiting, then the way down. Together with
// cli/main.cpp the only place that sees every module.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <prometheus/metric_family.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "apiserver/api/api.hpp"
#include "apiserver/authz/authorizer.hpp"
#include "apiserver/chain.hpp"
#include "apiserver/http/server.hpp"
#include "apiserver/identity/authenticator.hpp"
#include "apiserver/long_running_requests.hpp"
#include "apiserver/nonresource/nonresource.hpp"
#include "apiserver/nonresource/version.hpp"
#include "apiserver/pki/admin_kubeconfig.hpp"
#include "apiserver/pki/serving_certificates.hpp"
#include "apiserver/server_options.hpp"
#include "apiserver/start_guard.hpp"
#include "apiserver/stop_guard.hpp"
#include "apiserver/store/memory_store.hpp"
#include "audit/counters.hpp"
#include "audit/report.hpp"
#include "backends/account.hpp"
#include "backends/audit_options.hpp"
#include "backends/metrics.hpp"
#include "backends/pipeline.hpp"
#include "backends/write_signals.hpp"
#include "base/files/atomic_file.hpp"
#include "base/flags/flags.hpp"
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

constexpr std::chrono::nanoseconds kGrace =
    std::chrono::seconds(10);                   // for requests under way when the server stops
constexpr std::size_t kWaitingRoomThreads = 8;  // for sinks that wait for the outside

std::string bracketed(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

class App {
 public:
  Exit run(const std::vector<std::string>& arguments) {
    if (const auto done = read_flags(arguments)) return *done;
    StartGuard guard(
        ending_signals(), [](std::string_view why) { spdlog::error("{}", why); },
        static_cast<int>(Exit::StartFailed));
    read_policy();
    make_certificates();
    make_gatekeepers();
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
    audit_options_.add_flags(flags);
    errors_ = flags.parse(arguments);
    if (flags.help_asked()) {
      return say(flags.help("kaudit-apiserver").append(annotations_help()));
    }
    if (options_.version && errors_.empty()) {
      return say("Kubernetes " + std::string(nonresource::kubernetes_version()) + "\n");
    }
    if (!flags.not_flags().empty()) errors_.push_back({no_arguments(flags.not_flags())});
    // A flag that could not be read leaves its default behind: judging that would only confuse.
    if (!errors_.empty()) return refuse();
    for (const auto& warning : flags.warnings()) spdlog::warn("{}", warning);
    errors_ = options_.validate();
    add_errors(audit_options_.validate());
    // One that an earlier run left would say that this one is ready.
    if (errors_.empty()) remove_kubeconfig();
    return std::nullopt;
  }

  void remove_kubeconfig() const {
    if (options_.write_kubeconfig.empty()) return;
    std::error_code ignored;  // what cannot be removed cannot be replaced either: start() says so
    if (std::filesystem::is_regular_file(options_.write_kubeconfig, ignored)) {
      std::filesystem::remove(options_.write_kubeconfig, ignored);
    }
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

  void make_certificates() {
    if (options_.cert_dir.empty()) {
      auto folder = TemporaryFolder::make();
      if (!folder) {
        errors_.push_back(folder.error());
        return;
      }
      private_folder_ = *std::move(folder);
    }
    const std::filesystem::path folder =
        private_folder_ ? private_folder_->path() : std::filesystem::path(options_.cert_dir);
    auto certificates = pki::load_or_make_certificates(folder, options_.bind_address);
    if (certificates) {
      certificates_ = *std::move(certificates);
    } else {
      errors_.push_back(certificates.error());
    }
  }

  void make_gatekeepers() {
    if (auto authorizer = authz::make_authorizer(options_.authorization_modes)) {
      authorizer_ = *authorizer;
    } else {
      errors_.push_back(authorizer.error());
    }
    if (certificates_.ca.empty()) return;
    if (auto authenticator =
            identity::make_authenticator(options_.authentication, certificates_.ca)) {
      authenticator_ = *authenticator;
    } else {
      add_errors(authenticator.error());
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

  void assemble() {
    store::MemoryStoreOptions store_options;
    // Above every version of an earlier run (microseconds of Unix time pass faster than writes), so
    // that a client that comes back with an old one is sent to list anew. Below 2^53 until 2255, so
    // that JavaScript and jq keep it whole.
    store_options.start_version =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                       std::chrono::system_clock::now().time_since_epoch())
                                       .count());
    store_ = std::make_shared<store::MemoryStore>(store_options);
    api::ApiOptions api_options{
        .store = store_,
        .sleep_annotation = options_.enable_debug_endpoints ? api::SleepAnnotation::Heeded
                                                            : api::SleepAnnotation::Ignored,
        .namespace_check =
            options_.disable_namespace_check ? api::NamespaceCheck::Off : api::NamespaceCheck::On,
        .authorizer = authorizer_};
    if (options_.max_pod_grace_period.count() >= 0) {
      api_options.max_pod_grace =
          std::chrono::ceil<std::chrono::seconds>(options_.max_pod_grace_period);
    }
    api_.emplace(std::move(api_options));
    api_->bootstrap();
    nonresource_.emplace(
        nonresource::NonResourceOptions{.counters = &counters_,
                                        .backend_metrics = [this] { return metrics(); },
                                        .is_stopping = [this] { return stopping_.load(); },
                                        .debug_endpoints = options_.enable_debug_endpoints,
                                        .server_address = [this] { return address(); }});
    Services services;
    if (pipeline_) {
      services.policy = policy_;
      services.sink = pipeline_.get();
    }
    services.counters = &counters_;
    services.authenticator = authenticator_;
    services.authorizer = authorizer_;
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
    server_.emplace(std::move(server_options),
                    std::make_shared<Chain>(std::move(services), Routes{&*api_, &*nonresource_}));
  }

  Result<void> start() {
    if (pipeline_) {
      if (auto started = pipeline_->start(); !started) return started;
    }
    if (auto started = server_->start(); !started) return started;
    spdlog::info("Serving securely on https://{}", address());
    if (options_.write_kubeconfig.empty()) return {};
    return write_file_atomically(
        options_.write_kubeconfig,
        pki::admin_kubeconfig("https://" + address(), certificates_.ca, certificates_.admin),
        FileMode::Private);
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
    long_running_.stop();
    const auto grace = std::min(kGrace, options_.request_timeout);
    // Requests may themselves wait for a backend: what is to be given up is then given up here.
    guard.draining(grace + std::min<std::chrono::nanoseconds>(audit_options_.drain_timeout,
                                                              std::chrono::hours(24)));
    server_->stop(std::chrono::ceil<std::chrono::milliseconds>(grace));
    guard.draining(audit_options_.drain_timeout);
    waiting_room_.join();
    if (pipeline_) pipeline_->shutdown();
    remove_kubeconfig();
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
  backends::AuditOptions audit_options_;
  std::vector<Error> errors_;
  audit::Counters counters_;
  std::shared_ptr<const audit::Evaluator> policy_;
  std::optional<TemporaryFolder> private_folder_;
  pki::Certificates certificates_;
  std::shared_ptr<const identity::Authenticator> authenticator_;
  std::shared_ptr<const authz::Authorizer> authorizer_;
  std::unique_ptr<audit::Backend> pipeline_;  ///< null: nothing is recorded
  std::shared_ptr<store::MemoryStore> store_;
  std::optional<api::Api> api_;
  std::optional<nonresource::NonResource> nonresource_;
  std::atomic<bool> stopping_{false};
  LongRunningRequests long_running_;
  std::optional<InFlightLimits> in_flight_;
  boost::asio::thread_pool waiting_room_{kWaitingRoomThreads};
  std::optional<http::Server> server_;
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
