// `kaudit log timeline` and `kaudit log who`: what happened, in order.
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/text/hex.hpp"
#include "cli/log/input/event_input.hpp"
#include "cli/log/log_group.hpp"
#include "cli/log/story/object_name.hpp"
#include "cli/log/story/timeline.hpp"
#include "cli/report_format.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

using audit::search::EventView;
using audit::search::Part;
using audit::search::text_of;

struct TimelineOptions {
  EventInputOptions input;
  std::string subject;
  std::string ns;
  std::string kind = "auto";
  bool no_fold = false;
  bool reads = false;
  ReportFormat format = ReportFormat::Text;
  Zone zone = Zone::Utc;
};

using Wanted = std::function<bool(EventView&)>;

/// As servers make auditIDs: 8-4-4-4-12 hexadecimal digits.
bool looks_like_audit_id(const std::string& text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex_digit(text[i])) return false;
  }
  return true;
}

Wanted by_user(const std::string& user) {
  return [user](EventView& event) {
    return text_of(event.part(Part::User, "username")) == user ||
           text_of(event.part(Part::ImpersonatedUser, "username")) == user;
  };
}

Wanted by_audit_id(const std::string& id) {
  return [id](EventView& event) { return text_of(event.part(Part::AuditId)) == id; };
}

bool is_read(EventView& event) {
  const std::string verb = text_of(event.part(Part::Verb));
  return verb == "get" || verb == "list" || verb == "watch";
}

/// Which events the subject means; nothing when it names no object, which was said.
std::optional<Wanted> wanted_by(const TimelineOptions& options) {
  std::string kind = options.kind;
  if (kind == "auto") {
    kind = looks_like_audit_id(options.subject)             ? "auditID"
           : options.subject.find('/') != std::string::npos ? "object"
                                                            : "user";
  }
  if (kind == "user") return by_user(options.subject);
  if (kind == "auditID") return by_audit_id(options.subject);
  const auto named = read_object_name(options.subject, options.ns);
  if (!named) {
    complain(named.error().message);
    return std::nullopt;
  }
  return [object = *named, reads = options.reads](EventView& event) {
    const bool collection = text_of(event.part(Part::Verb)) == "deletecollection";
    // Gets of one object tell its story only with exec and the like, lists never.
    if (!reads && is_read(event) && event.part(Part::ObjectRef, "subresource").empty()) {
      return false;
    }
    return object.is_of(event, collection);
  };
}

Exit tell(const TimelineOptions& options, const Wanted& wanted, bool fold) {
  Timeline timeline;
  EventView event;
  const EventInputResult read = read_events(options.input, [&](const FoundEvent& found) {
    if (event.reset(found.json) && wanted(event)) timeline.add(event);
    return true;
  });
  const std::vector<TimelineEntry> entries = timeline.finish(fold);
  for (const TimelineEntry& entry : entries) {
    std::string out;
    if (options.format == ReportFormat::Json) {
      append_timeline_json(out, entry, options.zone);
      print_json(out);
    } else {
      append_timeline_text(out, entry, options.zone);
      print(out);
    }
  }
  if (timeline.dropped() > 0) {
    complain(std::to_string(timeline.dropped()) + " requests before these are not shown");
  }
  if (read.exit != Exit::Fine) return Exit::Usage;
  return entries.empty() ? Exit::Findings : Exit::Fine;
}

Exit log_timeline(const TimelineOptions& options) {
  const auto wanted = wanted_by(options);
  return wanted ? tell(options, *wanted, !options.no_fold) : Exit::Usage;
}

/// The verbs that a word of `who` means.
bool is_deed(const std::string& deed, const std::string& verb) {
  if (deed == "deleted") return verb == "delete" || verb == "deletecollection";
  if (deed == "created") return verb == "create";
  if (deed == "read") return verb == "get" || verb == "list" || verb == "watch";
  if (deed == "touched") return true;
  return verb == "create" || verb == "update" || verb == "patch" || verb == "delete" ||
         verb == "deletecollection";
}

Exit log_who(const TimelineOptions& options, const std::string& deed) {
  const auto object = read_object_name(options.subject, options.ns);
  if (!object) {
    complain(object.error().message);
    return Exit::Usage;
  }
  const bool collections = deed != "created";
  return tell(
      options,
      [&](EventView& event) {
        return is_deed(deed, text_of(event.part(Part::Verb))) && object->is_of(event, collections);
      },
      !options.no_fold);
}

void add_common(CLI::App& command, TimelineOptions& options) {
  command.add_option("-n,--namespace", options.ns, "The object's namespace");
  command.add_flag("--no-fold", options.no_fold, "Show each request of controllers, too");
  add_format_option(command, options.format, "For people, or one JSON line a request");
  add_zone_option(command, options.zone);
}

}  // namespace

void add_log_timeline(CLI::App& log, Exit& exit) {
  auto options = std::make_shared<TimelineOptions>();
  CLI::App* command =
      log.add_subcommand("timeline", "Tell what happened to an object, by a user, or in a request");
  command->footer(
      "The subject is an object (RESOURCE/NAMESPACE/NAME, like pods/default/web-0, or "
      "RESOURCE/NAME), "
      "an auditID, or else a user. Exit code: 1 when there is nothing to tell.");
  command->add_option("SUBJECT", options->subject, "OBJECT, USER or AUDITID")->required();
  command->add_option("--kind", options->kind, "What SUBJECT is: object, user, auditID or auto")
      ->check(CLI::IsMember({"auto", "object", "user", "auditID"}))
      ->type_name("WHAT");
  command->add_flag("--reads", options->reads, "Of an object: show who read it, too");
  add_common(*command, *options);
  add_log_files(*command, options->input);
  command->callback([options, &exit] { exit = log_timeline(*options); });
}

void add_log_who(CLI::App& log, Exit& exit) {
  auto options = std::make_shared<TimelineOptions>();
  auto deed = std::make_shared<std::string>();
  CLI::App* command =
      log.add_subcommand("who", "Say who deleted, changed, created or read an object");
  command->footer("Exit code: 1 when nobody did.");
  command->add_option("DEED", *deed, "deleted, changed, created, read, or touched for all of these")
      ->check(CLI::IsMember({"deleted", "changed", "created", "read", "touched"}))
      ->required();
  command->add_option("OBJECT", options->subject, "RESOURCE/NAMESPACE/NAME or RESOURCE/NAME")
      ->required();
  add_common(*command, *options);
  add_log_files(*command, options->input);
  command->callback([options, deed, &exit] { exit = log_who(*options, *deed); });
}

}  // namespace kaudit::cli
