#include "cli/policy/input/request_attributes.hpp"

#include <utility>

#include "base/text/list.hpp"

namespace kaudit::cli {
namespace {

using yaml::Node;

/// Reads members of one object; after the first that has the wrong type, `error` says which.
class MemberReader {
 public:
  explicit MemberReader(const Node& object) : object_(object) {}
  const std::string& error() const noexcept { return error_; }

  void text(std::string_view name, std::string& out) {
    const Node* node = find_present(name);
    if (node == nullptr) return;
    if (const std::string* value = node->string()) {
      out = *value;
    } else {
      expect("a string", name, *node);
    }
  }

  void flag(std::string_view name, bool& out) {
    const Node* node = find_present(name);
    if (node == nullptr) return;
    if (const bool* value = node->boolean()) {
      out = *value;
    } else {
      expect("true or false", name, *node);
    }
  }

  void texts(std::string_view name, std::vector<std::string>& out) {
    const Node* node = find_present(name);
    if (node == nullptr) return;
    if (node->sequence() == nullptr) return expect("a list of strings", name, *node);
    for (const Node* item : *node->sequence()) {
      if (item->string() == nullptr) return expect("a list of strings", name, *item);
      out.push_back(*item->string());
    }
  }

  /// The member, or null when it is missing or null.
  const Node* find_present(std::string_view name) const {
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

}  // namespace

audit::Attributes RequestAttributes::view() const noexcept {
  return {user ? &*user : nullptr,
          verb,
          resource_request,
          api_group,
          api_version,
          resource,
          subresource,
          ns,
          name,
          path};
}

Result<RequestAttributes> read_attributes(const Node& node) {
  if (node.mapping() == nullptr) {
    return fail("expected an object, found " + std::string(json_type(node)));
  }
  RequestAttributes request;
  MemberReader members(node);
  members.flag("resourceRequest", request.resource_request);
  members.text("verb", request.verb);
  members.text("apiGroup", request.api_group);
  members.text("apiVersion", request.api_version);
  members.text("resource", request.resource);
  members.text("subresource", request.subresource);
  members.text("namespace", request.ns);
  members.text("name", request.name);
  members.text("path", request.path);
  if (!members.error().empty()) return fail(members.error());

  if (find(node, "resourceRequest") == nullptr) {
    request.resource_request = !request.resource.empty();
  }
  const Node* user = find(node, "user");
  if (user == nullptr) {
    request.user = user_with_groups("somebody", {});
    return request;
  }
  if (user->is_null()) return request;
  if (user->mapping() == nullptr) {
    return fail("user: expected an object, found " + std::string(json_type(*user)));
  }
  request.user.emplace();
  MemberReader user_members(*user);
  user_members.text("name", request.user->username);
  user_members.texts("groups", request.user->groups);
  if (!user_members.error().empty()) return fail("user." + user_members.error());
  if (user_members.find_present("groups") == nullptr) {
    request.user = user_with_groups(std::move(request.user->username), {});
  }
  return request;
}

std::string in_words(const RequestAttributes& request) {
  std::string text = request.verb.empty() ? "(no verb)" : request.verb;
  if (!request.resource_request) return text + " " + request.path;
  text += " " + request.resource;
  if (!request.subresource.empty()) text += "/" + request.subresource;
  text += request.api_group.empty() ? " of the core group" : " of " + request.api_group;
  if (!request.name.empty()) text += ", name " + request.name;
  if (!request.ns.empty()) text += ", namespace " + request.ns;
  return text;
}

std::string user_text(const RequestAttributes& request) {
  if (!request.user) return "nobody: the login failed";
  return request.user->username + " (" + joined(request.user->groups, ", ") + ")";
}

}  // namespace kaudit::cli
