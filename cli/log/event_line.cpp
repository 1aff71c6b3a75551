#include "cli/log/event_line.hpp"

#include <string_view>

#include "base/text/quote.hpp"

namespace kaudit::cli {
namespace {

using audit::search::EventView;
using audit::search::Part;
using audit::search::text_of;

std::string part_text(EventView& event, Part part, std::string_view member) {
  return text_of(event.part(part, member));
}

void append_coloured(std::string& out, std::string_view text, const char* code, LineColour colour) {
  if (colour == LineColour::Yes && code[0] != '\0') {
    out += "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  } else {
    out += text;
  }
}

const char* verb_colour(std::string_view verb) {
  if (verb == "delete" || verb == "deletecollection") return "31";
  if (verb == "create") return "32";
  if (verb == "update" || verb == "patch") return "33";
  return "";
}

const char* outcome_colour(std::string_view outcome) {
  if (outcome.starts_with('5')) return "1;31";
  if (outcome.starts_with('4')) return "33";
  return outcome.empty() ? "" : "32";
}

}  // namespace

std::string actor_text(EventView& event) {
  std::string user = part_text(event, Part::User, "username");
  if (user.empty()) user = "-";
  const std::string impersonated = part_text(event, Part::ImpersonatedUser, "username");
  return impersonated.empty() ? user : user + " as " + impersonated;
}

std::string target_text(EventView& event) {
  std::string resource = part_text(event, Part::ObjectRef, "resource");
  if (resource.empty()) {
    const std::string uri = text_of(event.part(Part::RequestUri));
    return uri.substr(0, uri.find('?'));
  }
  const std::string subresource = part_text(event, Part::ObjectRef, "subresource");
  if (!subresource.empty()) resource += "/" + subresource;
  const std::string ns = part_text(event, Part::ObjectRef, "namespace");
  const std::string name = part_text(event, Part::ObjectRef, "name");
  if (!ns.empty() && !name.empty()) return resource + " " + ns + "/" + name;
  if (!ns.empty()) return resource + " " + ns + "/";
  return name.empty() ? resource : resource + " " + name;
}

std::string outcome_text(EventView& event) {
  std::string code = part_text(event, Part::ResponseStatus, "code");
  const std::string reason = part_text(event, Part::ResponseStatus, "reason");
  if (!reason.empty()) code += (code.empty() ? "" : " ") + reason;
  return code;
}

void append_event_line(std::string& out, EventView& event, Zone zone, LineColour colour) {
  const std::string verb = visible(text_of(event.part(Part::Verb)));
  const std::string outcome = visible(outcome_text(event));
  const std::string stage = text_of(event.part(Part::Stage));
  out += time_text(event.time(), zone) + "  " + visible(actor_text(event)) + "  ";
  append_coloured(out, verb, verb_colour(verb), colour);
  out += " " + visible(target_text(event));
  if (!outcome.empty()) {
    out += "  ";
    append_coloured(out, outcome, outcome_colour(outcome), colour);
  }
  if (!stage.empty() && stage != "ResponseComplete") out += "  (" + visible(stage) + ")";
  out += '\n';
}

}  // namespace kaudit::cli
