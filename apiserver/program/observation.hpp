#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apiserver/explorer/explorer.hpp"
#include "apiserver/explorer/request_recorder.hpp"
#include "apiserver/explorer/trace/trace_printer.hpp"
#include "apiserver/filter.hpp"
#include "apiserver/program/program_options.hpp"
#include "audit/report.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::program {

/// What looks on as requests become events: the trace and the explorer. Without their flags it is
/// not there at all, and the server does without observers. For one thread.
class Observation {
 public:
  /// What it is to know of the server, when that serves.
  struct Server {
    http::Handler* chain = nullptr;
    std::string url;
    std::string kubeconfig;  ///< a path; "" when none is written
    std::string cert_folder;
    std::string pipeline;  ///< "" when there is no backend
    std::function<std::vector<audit::Report>()> reports;
    explorer::BuiltInReceiver* receiver = nullptr;  ///< null: there is none
  };

  /// Null when no flag asks for it. Error: the policy could not be read a second time.
  static Result<std::unique_ptr<Observation>> make(const ProgramOptions& options);
  explicit Observation(const ProgramOptions& options, std::string policy_name,
                       std::string policy_text);
  ~Observation();

  audit::DeliveryObserver* deliveries() noexcept { return &recorder_; }
  /// Puts itself before the sink and in the policy's place, and looks on at the chain. Without a
  /// policy everything is recorded.
  void attach(Services& services);
  /// Error: the explorer cannot listen.
  Result<void> start(const Server& server);
  /// Ends the explorer; what still comes is recorded until finish().
  void stop_serving();
  /// When no event can come any more.
  void finish();

 private:
  const explorer::ExplorerOptions options_;
  std::FILE* const trace_to_;
  const std::shared_ptr<explorer::PolicyInForce> policy_;
  explorer::Recorder recorder_;
  std::optional<explorer::OptionalSink> sink_;
  std::optional<explorer::TracePrinter> printer_;
  std::shared_ptr<const explorer::TrialUsers> users_;
  std::optional<explorer::Explorer> explorer_;
};

}  // namespace kaudit::apiserver::program
