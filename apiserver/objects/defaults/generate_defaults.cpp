// Turns the decoding rules of defaults.json into C++ at build time:
//   generate_defaults schema.json defaults.json OUTPUT
#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/files/generate_table.hpp"

namespace {

using Json = nlohmann::ordered_json;

std::string literal(const std::string& text) {
  if (text.empty()) return "{}";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string capitalised(std::string name) {
  name.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(name.front())));
  return name;
}

// `spec.ports[*].name` -> spec, ports, *, name
std::vector<std::string> steps(const std::string& path) {
  std::vector<std::string> out;
  std::string step;
  const auto end_step = [&] {
    if (!step.empty()) out.push_back(std::move(step));
    step.clear();
  };
  for (const char c : path) {
    if (c == '.' || c == '[' || c == ']') {
      end_step();
    } else {
      step += c;
    }
  }
  end_step();
  return out;
}

class Generator {
 public:
  Generator(const Json& schema, const Json& defaults) : types_(schema.at("types")) {
    for (const Json& rule : defaults.at("rules")) {
      if (rule.value("stage", "decode") != "decode") continue;
      const std::string type = rule.at("type");
      if (!types_.contains(type)) throw std::runtime_error("unknown type " + type);
      rules_[type].push_back(rule);
    }
  }

  std::string run() {
    std::vector<std::string> named;
    for (const auto& [id, type] : types_.items()) named.push_back(id);
    std::sort(named.begin(), named.end());
    std::string rows;
    std::string index;
    std::size_t count = 0;
    for (const std::string& id : named) {
      if (!leads_to_rules(id)) {
        index += "0,";
        continue;
      }
      try {
        rows += type_row(id, count);
      } catch (const std::exception& error) {
        throw std::runtime_error(id + ": " + error.what());
      }
      index += std::to_string(++count) + ",";
    }
    return lists_ + "constexpr TypeDefaults kTypeDefaults[] = {\n" + rows +
           "};\nconstexpr std::array<std::uint16_t, " + std::to_string(named.size()) +
           "> kDefaultsIndex{" + index + "};\n";
  }

 private:
  // The named type at the end of lists and maps.
  static std::string target(std::string type) {
    while (type.starts_with("[]") || type.starts_with("{}")) type = type.substr(2);
    return type;
  }

  bool leads_to_rules(const std::string& id) {
    if (!types_.contains(id)) return false;
    const auto known = leads_.find(id);
    if (known != leads_.end()) return known->second;
    if (!on_the_way_.insert(id).second) return false;  // a type that holds itself
    bool leads = rules_.contains(id);
    if (types_.at(id).contains("f")) {
      for (const Json& f : types_.at(id)["f"]) leads |= leads_to_rules(target(f.at("t")));
    }
    on_the_way_.erase(id);
    check_not_recursive(id, id, leads);
    return leads_[id] = leads;
  }

  void check_not_recursive(const std::string& id, const std::string& from, bool leads) {
    if (!leads || !types_.at(from).contains("f")) return;
    for (const Json& f : types_.at(from)["f"]) {
      if (target(f.at("t")) == id) {
        throw std::runtime_error(id + " has rules and holds itself: walking it needs a bound");
      }
    }
  }

  std::string places(const std::string& type, const std::string& path) {
    std::string row;
    for (const std::string& place : places_on(type, steps(path))) row += place + ", ";
    if (row.empty()) return "{}";
    const auto [name, fresh] = paths_.emplace(row, "kPath" + std::to_string(paths_.size()));
    if (fresh) lists_ += "constexpr std::uint8_t " + name->second + "[] = {" + row + "};\n";
    return name->second;
  }

  std::string texts(const std::vector<std::string>& values) {
    if (values.empty()) return "{}";
    std::string row;
    for (const std::string& value : values) row += "std::string_view(\"" + value + "\"), ";
    const auto [place, fresh] =
        names_.emplace(row, "kDefaultTexts" + std::to_string(names_.size()));
    if (fresh) lists_ += "constexpr std::string_view " + place->second + "[] = {" + row + "};\n";
    return place->second;
  }

  std::string conditions(const std::string& type, const Json& rule) {
    const Json given = rule.value("if", Json::array());
    if (given.empty()) return "{}";
    std::string rows;
    for (const Json& condition : given) {
      std::vector<std::string> values;
      for (std::size_t i = 2; i < condition.size(); ++i) values.push_back(condition[i]);
      const std::string test = condition.at(1);
      if (test != "is" && test != "missing" && test != "set") {
        throw std::runtime_error("unknown test " + test + ": give is, missing or set");
      }
      rows += "{" + places(type, condition.at(0)) + ", Test::" + capitalised(test) + ", " +
              texts(values) + "}, ";
    }
    std::string name = "kConditions" + std::to_string(condition_count_++);
    lists_ += "constexpr Condition " + name + "[] = {" + rows + "};\n";
    return name;
  }

