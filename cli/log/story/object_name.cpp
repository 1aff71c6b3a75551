#include "cli/log/story/object_name.hpp"

#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "policy/lint/known_names.hpp"

namespace kaudit::cli {
namespace {

using audit::search::EventView;
using audit::search::Part;
using audit::search::text_of;

/// `pod`, `po` and `Pod` are pods.
std::string plural_of(const std::string& word) {
  if (!policy::lint::builtins_named(word).empty()) return word;
  const auto called = policy::lint::builtins_called(word, "");
  return called.empty() ? word : std::string(called.front()->resource);
}

}  // namespace

Result<ObjectName> read_object_name(std::string_view text, const std::string& ns) {
  const auto parts = split(text, '/');
  if (parts.size() < 2 || parts.size() > 3 || parts.front().empty() || parts.back().empty()) {
    return fail(go_quoted(text) +
                " does not name an object: that is RESOURCE/NAMESPACE/NAME, or "
                "RESOURCE/NAME without a namespace or with -n");
  }
  ObjectName object;
  const std::string_view kind = parts.front();
  const std::size_t dot = kind.find('.');
  object.resource = plural_of(std::string(kind.substr(0, dot)));
  if (dot != std::string_view::npos) {
    object.group = std::string(kind.substr(dot + 1));
    object.any_group = false;
  }
  object.ns = parts.size() == 3 ? std::string(parts[1]) : ns;
  object.name = std::string(parts.back());
  return object;
}

bool ObjectName::is_of(EventView& event, bool collections) const {
  const std::string_view reference = event.part(Part::ObjectRef);
  const auto member = [&](std::string_view key) {
    return text_of(audit::search::member_of(reference, key));
  };
  if (reference.empty() || member("resource") != resource) return false;
  if (!any_group && member("apiGroup") != group) return false;
  const std::string event_name = member("name");
  const std::string event_ns = member("namespace");
  if (event_name.empty()) {
    if (collections && (event_ns == ns || event_ns.empty())) return true;
    // A create whose name the server made up has it in the response only.
    const std::string_view made = event.at_pointer("/responseObject/metadata/name");
    return !made.empty() && text_of(made) == name && (ns.empty() || event_ns == ns);
  }
  return event_name == name && (ns.empty() || event_ns == ns || event_ns.empty());
}

std::string ObjectName::text() const {
  return resource + (any_group ? "" : "." + group) + "/" + (ns.empty() ? "" : ns + "/") + name;
}

}  // namespace kaudit::cli
