// Turns the server's table of kinds into the names that lints know, at build time:
//   generate_names kinds.json OUTPUT
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/files/generate_table.hpp"

namespace {

using Json = nlohmann::json;

std::string literal(const std::string& text) { return '"' + text + '"'; }

/// The members of a list separated by blanks, as one literal.
std::string words(const Json& line, const char* member) {
  std::string text;
  for (const Json& value : line.value(member, Json::array())) {
    if (!text.empty()) text += ' ';
    text += value.is_object() ? value.at("name").get<std::string>() : value.get<std::string>();
  }
  return literal(text);
}

/// One row for each resource: a policy does not know versions.
std::string table_of(const Json& kinds) {
  std::set<std::pair<std::string, std::string>> seen;
  std::string rows;
  for (const Json& line : kinds) {
    const std::string group = line.at("group");
    const std::string resource = line.at("resource");
    if (!seen.emplace(group, resource).second) continue;
    rows += "  {" + literal(group) + ", " + literal(resource) + ", " + literal(line.at("kind")) +
            ", " + literal(line.at("singular")) + ", " + words(line, "shortNames") + ", " +
            words(line, "subresources") + ", " +
            (line.at("namespaced").get<bool>() ? "Scope::Namespaced" : "Scope::Cluster") + "},\n";
  }
  return "constexpr BuiltinResource kServed[] = {\n" + rows + "};\n";
}

}  // namespace

int main(int argc, char** argv) {
  return kaudit::generate_table<Json>(
      argc, argv, 1, [](const std::vector<Json>& inputs) { return table_of(inputs[0]); });
}
