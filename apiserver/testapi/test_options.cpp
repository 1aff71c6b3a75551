#include "apiserver/testapi/test_options.hpp"

#include <utility>

#include "base/files/read_file.hpp"
#include "base/text/trim.hpp"
#include "base/yaml/to_json.hpp"
#include "base/yaml/yaml_reader.hpp"

namespace kaudit::apiserver::testapi {
namespace {

using objects::Json;

/// One fault, or a list of them.
Result<std::vector<Fault>> faults_of(std::string_view text) {
  const auto json = Json::parse(text);
  if (!json) return tl::unexpected(json.error());
  const Json::Array one{*json};
  std::vector<Fault> faults;
  for (const Json& each : json->array() != nullptr ? *json->array() : one) {
    auto fault = read_fault(each);
    if (!fault) return tl::unexpected(fault.error());
    faults.push_back(*std::move(fault));
  }
  return faults;
}

}  // namespace

void TestOptions::add_flags(FlagSet& flags) {
  flags.group("Testing");
  flags.add("enable-test-api", &enabled,
            "Serve /kaudit/v1/ to members of system:masters: reset and snapshots, faults on "
            "command, the recorded events, the clock (docs/testing.md). Without an audit policy "
            "every event is kept for it, at level RequestResponse.");
  flags.add("test-api-token-file", &token_file,
            "The bearer token in this `file` opens the test API, too, and nothing else.");
  flags.add_repeated("seed", &seeds,
                     "Make the objects of this `file` or folder (*.yaml, *.yml, *.json) before the "
                     "server is ready, as kubectl apply would: CustomResourceDefinitions first, "
                     "then namespaces, then the rest. Can be given several times.");
  flags.add("instant-controllers", &instant_controllers,
            "Let Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs and Pods become ready or "
            "complete at once, by audited requests of the controllers, the scheduler and the "
            "kubelet of a Node that is there, so that rollout status, wait and helm --wait end.");
  flags.add_repeated("fault", &faults,
                     "A `fault` that is there from the start and after each reset: its JSON, or a "
                     "file with one or a list of them (JSON or YAML). Needs --enable-test-api. Can "
                     "be given several times.");
}

std::vector<Error> TestOptions::validate() const {
  std::vector<Error> errors;
  if (enabled) return errors;
  if (!token_file.empty()) {
    errors.push_back({"--test-api-token-file needs --enable-test-api: give both, or none"});
  }
  if (!faults.empty()) errors.push_back({"--fault needs --enable-test-api: give both, or none"});
  return errors;
}

Result<std::string> TestOptions::read_token() const {
  if (token_file.empty()) return std::string();
  const auto text = read_file(token_file);
  if (!text) return fail("--test-api-token-file: " + text.error().message);
  const std::string_view token = trim_space(*text);
  if (token.empty() || token.find_first_of(" \t\r\n") != std::string_view::npos) {
    return fail("--test-api-token-file " + token_file +
                " must hold one token and nothing else, without spaces in it");
  }
  return std::string(token);
}

std::vector<Fault> TestOptions::read_faults(std::vector<Error>& errors) const {
  std::vector<Fault> all;
  for (const std::string& given : faults) {
    const bool inline_json = trim_space(given).starts_with('{');
    std::string place = "--fault";
    std::string text = given;
    if (!inline_json) {
      place += " " + given;
      const auto file = read_file(given);
      if (!file) {
        errors.push_back({"--fault: " + file.error().message +
                          " (what does not begin with { is the name of a file)"});
        continue;
      }
      const auto json = yaml::yaml_to_json(*file);
      if (!json) {
        errors.push_back({place + ": " + json.error().message});
        continue;
      }
      text = *json;
    }
    auto read = faults_of(text);
    if (!read) {
      errors.push_back({place + ": " + read.error().message});
      continue;
    }
    for (Fault& fault : *read) all.push_back(std::move(fault));
  }
  return all;
}

}  // namespace kaudit::apiserver::testapi
