// Turns schema.json into C++ at build time, so that a server starts without reading any table:
//   generate_types schema.json OUTPUT
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/objects/name_hash.hpp"
#include "base/files/generate_table.hpp"

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kScalars{
    std::array{"string", "String", "string"},
    std::array{"bool", "Bool", "bool"},
    std::array{"int32", "Int32", "int32"},
    std::array{"int64", "Int64", "int64"},
    std::array{"double", "Double", "float64"},
    std::array{"bytes", "Bytes", "[]uint8"},
    std::array{"time", "Time", "v1.Time"},
    std::array{"microtime", "MicroTime", "v1.MicroTime"},
    std::array{"duration", "Duration", "v1.Duration"},
    std::array{"quantity", "Quantity", "resource.Quantity"},
    std::array{"intorstring", "IntOrString", "intstr.IntOrString"},
    std::array{"raw", "Raw", "runtime.RawExtension"},
    std::array{"fieldsv1", "FieldsV1", "v1.FieldsV1"},
    std::array{"json", "Json", "v1.JSON"},
    std::array{"any", "Any", "interface {}"},
};

// The end of the row of a type without members.
constexpr const char* kNoMembers = "0, nullptr, 0, 0, nullptr";

std::string literal(const std::string& text) {
  if (text.empty()) return "{}";  // no pointer, so nothing to relocate
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string text(const Json& object, const char* member) {
  return object.value(member, std::string());
}

// The C++ name of a word in the table; an unknown one stops the build.
std::string word(const std::string& given, const std::string& enumeration,
                 const std::map<std::string, std::string>& names) {
  const auto found = names.find(given);
  if (found == names.end()) throw std::runtime_error("unknown " + enumeration + ' ' + given);
  return enumeration + "::" + found->second;
}

std::string mark(const std::string& given, const std::string& enumeration) {
  return word(given, enumeration,
              {{"", "Unmarked"}, {"atomic", "Atomic"}, {"granular", "Granular"}});
}

class Generator {
 public:
  explicit Generator(const Json& schema) : schema_(schema), types_(schema.at("types")) {}

  std::string run() {
    std::vector<std::string> named;
    for (const auto& [id, type] : types_.items()) named.push_back(id);
    std::sort(named.begin(), named.end());
    for (const std::string& id : named) intern(id);
    const std::size_t named_count = ids_.size();
    for (const auto& scalar : kScalars) intern(scalar[0]);
    const std::size_t scalars_end = ids_.size();
    // Rows add the lists and maps that they mention to the end of ids_.
    std::string rows;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      const std::string id = ids_[i];
      try {
        rows += i < named_count   ? named_type(id, i)
                : i < scalars_end ? scalar_type(kScalars[i - named_count])
                                  : collection(id);
      } catch (const std::exception& error) {
        throw std::runtime_error(id + ": " + error.what());
      }
    }
    // An array of the language: to name an element while it is being made calls no function.
    const std::string types = "Type kTypes[" + std::to_string(ids_.size()) + "]";
    return "extern const " + types + ";\n" + lists_ + "constinit const Field kFields[] = {\n" +
           fields_ + "};\nconstinit const Member kMembers[] = {\n" + members_ +
           "};\nconstinit const " + types + " = {\n" + rows +
           "};\nconstexpr std::size_t kNamedTypes = " + std::to_string(named_count) +
           ";\nconstexpr std::size_t kScalars = " + std::to_string(kScalars.size()) + ";\n" +
           kinds() + prefixes();
  }

 private:
  std::size_t intern(const std::string& id) {
    const auto [place, fresh] = index_.emplace(id, ids_.size());
    if (fresh) ids_.push_back(id);
    return place->second;
  }
  std::string reference(const std::string& id) {
    return "&kTypes[" + std::to_string(intern(id)) + "]";
  }

  // A named array of texts, one for each set of values, and the expression that refers to it.
  std::string list(const Json& values) {
    if (values.empty()) return "{}";
    std::string row;
    for (const Json& value : values) row += literal(value.get<std::string>()) + ", ";
    const auto [place, fresh] =
        list_names_.emplace(row, "kTexts" + std::to_string(list_names_.size()));
    if (fresh) lists_ += "constexpr std::string_view " + place->second + "[] = {" + row + "};\n";
    return place->second;
  }

  std::string go_name(const std::string& id) const {
    if (id.starts_with("[]")) return "[]" + go_name(id.substr(2));
    if (id.starts_with("{}")) return "map[string]" + go_name(id.substr(2));
    for (const auto& scalar : kScalars) {
      if (id == scalar[0]) return scalar[2];
    }
    const std::size_t last = id.rfind('.');
    const std::size_t before = last == 0 ? std::string::npos : id.rfind('.', last - 1);
    return before == std::string::npos ? id : id.substr(before + 1);
  }

  std::string marks(const Json& f) {
    const std::string enumeration = text(f, "e");
    if (enumeration.empty() && !f.contains("k") && !f.contains("d") && !f.contains("pk")) {
      return "nullptr";
    }
    const std::string row =
        list(f.value("k", Json::array())) + ", " +
        list(enumeration.empty() ? Json::array() : schema_.at("enums").at(enumeration)) + ", " +
        literal(f.contains("d") ? f["d"].dump() : "") + ", " + literal(text(f, "pk"));
    const auto [place, fresh] = marks_.emplace(row, "kMarks" + std::to_string(marks_.size()));
    if (fresh) lists_ += "constexpr Marks " + place->second + "{" + row + "};\n";
    return "&" + place->second;
  }

  static std::string wire_types(const std::string& digits) {
    unsigned bits = 0;
    for (const char digit : digits) bits |= 1U << static_cast<unsigned>(digit - '0');
    return std::to_string(bits);
  }

  std::string field(const Json& f, std::size_t first_member) {
    const std::string type = f.at("t");
    if (!type.starts_with("[]") && !type.starts_with("{}") && !types_.contains(type) &&
        std::none_of(kScalars.begin(), kScalars.end(), [&](auto& s) { return type == s[0]; })) {
      throw std::runtime_error("unknown type " + type);
    }
    return "  {" + literal(text(f, "n")) + ", " + reference(type) + ", " + literal(text(f, "g")) +
           ", " + marks(f) + ", " + std::to_string(f.value("b", 0)) + ", " +
           wire_types(text(f, "w")) + ", " + std::to_string(first_member) + ", " +
           word(text(f, "o"), "Omit", {{"", "Never"}, {"e", "Empty"}, {"ez", "Zero"}}) + ", " +
           flag(f, "i") + ", " + flag(f, "p") + ", " + flag(f, "r") + ", " +
           word(text(f, "l"), "ListType",
                {{"", "Unmarked"}, {"atomic", "Atomic"}, {"set", "Set"}, {"map", "Map"}}) +
           ", " + mark(text(f, "m"), "MapType") + ", " + mark(text(f, "s"), "StructType") + ", " +
           word(text(f, "ps"), "PatchStrategy",
                {{"", "None"},
                 {"merge", "Merge"},
                 {"replace", "Replace"},
                 {"retainKeys", "RetainKeys"},
                 {"merge,retainKeys", "MergeRetainKeys"}}) +
           "},\n";
  }

  static std::string flag(const Json& object, const char* member) {
    return object.value(member, false) ? "true" : "false";
  }

  // Adds the members that a field brings to a struct's JSON: itself, or those of what it inlines.
  void collect(const std::string& owner, std::size_t place, std::vector<std::string>& names) {
    const Json& f = types_.at(owner).at("f")[place];
    const std::size_t index = first_field_.at(owner) + place;
    if (!f.value("i", false)) {
      names.push_back(text(f, "n"));
      members_ += "  {&kFields[" + std::to_string(index) + "], " + reference(owner) + "},\n";
      return;
    }
    const std::string inlined = f.at("t");
    for (std::size_t i = 0; i < types_.at(inlined).at("f").size(); ++i) collect(inlined, i, names);
  }

  // Whether a member is written although it is absent: one without omitempty, and one that is a
  // Go struct and no pointer, which omitempty never leaves out.
  bool is_always(const Json& f) const {
    const std::string omit = text(f, "o");
    if (omit.empty()) return true;
    if (omit != "e" || f.value("p", false)) return false;
    const std::string type = f.at("t");
    static const std::set<std::string> kStructs{"time",        "microtime", "duration", "quantity",
                                                "intorstring", "raw",       "fieldsv1", "json"};
    return kStructs.contains(type) || (types_.contains(type) && types_.at(type).contains("f"));
  }

  void add_always(const std::string& id, std::size_t& place, std::uint64_t& mask) const {
    for (const Json& f : types_.at(id).at("f")) {
      if (f.value("i", false)) {
        add_always(f.at("t"), place, mask);
      } else {
        if (is_always(f)) mask |= std::uint64_t{1} << place;
        ++place;
      }
    }
  }

  std::string always_mask(const std::string& id, std::size_t members) const {
    if (members > 64) throw std::runtime_error("more than 64 members: widen Type::always");
    std::size_t place = 0;
    std::uint64_t mask = 0;
    add_always(id, place, mask);
    return std::to_string(mask) + "U, ";
  }

  // A table of places in which no two names meet. (name_hash.hpp)
  std::string perfect_hash(const std::vector<std::string>& names, std::size_t index) {
    std::size_t size = 4;
    while (size < names.size() * 2) size *= 2;
    for (; size <= 256; size *= 2) {
      for (std::uint32_t seed = 0; seed < 0xFFFF; ++seed) {
        std::vector<int> slots(size, 255);
        const bool clash = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
          int& slot = slots[kaudit::apiserver::objects::name_hash(name, seed) & (size - 1)];
          if (slot != 255) return true;
          slot = static_cast<int>(&name - names.data());
          return false;
        });
        if (clash) continue;
        const std::string table = "kSlots" + std::to_string(index);
        lists_ += "constexpr std::uint8_t " + table + "[] = {";
        for (const int slot : slots) lists_ += std::to_string(slot) + ",";
        lists_ += "};\n";
        return table + ", " + std::to_string(seed) + ", " + std::to_string(size - 1);
      }
    }
    throw std::runtime_error("no perfect hash of the members' names was found");
  }

  // The place of each name in the order of all.
  std::string ranks(const std::vector<std::string>& names, std::size_t index) {
    if (names.empty()) return "nullptr";
    std::string table = "kRanks" + std::to_string(index);
    lists_ += "constexpr std::uint8_t " + table + "[] = {";
    for (const std::string& name : names) {
      const auto before = std::count_if(names.begin(), names.end(),
                                        [&](const std::string& other) { return other < name; });
      lists_ += std::to_string(before) + ",";
    }
    lists_ += "};\n";
    return table;
  }

  std::string named_type(const std::string& id, std::size_t index) {
    const Json& type = types_.at(id);
    const std::string gvks = list(type.value("gvk", Json::array()));
    if (type.contains("elem")) {
      const std::string elem = type["elem"];
      return row(elem.starts_with("[]") ? "List" : "Map", "None", flag(type, "wrapped"), "", id,
                 reference(elem.substr(2)), "{}, {}", gvks, kNoMembers);
    }
    if (first_field_.empty()) number_fields();
    std::vector<std::string> names;
    for (std::size_t i = 0; i < type.at("f").size(); ++i) {
      fields_ += field(type["f"][i], names.size());
      collect(id, i, names);
    }
    const std::string span = "{kFields + " + std::to_string(first_field_.at(id)) + ", " +
                             std::to_string(type["f"].size()) + "}, {kMembers + " +
                             std::to_string(member_count_) + ", " + std::to_string(names.size()) +
                             "}";
    member_count_ += names.size();
    for (const Json& gvk : type.value("gvk", Json::array())) kinds_[gvk] = index;
    return row(
        "Struct",
        word(text(type, "special"), "Special",
             {{"", "None"},
              {"schemaorbool", "SchemaOrBool"},
              {"schemaorarray", "SchemaOrArray"},
              {"schemaorstrings", "SchemaOrStrings"}})
            .substr(9),
        "false", text(type, "s"), id, "nullptr", span, gvks,
        always_mask(id, names.size()) + perfect_hash(names, index) + ", " + ranks(names, index));
  }

  void number_fields() {
    std::size_t next = 0;
    for (const std::string& id : ids_) {
      if (!types_.contains(id) || !types_.at(id).contains("f")) continue;
      first_field_[id] = next;
      next += types_.at(id)["f"].size();
    }
  }

  std::string scalar_type(const std::array<const char*, 3>& scalar) {
    return row(scalar[1], "None", "false", "", scalar[0], "nullptr", "{}, {}", "{}", kNoMembers);
  }

  std::string collection(const std::string& id) {
    return row(id.starts_with("[]") ? "List" : "Map", "None", "false", "", id,
               reference(id.substr(2)), "{}, {}", "{}", kNoMembers);
  }

  std::string row(const std::string& kind, const std::string& special, const std::string& wrapped,
                  const std::string& struct_type, const std::string& id, const std::string& element,
                  const std::string& spans, const std::string& gvks, const std::string& hash) {
    return "  {TypeKind::" + kind + ", Special::" + special + ", " + wrapped + ", " +
           mark(struct_type, "StructType") + ", " + literal(id) + ", " + literal(go_name(id)) +
           ", " + element + ", " + spans + ", " + gvks + ", " + hash + "},\n";
  }

  std::string kinds() const {
    std::string rows;
    for (const auto& [gvk, index] : kinds_) {
      const std::size_t slash = gvk.rfind('/');
      rows += "  {" + literal(gvk.substr(slash + 1)) + ", " + literal(gvk.substr(0, slash)) + ", " +
              std::to_string(index) + "},\n";
    }
    // In the order of (kind, apiVersion), for binary search.
    return "constexpr KindRow kKinds[] = {\n" + rows + "};\n";
  }

  std::string prefixes() const {
    std::string rows;
    for (const auto& [head, prefix] : schema_.at("openapi").items()) {
      rows += "  {" + literal(head) + ", " + literal(prefix) + "},\n";
    }
    return "constexpr OpenApiPrefix kOpenApiPrefixes[] = {\n" + rows + "};\n";
  }

  struct ByKind {
    bool operator()(const std::string& a, const std::string& b) const {
      const auto key = [](const std::string& gvk) {
        const std::size_t slash = gvk.rfind('/');
        return std::pair(gvk.substr(slash + 1), gvk.substr(0, slash));
      };
      return key(a) < key(b);
    }
  };

  const Json& schema_;
  const Json& types_;
  std::vector<std::string> ids_;
  std::map<std::string, std::size_t> index_;
  std::map<std::string, std::size_t> first_field_;
  std::map<std::string, std::size_t, ByKind> kinds_;
  std::map<std::string, std::string> list_names_;
  std::map<std::string, std::string> marks_;
  std::string lists_;
  std::string fields_;
  std::string members_;
  std::size_t member_count_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  return kaudit::generate_table<Json>(
      argc, argv, 1, [](const std::vector<Json>& inputs) { return Generator(inputs[0]).run(); });
}
