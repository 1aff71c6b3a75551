// Turns columns.json into C++ at build time:
//   generate_columns columns.json OUTPUT
#include <cctype>
#include <map>
#include <regex>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "base/files/generate_table.hpp"

namespace {

using Json = nlohmann::json;

std::string literal(const std::string& text) { return Json(text).dump(); }

/// `podStatus` as a function of ours: pod_status.
std::string snake_case(const std::string& name) {
  std::string out;
  bool after_lower = false;
  for (const char c : name) {
    const bool lower = std::islower(static_cast<unsigned char>(c)) != 0;
    if (!lower && after_lower) out += '_';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    after_lower = lower;
  }
  return out;
}

struct CellSource {
  std::string kind;
  std::string a, b, text;
  std::string function = "nullptr";

  std::string row() const {
    return "{CellKind::" + kind + ", " + literal(a) + ", " + literal(b) + ", " + literal(text) +
           ", " + function + "}";
  }
};

CellSource parse_cell(const std::string& text) {
  std::smatch match;
  const auto is = [&](const char* pattern) {
    return std::regex_match(text, match, std::regex(pattern));
  };
  if (is(R"(\.[^()]*)")) return {"Path", text, "", "", "nullptr"};
  if (is(R"(age\(([^()]+)\))")) return {"Age", match[1], "", "", "nullptr"};
  if (is(R"(rfc3339\(([^()]+)\))")) return {"Timestamp", match[1], "", "", "nullptr"};
  if (is(R"(or\(join\((.+),","\),(.*)\))")) return {"Join", match[1], "", match[2], "nullptr"};
  if (is(R"(join\((.+),","\))")) return {"Join", match[1], "", "", "nullptr"};
  if (is(R"(or\(first\((.+)\),(.*)\))")) return {"Or", match[1], "", match[2], "nullptr"};
  if (is(R"(orNumber\(([^(),]+),(.*)\))")) return {"OrNumber", match[1], "", match[2], "nullptr"};
  if (is(R"(or\(([^(),]+),(.*)\))")) return {"Or", match[1], "", match[2], "nullptr"};
  if (is(R"(len\(([^()]+)\)\+len\(([^()]+)\))")) {
    return {"Length", match[1], match[2], "", "nullptr"};
  }
  if (is(R"(len\(([^()]+)\))")) return {"Length", match[1], "", "", "nullptr"};
  if (is(R"(number\(([^()]+)\))")) return {"Number", match[1], "", "", "nullptr"};
  if (is(R"(ratio\(([^()]+),([^()]+)\))")) return {"Ratio", match[1], match[2], "", "nullptr"};
  if (is(R"(names\(([^()]+)\))")) return {"Names", match[1], "", "", "nullptr"};
  if (is(R"(images\(([^()]+)\))")) return {"Images", match[1], "", "", "nullptr"};
  if (is(R"(labels\(([^()]+)\))")) return {"Labels", match[1], "", "", "nullptr"};
  if (is(R"(selector\(([^()]+)\))")) return {"Selector", match[1], "", "", "nullptr"};
  if (is(R"(boolText\(([^()]+)\))")) return {"BoolText", match[1], "", "", "nullptr"};
  if (is(R"(accessModes\(([^()]+)\))")) return {"Function", "", "", "", "&cells::access_modes"};
  if (is(R"(fn:(\w+))")) return {"Function", "", "", "", "&cells::" + snake_case(match[1])};
  throw std::runtime_error("unknown cell " + text);
}

std::string columns(const std::string& name, const Json& table) {
  std::string out = "constexpr Column " + name + "[] = {\n";
  for (const Json& column : table.at("columns")) {
    out += "  {" + literal(column.at("name")) + ", " + literal(column.at("type")) + ", " +
           literal(column.value("format", "")) + ", " + literal(column.value("description", "")) +
           ", " + std::to_string(column.value("priority", 0)) + ", " +
           parse_cell(column.at("cell")).row() + "},\n";
  }
  return out + "};\n";
}

std::string generate(const Json& source) {
  std::string out;
  std::map<std::string, std::string> arrays;  // key -> array
  const Json& tables = source.at("tables");
  for (const auto& [key, table] : tables.items()) {
    if (table.contains("sameAs")) continue;
    arrays[key] = "kColumns" + std::to_string(arrays.size());
    try {
      out += columns(arrays[key], table);
    } catch (const std::exception& error) {
      throw std::runtime_error(key + ": " + error.what());
    }
  }
  out += "constexpr Table kTables[] = {\n";
  for (const auto& [key, table] : tables.items()) {
    const std::string same = table.value("sameAs", key);
    out += "  {" + literal(key) + ", " + arrays.at(same) + "},\n";
  }
  return out + "};\n";
}

}  // namespace

int main(int argc, char** argv) {
  return kaudit::generate_table<Json>(
      argc, argv, 1, [](const std::vector<Json>& inputs) { return generate(inputs[0]); });
}
