#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apiserver/admission/admission_options.hpp"
#include "apiserver/api/cluster/cluster_flags.hpp"
#include "apiserver/explorer/explorer_options.hpp"
#include "apiserver/feature_gates.hpp"
#include "apiserver/identity/service_account_options.hpp"
#include "apiserver/server_options.hpp"
#include "apiserver/testapi/test_options.hpp"
#include "backends/audit_options.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::program {

/// What a command line came to.
struct CommandLine {
  /// What was asked for instead of a server (--help, --version, --print-flags), for standard
  /// output.
  std::optional<std::string> text;
  /// False: some flag could not be read and has left its default behind, so that judging the values
  /// would only confuse.
  bool readable = true;
};

/// Everything that a command line tells the server, each module's flags in a struct of its own. For
/// one thread.
struct ProgramOptions {
  Options server;
  api::ClusterFlags cluster;
  identity::ServiceAccountOptions service_accounts;
  admission::AdmissionOptions admission;
  FeatureGates feature_gates;
  backends::AuditOptions audit;
  testapi::TestOptions tests;
  explorer::ExplorerOptions explorer;

  /// Reads the command line (without the program's name), and logs what of it has no effect. All
  /// that is wrong with it goes to `errors`.
  CommandLine read(const std::vector<std::string>& arguments, std::vector<Error>& errors);

 private:
  void make_webhook_known(std::vector<Error>& errors);
};

}  // namespace kaudit::apiserver::program
