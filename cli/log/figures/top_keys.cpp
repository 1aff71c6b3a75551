#include "cli/log/figures/top_keys.hpp"

#include <array>

#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"
#include "cli/log/event_line.hpp"

namespace kaudit::cli {
namespace {

using audit::search::EventView;
using audit::search::Part;
using audit::search::text_of;

template <Part part>
std::string outermost(EventView& event) {
  return text_of(event.part(part));
}

std::string object_ref(EventView& event, std::string_view member) {
  return text_of(event.part(Part::ObjectRef, member));
}

std::string resource_key(EventView& event) {
  std::string resource = object_ref(event, "resource");
  if (resource.empty()) return "";
  const std::string group = object_ref(event, "apiGroup");
  if (!group.empty()) resource += "." + group;
  const std::string subresource = object_ref(event, "subresource");
  return subresource.empty() ? resource : resource + "/" + subresource;
}
std::string namespace_key(EventView& event) { return object_ref(event, "namespace"); }
std::string name_key(EventView& event) { return object_ref(event, "name"); }
std::string user_key(EventView& event) { return text_of(event.part(Part::User, "username")); }
std::string source_key(EventView& event) {
  return text_of(audit::search::element_of(event.part(Part::SourceIps), 0));
}
std::string code_key(EventView& event) { return text_of(event.part(Part::ResponseStatus, "code")); }
std::string path_key(EventView& event) {
  const std::string uri = text_of(event.part(Part::RequestUri));
  return uri.substr(0, uri.find('?'));
}

constexpr std::array<TopKey, 17> kTopKeys = {{
    {"verb", outermost<Part::Verb>},
    {"user", user_key},
    {"actor", actor_text},
    {"resource", resource_key},
    {"namespace", namespace_key},
    {"name", name_key},
    {"object", target_text},
    {"userAgent", outermost<Part::UserAgent>},
    {"sourceIP", source_key},
    {"code", code_key},
    {"uri", outermost<Part::RequestUri>},
    {"path", path_key},
    {"stage", outermost<Part::Stage>},
    {"level", outermost<Part::Level>},
    {"auditID", outermost<Part::AuditId>},
    {"outcome", outcome_text},
    {"rule", nullptr},
}};

}  // namespace

std::string top_key_names() {
  std::vector<std::string_view> names;
  for (const TopKey& key : kTopKeys) names.push_back(key.name);
  return joined(names, ", ");
}

Result<std::vector<TopKey>> read_top_keys(std::string_view text) {
  std::vector<TopKey> keys;
  std::vector<std::string_view> names;
  for (const TopKey& key : kTopKeys) names.push_back(key.name);
  for (const std::string_view name : split(text, ',')) {
    bool found = false;
    for (const TopKey& key : kTopKeys) {
      if (key.name != name) continue;
      keys.push_back(key);
      found = true;
    }
    if (found) continue;
    const std::string_view near = nearest(name, names);
    return fail("events are not counted by " + go_quoted(name) +
                (near.empty() ? "; keys are " + top_key_names()
                              : "; did you mean " + std::string(near) + "?"));
  }
  return keys;
}

}  // namespace kaudit::cli
