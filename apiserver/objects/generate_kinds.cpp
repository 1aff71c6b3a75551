// Turns kinds.json into C++ at build time, so that a server starts without reading any table:
//   generate_kinds kinds.json OUTPUT
#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/files/generate_table.hpp"

namespace {

using Json = nlohmann::json;

std::string literal(const std::string& text) { return '"' + text + '"'; }

std::string text(const Json& line, const char* member) { return line.value(member, std::string()); }

class Generator {
 public:
  explicit Generator(const Json& kinds) : kinds_(kinds) {}

  std::string run() {
    std::string resources;
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
      try {
        resources += resource(kinds_[i], std::to_string(i));
      } catch (const std::exception& error) {
        throw std::runtime_error("entry " + std::to_string(i) + ": " + error.what());
      }
    }
    return lists_ + "constexpr std::array<Resource, " + std::to_string(kinds_.size()) +
           "> kResources{{\n" + resources + "}};\n" + by_name();
  }

 private:
  // A named array of texts, and the expression that refers to it.
  std::string list(const Json& line, const char* member, const std::string& id) {
    const Json values = line.value(member, Json::array());
    if (values.empty()) return "{}";
    std::string name = "k" + std::string(member) + id;
    lists_ += "constexpr std::string_view " + name + "[] = {";
    for (const Json& value : values) lists_ += literal(value.get<std::string>()) + ", ";
    lists_ += "};\n";
    return name;
  }

  std::string subresources(const Json& line, const std::string& id) {
    const Json values = line.value("subresources", Json::array());
    if (values.empty()) return "{}";
    std::string rows;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Json& value = values[i];
      const bool own = !value.contains("group");
      const Json& typed = own ? line : value;
      rows += "    {" + literal(value.at("name")) + ", " + literal(typed.at("group")) + ", " +
              literal(typed.at("version")) + ", " + literal(value.at("kind")) + ", " +
              list(value, "verbs", id + "_" + std::to_string(i)) + "},\n";
    }
    std::string name = "kSubresources" + id;
    lists_ += "constexpr Subresource " + name + "[] = {\n" + rows + "};\n";
    return name;
  }

  static std::string name_rule(const std::string& rule) {
    if (rule.empty()) return "NameRule::DnsSubdomain";
    if (rule == "label") return "NameRule::DnsLabel";
    if (rule == "label1035") return "NameRule::Dns1035Label";
    if (rule == "pathSegment") return "NameRule::PathSegment";
    throw std::runtime_error("unknown name rule " + rule +
                             ": give label, label1035 or pathSegment, or leave it out");
  }

  std::string resource(const Json& line, const std::string& id) {
    const std::string group = line.at("group");
    const std::string version = line.at("version");
    const std::string name = line.at("resource");
    return "  {" + literal(group) + ", " + literal(version) + ", " + literal(line.at("kind")) +
           ", " + literal(name) + ", " + literal(line.at("singular")) + ", " +
           literal(text(line, "listKind")) + ", " +
           (line.at("namespaced").get<bool>() ? "Scope::Namespaced" : "Scope::Cluster") + ", " +
           name_rule(text(line, "name")) + ", " +
           (line.value("generation", false) ? "Generation::Counted" : "Generation::None") + ", " +
           (line.value("answersDeleted", false) ? "DeleteAnswer::Object" : "DeleteAnswer::Status") +
           ", " + list(line, "shortNames", id) + ", " + list(line, "categories", id) + ", " +
           list(line, "verbs", id) + ", " + subresources(line, id) + ", " +
           literal(group.empty() ? version : group + "/" + version) + ", " +
           literal(group.empty() ? name : name + "." + group) + "},\n";
  }

  // Indices into kResources in the order of (length of the name, name, group, version), for binary
  // search: most names are told apart by their lengths.
  std::string by_name() const {
    std::vector<std::size_t> order(kinds_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const auto key = [&](std::size_t i) {
        const std::string name = text(kinds_[i], "resource");
        return std::tuple(name.size(), name, text(kinds_[i], "group"), text(kinds_[i], "version"));
      };
      return key(a) < key(b);
    });
    if (order.size() > 255) throw std::runtime_error("more than 255 resources: widen kByName");
    std::string out =
        "constexpr std::array<std::uint8_t, " + std::to_string(order.size()) + "> kByName{";
    for (const std::size_t index : order) out += std::to_string(index) + ", ";
    return out + "};\n";
  }

  const Json& kinds_;
  std::string lists_;
};

}  // namespace

int main(int argc, char** argv) {
  return kaudit::generate_table<Json>(
      argc, argv, 1, [](const std::vector<Json>& inputs) { return Generator(inputs[0]).run(); });
}
