// What people get wrong about the auditing of particular requests. Each note says when it applies;
// the facts are kube-apiserver's as of 1.37.
#include <string_view>

#include "policy/expected_events.hpp"

namespace kaudit::policy {
namespace {

using audit::Attributes;
using audit::Decision;
using audit::Level;
using audit::Stage;

struct Question {
  const Decision& decision;
  const Attributes& request;
  ResourceScope scope;

  bool recorded() const { return decision.level != Level::None; }
  bool known() const { return request.user != nullptr; }
  bool resource() const { return request.resource_request; }
  bool verb(std::string_view name) const { return request.verb == name; }
  bool writes() const {
    return verb("create") || verb("update") || verb("patch") || verb("delete") ||
           verb("deletecollection");
  }
  bool about(std::string_view name) const { return resource() && request.resource == name; }
  bool sub(std::string_view name) const { return resource() && request.subresource == name; }
  /// The bodies that its events have.
  bool has_request_body() const { return has_body(&ExpectedEvent::request_object); }
  bool has_response_body() const { return has_body(&ExpectedEvent::response_object); }
  bool has_body(std::string ExpectedEvent::*body) const {
    for (const ExpectedEvent& event : expected_events(decision, request)) {
      if (!event.omitted && !(event.*body).empty()) return true;
    }
    return false;
  }
  bool sends_object() const { return verb("create") || verb("update") || verb("patch"); }
  bool upgrades() const { return sub("exec") || sub("attach") || sub("portforward"); }
  bool streams() const { return audit::long_running(request); }
  bool omits(Stage stage) const { return decision.omit_stages.contains(stage); }
};

struct Note {
  bool (*applies)(const Question&);
  std::string_view text;
};

constexpr Note kNotes[] = {
    {[](const Question& q) { return !q.recorded() && q.decision.rule == Decision::kNoRule; },
     "No rule matches, and that means level None, silently: a last rule without conditions would "
     "be a catch-all."},
    {[](const Question& q) { return !q.known(); },
     "A failed login is one event of stage ResponseStarted and nothing else, for every verb; only "
     "a rule without users and userGroups can match it, not even system:unauthenticated does (that "
     "is anonymous access)."},
    {[](const Question& q) {
       return !q.known() && q.recorded() && q.omits(Stage::ResponseStarted);
     },
     "omitStages has ResponseStarted: so no failed login is recorded at all."},
    {[](const Question& q) { return q.known() && q.request.user->username == "system:anonymous"; },
     "Anonymous access is not a failed login: the user is known and is system:anonymous, in the "
     "group system:unauthenticated."},
    {[](const Question& q) {
       return q.recorded() && q.known() && !q.streams() && !(q.resource() && q.sends_object());
     },
     "The policy decides before authorization: the event is made for a refusal (403, 404, 429) as "
     "well."},
    {[](const Question& q) {
       return q.recorded() && q.known() && !q.streams() && q.resource() && q.sends_object();
     },
     "The policy decides before authorization and admission: the event is made for a refusal (403, "
     "409, 422, 429) as well."},
    {[](const Question& q) { return q.has_request_body() && q.sends_object() && !q.streams(); },
     "A request that is refused before its body was read (403, 429) has no requestObject."},
    {[](const Question& q) { return q.verb("watch"); },
     "What a watch delivers is never recorded, only that somebody watched; a client that reads a "
     "whole collection by watch (sendInitialEvents) looks the same."},
    {[](const Question& q) { return q.upgrades() && q.verb("get"); },
     "kubectl opens exec and attach by GET since 1.30, port-forward since 1.31; older clients use "
     "POST, whose verb is create. A policy needs both."},
    {[](const Question& q) { return q.sub("exec") && q.recorded(); },
     "Of an exec the event has the command line, in requestURI, at every level; what is typed or "
     "printed afterwards is never recorded."},
    {[](const Question& q) { return (q.sub("attach") || q.sub("portforward")) && q.recorded(); },
     "What goes through the connection is never recorded, only that it was opened."},
    {[](const Question& q) { return q.sub("log"); },
     "pods/log is long-running even without follow: it has a ResponseStarted event."},
    {[](const Question& q) {
       return q.resource() && q.verb("create") && q.request.subresource.empty() && q.recorded();
     },
     "A create has no name when the policy decides, so resourceNames cannot choose it; the event "
     "has it at ResponseComplete, but for generateName, whose name is in responseObject only."},
    {[](const Question& q) {
       return q.resource() && (q.verb("list") || q.verb("deletecollection")) &&
              q.request.name.empty();
     },
     "A request for a whole collection has no name, so resourceNames cannot choose it (one with "
     "the fieldSelector metadata.name=X has the name X)."},
    {[](const Question& q) {
       return q.resource() && q.request.ns.empty() && q.scope != ResourceScope::Cluster &&
              !q.about("namespaces") && (q.verb("list") || q.verb("watch"));
     },
     "A request over all namespaces has the namespace \"\", as what is in no namespace has: rules "
     "with namespaces miss it unless they name \"\"."},
    {[](const Question& q) { return q.about("namespaces") && !q.request.name.empty(); },
     "A request for one namespace has that namespace as its namespace too: namespaces: [\"\"] "
     "misses it."},
    {[](const Question& q) { return q.verb("patch") && q.decision.level >= Level::Request; },
     "Of a patch the event has what the client sent, not what came of it, and managedFields stay "
     "in it whatever omitManagedFields says."},
    {[](const Question& q) {
       return q.verb("deletecollection") && q.decision.level >= Level::RequestResponse;
     },
     "The answer to deletecollection is the list of all deleted objects: the event can be very "
     "large."},
    {[](const Question& q) {
       const bool shows = q.has_response_body() && !q.verb("delete");
       return q.resource() && (shows || (q.has_request_body() && q.sends_object())) &&
              (q.about("secrets") || q.sub("token") || q.about("tokenreviews") ||
               q.about("certificatesigningrequests"));
     },
     "The bodies hold secrets or live tokens: at Metadata the event says who and when without "
     "them."},
    {[](const Question& q) { return q.writes() && q.resource() && !q.streams() && q.recorded(); },
     "A dry run looks like the real thing, but for dryRun=All in requestURI."},
    {[](const Question& q) {
       return !q.resource() && q.known() && q.decision.level >= Level::Request &&
              !q.request.path.starts_with("/api");
     },
     "Requests for no resource have no bodies at any level (discovery documents have)."},
    {[](const Question& q) { return q.recorded() && q.known() && q.omits(Stage::RequestReceived); },
     "Without RequestReceived a request that hangs, or that a crash of the server ends, leaves "
     "nothing; and blocking-strict refuses nothing, for it acts on that stage alone."},
    {[](const Question& q) {
       return q.recorded() && q.known() && q.streams() && q.omits(Stage::ResponseStarted);
     },
     "Without ResponseStarted a stream leaves its first trace after RequestReceived only when it "
     "ends, which may be hours later."},
};

}  // namespace

std::vector<std::string> semantics_notes(const Decision& decision, const Attributes& request,
                                         ResourceScope scope) {
  const Question question{decision, request, scope};
  std::vector<std::string> notes;
  for (const Note& note : kNotes) {
    if (note.applies(question)) notes.emplace_back(note.text);
  }
  return notes;
}

}  // namespace kaudit::policy
