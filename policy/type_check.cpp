#include "policy/type_check.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text/quote.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::policy {
namespace {

using yaml::Node;

constexpr Type kStringType{Type::Kind::String, "string", nullptr, {}, {}};

const Field* find_field(const Type& type, std::string_view name) noexcept {
  const auto found = std::ranges::find(type.fields, name, &Field::name);
  return found == type.fields.end() ? nullptr : &*found;
}

bool is_int64(const std::string& text) noexcept {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

class Checker {
 public:
  TypeReport run(const yaml::Document& document, const Type& type) {
    check(*document.root, type);
    return std::move(report_);
  }

 private:
  void check(const Node& node, const Type& type) {
    if (node.is_null()) return;
    switch (type.kind) {
      case Type::Kind::Anything:
        return;
      case Type::Kind::String:
        return expect(node.string() != nullptr, node, type);
      case Type::Kind::Bool:
        return expect(node.boolean() != nullptr, node, type);
      case Type::Kind::Int64:
        return check_integer(node, type);
      case Type::Kind::Time:
        return check_time(node);
      case Type::Kind::List:
        return check_list(node, type);
      case Type::Kind::StringMap:
        return check_string_map(node, type);
      case Type::Kind::Struct:
        return check_struct(node, type);
    }
  }

  void expect(bool fits, const Node& node, const Type& type) {
    if (!fits) mismatch(std::string(json_type(node)), node, type);
  }

  void mismatch(const std::string& found, const Node& node, const Type& type) {
    std::string message = "json: cannot unmarshal " + found + " into Go ";
    if (struct_name_.empty()) {
      message += "value";
    } else {
      message += "struct field " + std::string(struct_name_) + "." + go_path_;
    }
    refuse(node, message + " of type " + std::string(type.name));
  }

  void refuse(const Node& node, std::string message) {
    if (!report_.error) report_.error = Problem{path_, node.position, std::move(message)};
  }

  void check_integer(const Node& node, const Type& type) {
    const yaml::Number* number = node.number();
    if (number == nullptr) return expect(false, node, type);
    if (!is_int64(number->text)) mismatch("number " + number->text, node, type);
  }

  void check_time(const Node& node) {
    const std::string* text = node.string();
    if (text == nullptr) {
      refuse(node, "json: cannot unmarshal " + std::string(json_type(node)) +
                       " into Go value of type string");
    } else if (!parse_rfc3339(*text, TimeForm::Time)) {
      refuse(node, "parsing time " + go_quoted(*text) +
                       R"( as "2006-01-02T15:04:05Z07:00": not such a time)");
    }
  }

  void check_list(const Node& node, const Type& type) {
    const yaml::Items* items = node.sequence();
    if (items == nullptr) return expect(false, node, type);
    const std::string path = path_;
    for (std::size_t i = 0; i < items->size(); ++i) {
      path_ = path + "[" + std::to_string(i) + "]";
      check(*(*items)[i], *type.element);
    }
    path_ = path;
  }

  void check_string_map(const Node& node, const Type& type) {
    const yaml::Members* members = node.mapping();
    if (members == nullptr) return expect(false, node, type);
    std::set<std::string_view> seen;
    for (const yaml::Member& member : *members) {
      if (!seen.insert(member.key).second) report_strict("duplicate field", member);
      check(*member.value, kStringType);
    }
  }

  void check_struct(const Node& node, const Type& type) {
    const yaml::Members* members = node.mapping();
    if (members == nullptr) return expect(false, node, type);
    const std::string path = path_;
    const std::string go_path = go_path_;
    const std::string_view struct_name = struct_name_;
    std::set<const Field*> seen;
    for (const yaml::Member& member : *members) {
      path_ = path;
      const Field* field = find_field(type, member.key);
      if (field == nullptr) {
        report_strict("unknown field", member);
        continue;
      }
      if (!seen.insert(field).second) report_strict("duplicate field", member);
      path_ = path.empty() ? member.key : path + "." + member.key;
      go_path_ = go_path.empty() ? member.key : go_path + "." + member.key;
      struct_name_ = type.struct_name;
      check(*member.value, *field->type);
    }
    path_ = path;
    go_path_ = go_path;
    struct_name_ = struct_name;
  }

  void report_strict(const char* what, const yaml::Member& member) {
    std::string path = path_.empty() ? member.key : path_ + "." + member.key;
    std::string message = what;
    message += ' ';
    append_quoted(message, path);
    if (told_.insert(message).second) {
      report_.strict.push_back({std::move(path), member.key_position, std::move(message)});
    }
  }

  std::string path_;              ///< `rules[0].resources[1]`
  std::string go_path_;           ///< `rules.resources`
  std::string_view struct_name_;  ///< of the innermost struct
  std::set<std::string> told_;
  TypeReport report_;
};

}  // namespace

TypeReport check_types(const yaml::Document& document, const Type& type) {
  return Checker().run(document, type);
}

}  // namespace kaudit::policy
