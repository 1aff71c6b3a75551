#include "apiserver/api/call.hpp"

#include <chrono>
#include <utility>

#include "apiserver/answer.hpp"
#include "apiserver/api/representation.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/compression.hpp"
#include "apiserver/serialization.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

using Clock = std::chrono::steady_clock;

/// What a Table's rows hold, by the parameter includeObject.
/// (apiserver pkg/endpoints/handlers targetEncodingForTransform, ValidateTableOptions)
Expected<objects::table::IncludeObject> include_object(const Call& call) {
  const std::string_view asked = call.scope.url.parameter("includeObject");
  if (asked.empty() || asked == "Metadata") return objects::table::IncludeObject::Metadata;
  if (asked == "None") return objects::table::IncludeObject::None;
  if (asked == "Object") return objects::table::IncludeObject::Object;
  return tl::unexpected(
      bad_request("Unable to convert to Table as requested: includeObject: "
                  "Invalid value: " +
                  go_quoted(asked) + ": must be 'Metadata', 'Object', 'None', or empty"));
}

// All that is left to the edge is to send it: compressing belongs to what writing took.
void note_latencies(RequestScope& scope, Answer& serialized, Clock::time_point start) {
  const auto done = Clock::now();
  scope.latencies.serialize_response_object = done - start;
  compress_if_large(scope.request(), serialized.response);
  scope.latencies.response_write = Clock::now() - done;
}

/// `start`: when it began to be serialized.
Answer serialized_answer(RequestScope& scope, ObjectFormat format, int code, std::string body,
                         Clock::time_point start) {
  Answer answer = Answer::text(code, media_type(format), std::move(body));
  note_latencies(scope, answer, start);
  return answer;
}

Answer object_answer(RequestScope& scope, Serialization as, int code, std::string_view json,
                     Clock::time_point start) {
  std::string body = serialized(scope, as, json);  // which may fall back to JSON
  return serialized_answer(scope, as.format, code, std::move(body), start);
}

/// A Status that is no failure: 200 when it shows no code.
Answer success_answer(const Call& call, audit::Status status) {
  std::string json;
  append_json(json, status);
  Answer answer = object_answer(call.scope, call.representation.serialization,
                                status.code == 0 ? 200 : status.code, json, Clock::now());
  answer.recorded_status = std::make_unique<const audit::Status>(std::move(status));
  return answer;
}

Expected<RawJson> shown_as_asked(const Call& call, const RawJson& json) {
  const auto view = view_of(call);
  if (!view) return tl::unexpected(view.error());
  if (view->form == objects::table::Form::Whole) return json;
  return in_form(objects::table::show(call.resource, *view, json.view(), Timestamp::now()));
}

}  // namespace

Expected<RawJson> in_form(Result<std::string> shown) {
  if (!shown) return tl::unexpected(failure(406, "NotAcceptable", shown.error().message));
  return RawJson::trusted(*std::move(shown));
}

Expected<objects::table::View> view_of(const Call& call) {
  objects::table::View view{call.representation.form, call.representation.version,
                            objects::table::IncludeObject::Metadata};
  if (view.form != objects::table::Form::Table) return view;
  if (call.version != nullptr) view.columns = call.version->columns;
  const auto included = include_object(call);
  if (!included) return tl::unexpected(included.error());
  view.include_object = *included;
  return view;
}

std::string Call::prefix() const { return store_prefix(resource, ns); }

std::string Call::key(std::string_view object_name) const {
  std::string key = prefix();
  key.append(object_name);
  return key;
}

boost::asio::awaitable<Expected<std::string>> read_body(Call& call) {
  auto body = co_await call.scope.exchange.read_body(call.options.body_limit);
  if (body) co_return *std::move(body);
  switch (body.error()) {
    case http::BodyError::TooLarge:
      co_return tl::unexpected(body_too_large(call.options.body_limit));
    case http::BodyError::UnexpectedEof:
    case http::BodyError::Malformed:
      co_return tl::unexpected(unexpected(std::string(call.scope.exchange.body_fault())));
    case http::BodyError::Timeout:
      break;
  }
  co_return tl::unexpected(unexpected("i/o timeout"));
}

Answer answer(Call& call, Expected<Reply>&& reply) {
  RequestScope& scope = call.scope;
  if (!reply) {
    audit::Status& status = reply.error();
    return status.status == "Success" ? success_answer(call, std::move(status))
                                      : answer_with(scope, std::move(status));
  }
  const auto start = Clock::now();
  return answer_with_shown(call, reply->code, shown_as_asked(call, reply->json), start);
}

Answer answer_with_shown(Call& call, int code, Expected<RawJson> shown, Clock::time_point start) {
  RequestScope& scope = call.scope;
  if (!shown) return answer_with(scope, std::move(shown.error()));
  const auto transformed = Clock::now();
  scope.latencies.transform_response_object = transformed - start;
  Answer answer =
      object_answer(scope, call.representation.serialization, code, shown->view(), transformed);
  // Held until the answer has left: only where something looks at it.
  if (scope.audit != nullptr && scope.audit->wants_response_object()) {
    answer.recorded_object = *std::move(shown);
  }
  return answer;
}

Answer answer_with_text(Call& call, std::string json) {
  RequestScope& scope = call.scope;
  const Representation& as = call.representation;
  const auto asked = Clock::now();
  if (as.form != objects::table::Form::Whole || !is_compact_json(scope, as.serialization) ||
      (scope.audit != nullptr && scope.audit->wants_response_object())) {
    return answer(call, Reply{200, RawJson::trusted(std::move(json))});
  }
  const auto start = Clock::now();
  scope.latencies.transform_response_object = start - asked;
  json += '\n';
  return serialized_answer(scope, as.format(), 200, std::move(json), start);
}

Answer answer_with(RequestScope& scope, audit::Status status) {
  if (status.details && status.details->retry_after_seconds > 0) {
    scope.headers.set("Retry-After", std::to_string(status.details->retry_after_seconds));
  }
  const auto start = Clock::now();
  Answer answer = status_answer(scope, std::move(status));
  note_latencies(scope, answer, start);
  return answer;
}

audit::Status refused(const Call& call, store::Refusal refusal) {
  switch (refusal) {
    case store::Refusal::NotFound:
      return not_found(call.resource, call.name);
    case store::Refusal::AlreadyExists:
      return already_exists(call.resource, call.name);
    case store::Refusal::Changed:
      return conflict(
          call.resource, call.name,
          "the object has been modified; please apply your changes to the latest version "
          "and try again");
    case store::Refusal::Expired:
    case store::Refusal::NotReached:
    case store::Refusal::Unavailable:
      break;
  }
  return unexpected("the storage does not answer");
}

}  // namespace kaudit::apiserver::api
