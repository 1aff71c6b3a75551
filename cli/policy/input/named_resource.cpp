#include "cli/policy/input/named_resource.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "apiserver/objects/kinds.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"
#include "policy/lint/known_names.hpp"

namespace kaudit::cli {
namespace {

namespace lint = policy::lint;
using apiserver::objects::Resource;

bool is_called(const Resource& resource, std::string_view name) {
  return equals_ignoring_case(resource.name, name) ||
         equals_ignoring_case(resource.singular, name) ||
         equals_ignoring_case(resource.kind, name) ||
         std::ranges::find(resource.short_names, name) != resource.short_names.end();
}

/// The first in the order of discovery, as kubectl takes it. A group may be any group.
const Resource* look_up(std::string_view name, std::string_view group, bool any_group) {
  for (const Resource& resource : apiserver::objects::all_resources()) {
    if ((any_group || resource.group == group) && is_called(resource, name)) return &resource;
  }
  return nullptr;
}

std::string group_text(std::string_view group) {
  return group.empty() ? "the core group" : "the group " + std::string(group);
}

std::string nearest_of_all(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Resource& resource : apiserver::objects::all_resources()) {
    names.push_back(resource.name);
  }
  return std::string(nearest(name, names));
}

/// What was most likely meant by a resource that the group does not have; "" when nothing is near.
std::string suggestion(std::string_view group, std::string_view resource) {
  const auto called = lint::builtins_called(resource, group);
  const auto there = std::ranges::find(called, group, &lint::BuiltinResource::group);
  if (there != called.end()) return "did you mean " + go_quoted((*there)->resource) + "?";
  const auto elsewhere = lint::builtins_named(resource);
  if (!elsewhere.empty()) return "it is of " + group_text(elsewhere.front()->group);
  if (const lint::Retired* retired = lint::find_retired(group, resource)) {
    return "it " + retired->text();
  }
  const auto names = lint::resources_of(group);
  const std::string_view near = nearest(resource, names);
  if (!near.empty()) return "did you mean " + go_quoted(near) + "?";
  if (!called.empty()) {
    return "did you mean " + go_quoted(called.front()->resource) + " of " +
           group_text(called.front()->group) + "?";
  }
  return "";
}

void add_resource_doubts(const RequestAttributes& request, std::vector<std::string>& doubts) {
  const auto add = [&](std::string text, const std::string& more) {
    doubts.push_back(std::move(text) + (more.empty() ? "" : ": " + more));
  };
  if (!lint::is_builtin_group(request.api_group)) {
    const auto groups = lint::builtin_groups();
    const std::string_view near = nearest(request.api_group, groups);
    const bool custom = request.api_group.find('.') != std::string::npos;
    if (const lint::Retired* retired = lint::find_retired(request.api_group, "")) {
      add("the group " + request.api_group + " " + retired->text(), "");
    } else if (!near.empty() || !custom) {
      add("Kubernetes has no group " + go_quoted(request.api_group),
          near.empty() ? "" : "did you mean " + go_quoted(near) + "?");
    }
    return;
  }
  const auto* known = lint::find_builtin(request.api_group, request.resource);
  if (known == nullptr) {
    return add(group_text(request.api_group) + " has no resource " + go_quoted(request.resource),
               suggestion(request.api_group, request.resource));
  }
  if (request.subresource.empty() || known->has_subresource(request.subresource)) return;
  std::vector<std::string_view> names;
  for (std::string_view rest = known->subresources; !rest.empty();) {
    names.push_back(rest.substr(0, rest.find(' ')));
    rest.remove_prefix(std::min(rest.size(), names.back().size() + 1));
  }
  const std::string_view near = nearest(request.subresource, names);
  add(request.resource + " has no subresource " + go_quoted(request.subresource),
      near.empty() ? "" : "did you mean " + go_quoted(near) + "?");
}

void add_verb_doubt(const RequestAttributes& request, std::vector<std::string>& doubts) {
  constexpr std::array<std::string_view, 9> kVerbs{
      "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "proxy"};
  if (std::ranges::find(kVerbs, request.verb) != kVerbs.end()) return;
  const bool capital =
      std::ranges::any_of(request.verb, [](unsigned char c) { return std::isupper(c) != 0; });
  if (request.verb.empty()) {
    doubts.emplace_back(
        "a request for a resource has a verb: get, list, watch, create, update, "
        "patch, delete or deletecollection");
    return;
  }
  const std::string_view near = nearest(request.verb, kVerbs);
  doubts.push_back("no request for a resource has the verb " + go_quoted(request.verb) +
                   (near.empty() ? "" : ": did you mean " + go_quoted(near) + "?") +
                   (capital ? " Verbs are Kubernetes' and not methods" : ""));
}

}  // namespace

std::string NamedResource::path(std::string_view ns) const {
  std::string text = group.empty() ? "/api/" : "/apis/" + group + "/";
  text += version;
  if (namespaced && !ns.empty()) text.append("/namespaces/").append(ns);
  text += "/" + resource;
  if (!name.empty()) text += "/" + name;
  if (!subresource.empty()) text += "/" + subresource;
  return text;
}

Result<NamedResource> find_named(std::string_view text) {
  const std::string_view type = text.substr(0, text.find('/'));
  std::string_view rest = text.substr(std::min(text.size(), type.size() + 1));
  const std::size_t dot = type.find('.');
  const std::string_view plain = type.substr(0, dot);
  const std::string_view group = dot == type.npos ? "" : type.substr(dot + 1);
  NamedResource named;
  const Resource* found = look_up(plain, group, dot == type.npos);
  if (found != nullptr) {
    named.group = found->group;
    named.version = found->version;
    named.resource = found->name;
    named.namespaced = found->namespaced();
  } else if (dot != type.npos && group.find('.') != group.npos && !lint::is_builtin_group(group)) {
    named = {std::string(group), "v1", std::string(plain), "", "", true};
  } else if (dot != type.npos) {
    const std::string more = suggestion(group, plain);
    return fail(group_text(group) + " has no resource " + go_quoted(plain) +
                (more.empty() ? "" : ": " + more));
  } else {
    const std::string near = nearest_of_all(plain);
    return fail("there is no resource " + go_quoted(plain) +
                (near.empty() ? ": a custom resource is written RESOURCE.GROUP, as "
                                "widgets.example.com"
                              : ": did you mean " + near + "?"));
  }
  // pods/log is a subresource, pods/web a name, pods/web/log both.
  const std::size_t slash = rest.find('/');
  if (slash != rest.npos) {
    named.name = rest.substr(0, slash);
    named.subresource = rest.substr(slash + 1);
  } else if (found != nullptr && found->subresource(rest) != nullptr) {
    named.subresource = rest;
  } else {
    named.name = rest;
  }
  return named;
}

std::vector<std::string> doubts_of(const RequestAttributes& request) {
  std::vector<std::string> doubts;
  if (!request.resource_request) return doubts;
  add_resource_doubts(request, doubts);
  add_verb_doubt(request, doubts);
  return doubts;
}

policy::ResourceScope scope_of(const RequestAttributes& request) {
  const auto* known = lint::find_builtin(request.api_group, request.resource);
  if (known == nullptr) return policy::ResourceScope::Unknown;
  return known->scope == lint::Scope::Cluster ? policy::ResourceScope::Cluster
                                              : policy::ResourceScope::Namespaced;
}

}  // namespace kaudit::cli
