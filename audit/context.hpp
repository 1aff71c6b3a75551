#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/counters.hpp"
#include "audit/evaluator.hpp"
#include "audit/event.hpp"
#include "audit/sink.hpp"

namespace kaudit::audit {

/// What a request is about, as far as its URL says.
struct RequestObject {
  std::string_view resource;
  std::string_view ns;  ///< namespace
  std::string_view name;
  std::string_view api_group;
  std::string_view api_version;
  std::string_view subresource;

  explicit operator ObjectReference() const;
};

/// What is known of a request before its handler runs, as every one of its events says it. Its
/// texts are views, of which a Context keeps copies.
struct RequestFacts {
  std::string_view audit_id;
  std::string_view request_uri;
  std::string_view verb;
  SharedUser user;      ///< empty when authentication failed
  SharedSource source;  ///< the user agent of any length; it is cut to kMaxUserAgent
  std::optional<RequestObject> object_ref;
  Timestamp received;
};

/// The events of one request: filled in as the request goes on, one immutable Event made at each
/// stage (audit-semantics 2).
///
/// Use: construct when the policy has decided; the log_… and annotate() calls are no-ops below the
/// level that records them; at each stage make_event() gives the event to hand to the sink, or null
/// when there is none to make. Not thread-safe: one request, one thread at a time.
///
/// Somebody who looks on (the explorer) may want more than the policy lets be recorded: then all is
/// collected as for RequestResponse, whole_event() has it, and make_event() leaves out what its
/// level does not record.
class Context {
 public:
  static constexpr std::size_t kMaxUserAgent = 1024;
  /// What is collected, and whether anybody looks on who wants to hear of it.
  enum class Collect : std::uint8_t { AsDecided, Everything, Unseen };

  Context(RequestFacts facts, const Decision& decision, Collect collect = Collect::AsDecided);

  Level level() const noexcept { return decision_.level; }
  Collect collect() const noexcept { return collect_; }
  const Decision& decision() const noexcept { return decision_; }
  bool wants_request_object() const noexcept { return collected_ >= Level::Request; }
  bool wants_response_object() const noexcept { return collected_ >= Level::RequestResponse; }

  /// Records an annotation. Writing a key again with another value keeps the first and returns
  /// false.
  bool annotate(std::string_view key, std::string_view value);
  void set_impersonated_user(UserInfo user, std::string_view constraint = "");

  /// Completes what the URL left open (each member only if empty so far) from a decoded request
  /// body.
  void complete_object_ref(const ObjectReference& from_body);
  /// The decoded request body re-encoded, or a patch as sent. `managed_fields` says whether
  /// omitManagedFields applies (it does not to patches).
  enum class ManagedFields { Object, Patch };
  void log_request_object(RawJson object, ManagedFields managed_fields = ManagedFields::Object);
  /// The object, list, Table or Status that is sent back.
  void log_response_object(RawJson object);
  /// The Status of an answer that is one (errors, deletes); its status, message, reason, details
  /// and code become responseStatus.
  void set_response_status(const Status& status);
  /// The code of the answer's status line, which overrides a Status' own.
  void set_response_code(int code);
  bool has_response_status() const noexcept { return draft_.response_status.has_value(); }

  /// The event of this stage with the stage's time, or null when the level is None or the stage is
  /// omitted.
  EventPtr make_event(Stage stage, Timestamp at) const;
  /// The same of the last stage, which needs no copy of what is known: nothing more may be asked of
  /// the context but whole_event().
  EventPtr make_last_event(Stage stage, Timestamp at);
  /// What make_event() gives without its copy, to be looked at before anything else is asked of the
  /// context: for a PassingSink. Not where everything is collected.
  const Event* passing_event(Stage stage, Timestamp at);
  /// The same at level RequestResponse and whatever stages are omitted; null where everything was
  /// not collected. `made` is what make_event() gave: it is given again where it is the same event.
  EventPtr whole_event(Stage stage, Timestamp at, const EventPtr& made) const;

 private:
  bool makes(Stage stage) const noexcept {
    return level() != Level::None && !decision_.omit_stages.contains(stage);
  }

  Event draft_;
  Decision decision_;
  Collect collect_;
  Level collected_;
};

/// The event as a lower level would have it. (At level None it would not be.)
Event lowered(Event event, Level level);

}  // namespace kaudit::audit
