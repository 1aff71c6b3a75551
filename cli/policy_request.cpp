#include "cli/policy_request.hpp"

#include "audit/yaml/json_reader.hpp"

namespace kaudit::cli {
namespace {

using yaml::Node;

/// Reads members of one object; after the first that has the wrong type, `error` says which.
class MemberReader {
 public:
  explicit MemberReader(const Node& object) : object_(object) {}
  const std::string& error() const noexcept { return error_; }

  void text(std::string_view name, std::string& out) {
    out.clear();
    const Node* node = present(name);
    if (node == nullptr) return;
    if (const std::string* value = node->string()) {
      out = *value;
    } else {
      expect("a string", name, *node);
    }
  }

  void flag(std::string_view name, bool& out) {
    out = false;
    const Node* node = present(name);
    if (node == nullptr) return;
    if (const bool* value = node->boolean()) {
      out = *value;
    } else {
      expect("true or false", name, *node);
    }
  }

  void texts(std::string_view name, std::vector<std::string>& out) {
    out.clear();
    const Node* node = present(name);
    if (node == nullptr) return;
    if (node->sequence() == nullptr) return expect("a list of strings", name, *node);
    for (const Node* item : *node->sequence()) {
      if (item->string() == nullptr) return expect("a list of strings", name, *item);
      out.push_back(*item->string());
    }
  }

  /// The member, or null when it is missing or null.
  const Node* present(std::string_view name) const {
    const Node* node = find(object_, name);
    return node != nullptr && !node->is_null() ? node : nullptr;
  }

 private:
  void expect(const char* what, std::string_view name, const Node& node) {
    if (!error_.empty()) return;
    error_ = std::string(name) + ": expected " + what + ", found " + std::string(json_type(node));
  }

  const Node& object_;
  std::string error_;
};

/// The text of the valid JSON value that starts at the front of `text`.
std::string_view raw_value(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      if (!in_string && depth == 0) return text.substr(0, i + 1);
      continue;
    }
    if (c == '"') in_string = true;
    const bool closes = c == '}' || c == ']';
    if (depth == 0 && (c == ',' || closes || c == ' ' || c == '\t' || c == '\r'))
      return text.substr(0, i);
    if (c == '{' || c == '[') ++depth;
    if (closes && --depth == 0) return text.substr(0, i + 1);
  }
  return text;
}

}  // namespace

Result<void> PolicyRequest::parse(std::string_view line) {
  const auto document = yaml::read_json(line);
  if (!document) return fail(document.error().message);
  const Node& root = *document->root;
  if (root.mapping() == nullptr)
    return fail("expected an object, found " + std::string(json_type(root)));

  const Node* id = find(root, "id");
  id_ = id == nullptr ? "null"
                      : raw_value(line.substr(static_cast<std::size_t>(id->position.column) - 1));
  MemberReader members(root);
  bool resource_request = false;
  members.flag("resourceRequest", resource_request);
  members.text("verb", verb_);
  members.text("apiGroup", api_group_);
  members.text("apiVersion", api_version_);
  members.text("resource", resource_);
  members.text("subresource", subresource_);
  members.text("namespace", namespace_);
  members.text("name", name_);
  members.text("path", path_);
  if (!members.error().empty()) return fail(members.error());

  const Node* user = members.present("user");
  if (user != nullptr) {
    if (user->mapping() == nullptr)
      return fail("user: expected an object, found " + std::string(json_type(*user)));
    MemberReader user_members(*user);
    user_members.text("name", user_.username);
    user_members.texts("groups", user_.groups);
    if (!user_members.error().empty()) return fail("user." + user_members.error());
  }
  attributes_ = {user != nullptr ? &user_ : nullptr,
                 verb_,
                 resource_request,
                 api_group_,
                 api_version_,
                 resource_,
                 subresource_,
                 namespace_,
                 name_,
                 path_};
  return {};
}

}  // namespace kaudit::cli
