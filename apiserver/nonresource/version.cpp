#include "apiserver/nonresource/version.hpp"

namespace kaudit::apiserver::nonresource {

std::string_view kubernetes_version() noexcept { return "v1.37.2+kaudit"; }

std::string version_document() {
  // Clients compare major and minor with their own and parse gitVersion; the build's details are
  // for people.
  return std::string(R"({
  "major": "1",
  "minor": "37",
  "emulationMajor": "1",
  "emulationMinor": "37",
  "minCompatibilityMajor": "1",
  "minCompatibilityMinor": "36",
  "gitVersion": ")") +
         std::string(kubernetes_version()) + R"(",
  "gitCommit": "",
  "gitTreeState": "",
  "buildDate": "1970-01-01T00:00:00Z",
  "goVersion": "",
  "compiler": "g++",
  "platform": "linux/amd64"
})";
}

}  // namespace kaudit::apiserver::nonresource