  // The path must exist, so that a slip of the pen stops the build.
  std::vector<std::string> places_on(const std::string& type,
                                     const std::vector<std::string>& path) const {
    std::vector<std::string> places;
    std::string at = type;
    for (const std::string& step : path) {
      if (types_.contains(at) && types_.at(at).contains("elem")) at = types_.at(at)["elem"];
      if (at.starts_with("[]") || at.starts_with("{}")) {
        at = at.substr(2);
        places.emplace_back("kEach");
        continue;
      }
      std::vector<const Json*> members;
      if (types_.contains(at)) add_members(at, members);
      const auto found = std::find_if(members.begin(), members.end(),
                                      [&](const Json* f) { return f->at("n") == step; });
      if (found == members.end()) throw std::runtime_error("no member " + step + " in " + at);
      places.push_back(std::to_string(found - members.begin()));
      at = (*found)->at("t");
    }
    return places;
  }

  // As in Type::members.
  void add_members(const std::string& type, std::vector<const Json*>& members) const {
    for (const Json& f : types_.at(type).at("f")) {
      if (f.value("i", false)) {
        add_members(f.at("t"), members);
      } else {
        members.push_back(&f);
      }
    }
  }

  // `type`: the one that the rule is about, or that inlines it.
  std::string rule_row(const std::string& type, const Json& rule) {
    const std::string path = rule.contains("fn") ? "{}" : places(type, rule.at("field"));
    const std::string from = places(type, rule.value("copy", ""));
    if (rule.contains("append")) throw std::runtime_error("append at stage decode is not known");
    const std::vector<std::string> only = rule.value("only", std::vector<std::string>());
    if (only.size() > 1) throw std::runtime_error("more than one type in `only`");
    return "  {" + path + ", " + literal(rule.contains("value") ? rule["value"].dump() : "") +
           ", " + from + ", DefaultFunction::" +
           (rule.contains("fn") ? capitalised(rule["fn"]) : std::string("None")) + ", " +
           literal(only.empty() ? "" : only.front()) + ", " + conditions(type, rule) + "},\n";
  }

  void collect(const std::string& id, std::vector<std::string>& owners,
               std::vector<std::size_t>& members, std::size_t& place) {
    owners.push_back(id);
    for (const Json& f : types_.at(id).at("f")) {
      if (f.value("i", false)) {
        collect(f.at("t"), owners, members, place);
      } else {
        if (leads_to_rules(target(f.at("t")))) members.push_back(place);
        ++place;
      }
    }
  }

  std::string type_row(const std::string& id, std::size_t index) {
    std::vector<std::string> owners;  // the type and what it inlines
    std::vector<std::size_t> members;
    std::size_t place = 0;
    if (types_.at(id).contains("f")) collect(id, owners, members, place);
    std::string rules;
    for (const std::string& owner : owners) {
      if (!rules_.contains(owner)) continue;
      for (const Json& rule : rules_.at(owner)) rules += rule_row(id, rule);
    }
    const std::string suffix = std::to_string(index);
    std::string row = "  {";
    if (rules.empty()) {
      row += "{}, ";
    } else {
      lists_ += "constexpr DefaultRule kDefaultRules" + suffix + "[] = {\n" + rules + "};\n";
      row += "kDefaultRules" + suffix + ", ";
    }
    if (members.empty()) {
      row += "{}";
    } else {
      lists_ += "constexpr std::uint8_t kDefaultMembers" + suffix + "[] = {";
      for (const std::size_t member : members) lists_ += std::to_string(member) + ",";
      lists_ += "};\n";
      row += "kDefaultMembers" + suffix;
    }
    return row + "},\n";
  }

  const Json& types_;
  std::map<std::string, std::vector<Json>> rules_;
  std::map<std::string, bool> leads_;
  std::set<std::string> on_the_way_;
  std::map<std::string, std::string> paths_;
  std::map<std::string, std::string> names_;
  std::string lists_;
  std::size_t condition_count_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  return kaudit::generate_table<Json>(argc, argv, 2, [](const std::vector<Json>& inputs) {
    return Generator(inputs[0], inputs[1]).run();
  });
}
