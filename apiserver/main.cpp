// kaudit-apiserver: start-up as a list of steps, then waiting, then the way down. Together with
// cli/main.cpp the only place that sees every module.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "apiserver/api/api.hpp"
#include "apiserver/controllers/component_objects.hpp"
#include "apiserver/lifecycle/harness_watch.hpp"
#include "apiserver/lifecycle/ready_signal.hpp"
#include "apiserver/lifecycle/start_guard.hpp"
#include "apiserver/lifecycle/stop_guard.hpp"
#include "apiserver/pki/admin_kubeconfig.hpp"
#include "apiserver/program/audit_trail.hpp"
#include "apiserver/program/cert_folder.hpp"
#include "apiserver/program/gatekeepers.hpp"
#include "apiserver/program/lent_receiver.hpp"
#include "apiserver/program/observation.hpp"
#include "apiserver/program/program_options.hpp"
#include "apiserver/program/serving.hpp"
#include "apiserver/program/signals.hpp"
#include "apiserver/program/storage.hpp"
#include "apiserver/testapi/seeds/seed.hpp"
#include "apiserver/testapi/test_api.hpp"
#include "audit/counters.hpp"
#include "backends/write_signals.hpp"
#include "base/logging.hpp"
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
    certs_.fill(options_.server, errors_);
    storage_ = program::make_storage(options_);
    keepers_ = program::make_gatekeepers(options_, storage_.roles, storage_.store, certs_.path(),
                                         certs_.certificates().ca, errors_);
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
      test_options_.token = *std::move(token);
    } else {
      errors_.push_back(token.error());
    }
    test_options_.faults = options_.tests.read_faults(errors_);
  }

  void make_api() {
    std::vector<testapi::SeedObject> seeds;
    testapi::read_seeds(options_.tests.seeds, seeds, errors_);
    if (!errors_.empty()) return;
    api_.emplace(program::api_options(options_, storage_, keepers_, certs_.certificates().ca));
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

  void assemble() {
    serving_.emplace(program::Serving::Parts{.options = options_,
                                             .storage = storage_,
                                             .keepers = keepers_,
                                             .certificates = certs_.certificates(),
                                             .api = *api_,
                                             .counters = counters_,
                                             .trail = trail_,
                                             .observation = observation_.get(),
                                             .policy = policy_,
                                             .tests = std::move(test_options_)});
  }

  /// Backends first, so that the first request finds them; the kubeconfig last, because its
  /// appearance says that the server is ready and at which port.
  Result<void> start() {
    if (auto started = trail_.start(); !started) return started;
    if (auto started = serving_->start(); !started) return started;
    const std::string url = "https://" + serving_->address();
    log_info("Serving securely on {}", url);
    if (auto started = start_observation(url); !started) return started;
    return ready_.give({.url = url,
                        .kubeconfig = pki::admin_kubeconfig(url, certs_.certificates().ca,
                                                            certs_.certificates().admin),
                        .folder = certs_.path()});
  }

  Result<void> start_observation(const std::string& url) {
    if (!observation_) return {};
    program::Observation::Server server;
    server.chain = &serving_->chain();
    server.url = url;
    server.kubeconfig = options_.server.write_kubeconfig;
    server.cert_folder = certs_.path().string();
    server.pipeline = trail_.describe();
    server.reports = [this] { return trail_.reports(); };
    server.receiver = receiver_ ? &receiver_->receiver() : nullptr;
    return observation_->start(server);
  }

  void wait_for_signal() {
    program::wait_for_end([this] {
      // A log that waits for a reader cannot be opened anew yet: not on this thread, then.
      boost::asio::post(serving_->waiting_room(), [this] { trail_.reopen(); });
    });
  }

  /// Serves on for a while, lets requests finish, and only then drains the backends.
  Exit stop() {
    // Its signal would be a second one, which ends the process at once.
    harness_.reset();
    serving_->announce_end();
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
    serving_->end_long_running();
    const auto grace = std::min(kGrace, options_.server.request_timeout);
    // Requests may themselves wait for a backend: what is to be given up is then given up here.
    guard.draining(grace + std::min<std::chrono::nanoseconds>(options_.audit.drain_timeout,
                                                              std::chrono::hours(24)));
    serving_->stop_controllers();
    if (observation_) observation_->stop_serving();
    // Nobody could tell it any more to take what the backends still hold.
    if (receiver_) receiver_->receiver().release();
    serving_->stop(std::chrono::ceil<std::chrono::milliseconds>(grace));
    storage_.webhook_caller->give_up();
    guard.draining(options_.audit.drain_timeout);
    serving_->join_waiting_room();
    trail_.shutdown();
    if (observation_) observation_->finish();
    ready_.withdraw();
    trail_.say_accounts("Stopped");
    return trail_.lost() == lost_before ? Exit::Clean : Exit::EventsLost;
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
  testapi::TestApi::Options test_options_;
  std::vector<Error> errors_;
  audit::Counters counters_;
  std::shared_ptr<const audit::Evaluator> policy_;
  std::optional<HarnessWatch> harness_;
  program::CertFolder certs_;
  program::Storage storage_;
  program::Gatekeepers keepers_;
  std::unique_ptr<program::LentReceiver> receiver_;
  std::unique_ptr<program::Observation> observation_;
  program::AuditTrail trail_{counters_};
  std::optional<api::Api> api_;
  std::optional<program::Serving> serving_;
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
