#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "apiserver/http/message.hpp"
#include "audit/context.hpp"
#include "audit/status.hpp"
#include "base/json/raw_json.hpp"

namespace kaudit::apiserver {

struct RequestScope;

/// What a request is answered with: a value that goes from the handler out through the filters,
/// each of which may replace it or add to it. Only the edge of the chain sends it
/// (send_answer.hpp), so that nothing has left for the client before the last filter has had its
/// say.
struct Answer {
  enum class Kind : std::uint8_t {
    None,     ///< the handler had nothing to say: the client gets an empty 200
    Whole,    ///< `response`
    Stream,   ///< status and headers of `response`, then what `body` writes
    Upgrade,  ///< another protocol takes the connection over: the bytes of `response.body`, then
              ///< `body`. Its status is what events say, whatever the bytes say
    Sent,     ///< the client has had its answer: the deadline's, in the handler's place
    Cut,      ///< the connection closes without another byte
  };
  /// A coroutine that has not begun. It writes to the request's exchange; the end of the answer
  /// (the last chunk) is not its own to write, but follows when it has ended, together with
  /// whatever the filters have put around it.
  using Body = boost::asio::awaitable<void>;

  Answer() = default;
  explicit Answer(http::Response whole) : kind(Kind::Whole), response(std::move(whole)) {}
  static Answer text(int status, std::string_view content_type, std::string body);
  static Answer stream(int status, http::Headers headers, Body body);
  static Answer upgrade(int status, std::string head, Body body);
  static Answer sent() { return Answer(Kind::Sent); }
  static Answer cut() { return Answer(Kind::Cut); }

  Answer(Answer&&) = default;
  // Asio's awaitable forgets the coroutine that it is assigned over.
  Answer& operator=(Answer&&) = delete;
  ~Answer() = default;

  bool has_body() const noexcept { return body.valid(); }
  bool is_whole() const noexcept { return kind == Kind::None || kind == Kind::Whole; }

  /// Tells the request's events what they show of it: code, Status and object.
  void record_in(audit::Context& context) const;

  Kind kind = Kind::None;
  http::Response response;
  Body body;
  /// What events show beside the code. A Status without another responseObject is its own. (Apart,
  /// because few answers have one and every answer passes through every filter.)
  std::unique_ptr<const audit::Status> recorded_status;
  RawJson recorded_object;
  /// The filter that gave it, or `handler`; known only where a ChainObserver looks on.
  std::string_view made_by;

 private:
  explicit Answer(Kind of) : kind(of) {}
};

/// An answer that did not have to be waited for.
boost::asio::awaitable<Answer> ready(Answer answer);

/// A Status in the format that the client takes, recorded as responseStatus at every level and as
/// responseObject at RequestResponse. A client that takes none of them gets indented JSON, of which
/// only the code is recorded. (apiserver pkg/endpoints/handlers/responsewriters ErrorNegotiated)
Answer status_answer(const RequestScope& scope, audit::Status status, http::Headers headers = {});

/// The text/plain 500 of a filter: `Internal Server Error: "URI": TEXT`, with the URI's `<`, `>`,
/// `&` HTML-escaped. Only its code is recorded. (apiserver pkg/endpoints/handlers/responsewriters
/// InternalError)
Answer internal_error(const RequestScope& scope, std::string_view text);

/// A Status of status Failure with kind and apiVersion, as every refusal is.
audit::Status failure(int code, std::string_view reason, std::string_view message);

}  // namespace kaudit::apiserver
