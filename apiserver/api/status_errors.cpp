#include "apiserver/api/status_errors.hpp"

#include <set>
#include <string>
#include <utility>

#include "apiserver/answer.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Resource;

std::string text(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  return all;
}

audit::Status with_details(audit::Status status, audit::StatusDetails details = {}) {
  status.details = std::move(details);
  return status;
}

audit::Status about(audit::Status status, std::string_view group, std::string_view kind,
                    std::string_view name) {
  audit::StatusDetails details;
  details.name = name;
  details.group = group;
  details.kind = kind;
  return with_details(std::move(status), std::move(details));
}

audit::Status about(audit::Status status, const Resource& resource, std::string_view name) {
  return about(std::move(status), resource.group, resource.name, name);
}

std::string qualified_kind(std::string_view group, std::string_view kind) {
  return group.empty() ? std::string(kind) : text({kind, ".", group});
}

}  // namespace

audit::Status not_found(const Resource& resource, std::string_view name) {
  return about(
      failure(404, "NotFound", text({resource.qualified_name, " ", go_quoted(name), " not found"})),
      resource, name);
}

audit::Status already_exists(const Resource& resource, std::string_view name) {
  return about(failure(409, "AlreadyExists",
                       text({resource.qualified_name, " ", go_quoted(name), " already exists"})),
               resource, name);
}

audit::Status generated_name_exists(const Resource& resource, std::string_view name) {
  audit::Status status = already_exists(resource, name);
  status.message += ", the server was not able to generate a unique name for the object";
  status.details->retry_after_seconds = 1;
  return status;
}

audit::Status conflict(const Resource& resource, std::string_view name, std::string_view why) {
  return about(failure(409, "Conflict",
                       text({"Operation cannot be fulfilled on ", resource.qualified_name, " ",
                             go_quoted(name), ": ", why})),
               resource, name);
}

audit::Status apply_conflict(std::string_view message, const std::vector<FieldError>& causes) {
  audit::StatusDetails details;
  for (const FieldError& cause : causes) {
    details.causes.push_back({cause.reason, cause.message, cause.field});
  }
  return with_details(failure(409, "Conflict", message), std::move(details));
}

audit::Status precondition_failed(const Resource& resource, std::string_view name,
                                  std::string_view why) {
  return about(failure(409, "Conflict",
                       text({"Operation cannot be fulfilled on ",
                             qualified_kind(resource.group, resource.kind), " ", go_quoted(name),
                             ": ", why})),
               resource.group, resource.kind, name);
}

audit::Status forbidden(const Resource& resource, std::string_view name, std::string_view why) {
  return about(
      failure(403, "Forbidden",
              text({resource.qualified_name, " ", go_quoted(name), " is forbidden: ", why})),
      resource, name);
}

audit::Status invalid(std::string_view group, std::string_view kind, std::string_view name,
                      const std::vector<FieldError>& errors) {
  std::string all;
  audit::StatusDetails details;
  details.name = name;
  details.group = group;
  details.kind = kind;
  // What is said twice is only said once in the message. (field.ErrorList ToAggregate)
  std::set<std::string> told;
  for (const FieldError& error : errors) {
    details.causes.push_back({error.reason, error.message, error.field});
    std::string line = text({error.field, ": ", error.message});
    if (!told.insert(line).second) continue;
    if (told.size() > 1) all += ", ";
    all += line;
  }
  if (told.size() > 1) all = text({"[", all, "]"});
  return with_details(
      failure(422, "Invalid",
              text({qualified_kind(group, kind), " ", go_quoted(name), " is invalid: ", all})),
      std::move(details));
}

audit::Status bad_request(std::string_view message) { return failure(400, "BadRequest", message); }

audit::Status service_unavailable(std::string_view why) {
  return failure(503, "ServiceUnavailable", why);
}

audit::Status internal_error(std::string_view why) {
  audit::StatusDetails details;
  details.causes.push_back({"", std::string(why), ""});
  return with_details(failure(500, "InternalError", text({"Internal error occurred: ", why})),
                      std::move(details));
}

audit::Status unexpected(std::string_view message) { return failure(500, "", message); }

audit::Status body_too_large(std::size_t limit) {
  return entity_too_large("limit is " + std::to_string(limit));
}

audit::Status entity_too_large(std::string_view why) {
  return failure(413, "RequestEntityTooLarge", text({"Request entity too large: ", why}));
}

audit::Status unprocessable() {
  return with_details(
      failure(422, "Invalid", "the server rejected our request due to an error in our request"));
}

audit::Status timeout(Cancellation::Reason reason) {
  const std::string_view why = reason == Cancellation::Reason::DeadlineExceeded
                                   ? "context deadline exceeded"
                                   : "context canceled";
  return with_details(
      failure(504, "Timeout",
              text({"Timeout: request did not complete within requested timeout - ", why})));
}

audit::Status version_too_large(std::uint64_t asked, std::uint64_t current) {
  audit::StatusDetails details;
  details.causes.push_back({"ResourceVersionTooLarge", "Too large resource version", ""});
  details.retry_after_seconds = 1;
  return with_details(failure(504, "Timeout",
                              text({"Timeout: Too large resource version: ", std::to_string(asked),
                                    ", current: ", std::to_string(current)})),
                      std::move(details));
}

audit::Status expired(std::uint64_t asked, std::uint64_t oldest) {
  return failure(410, "Expired",
                 text({"too old resource version: ", std::to_string(asked), " (",
                       std::to_string(oldest), ")"}));
}

audit::Status list_expired() {
  return failure(410, "Expired", "The resourceVersion for the provided list is too old.");
}

audit::Status continue_expired(std::string rest) {
  audit::Status status = failure(
      410, "Expired",
      "The provided continue parameter is too old to display a consistent list result. You can "
      "start a new list without the continue parameter, or use the continue token in this "
      "response to retrieve the remainder of the results. Continuing with the provided token "
      "results in an inconsistent list - objects that were created, modified, or deleted between "
      "the time the first chunk was returned and now may show up in the list.");
  status.metadata.continue_token = std::move(rest);
  return status;
}

audit::Status unsupported_body(std::span<const std::string_view> accepted) {
  return failure(
      415, "UnsupportedMediaType",
      text({"the body of the request was in an unknown format - accepted media types include: ",
            joined(accepted, ", ")}));
}

audit::Status no_such_resource() {
  return with_details(failure(404, "NotFound", "the server could not find the requested resource"));
}

audit::Status method_not_allowed() {
  return with_details(failure(405, "MethodNotAllowed",
                              "the server does not allow this method on the requested resource"));
}

audit::Status unsupported_media_type() {
  return with_details(failure(415, "UnsupportedMediaType", "415: Unsupported Media Type"));
}

}  // namespace kaudit::apiserver::api
