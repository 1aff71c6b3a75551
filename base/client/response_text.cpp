#include "base/client/response_text.hpp"

#include <algorithm>

#include "base/http1/header_syntax.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"
#include "base/text/trim.hpp"

namespace kaudit::client {
namespace {

// Statuses that Kubernetes' client has words of its own for.
enum Code : int {
  Ok = 200,
  PartialContent = 206,
  BadRequest = 400,
  Unauthorized = 401,
  Forbidden = 403,
  NotFound = 404,
  MethodNotAllowed = 405,
  NotAcceptable = 406,
  Conflict = 409,
  UnsupportedMediaType = 415,
  UnprocessableEntity = 422,
  TooManyRequests = 429,
  InternalServerError = 500,
  ServiceUnavailable = 503,
  GatewayTimeout = 504,
};

constexpr std::size_t kMaxBodyText = 2048;

/// Takes a token from the front.
bool take_token(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && http1::is_token(text.substr(size, 1))) ++size;
  text.remove_prefix(size);
  return size > 0;
}

bool take_quoted(std::string_view& text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

/// `name=value`, or a value in quotes.
bool take_parameter(std::string_view& text) {
  if (!take_token(text)) return false;
  text = trim_space(text);
  if (!text.starts_with('=')) return false;
  text = trim_space(text.substr(1));
  return text.starts_with('"') ? take_quoted(text) : take_token(text);
}

/// The body as a person may read it: `unknown` when it is not text.
std::string body_text(const Response& response) {
  const auto type = media_type(response.content_type);
  const bool is_text = type.empty() || equals_ignoring_case(type.substr(0, 5), "text/");
  if (!is_text || !response.content_encoding.empty()) return "unknown";
  return std::string(trim_space(std::string_view(response.body).substr(0, kMaxBodyText)));
}

}  // namespace

bool is_success(const Response& response) noexcept {
  return response.status >= Ok && response.status <= PartialContent;
}

std::string_view media_type(std::string_view content_type) {
  return trim_space(content_type.substr(0, content_type.find(';')));
}

std::string generic_text(const Response& response) {
  const int code = response.status;
  switch (code) {
    case Conflict:
      return "the server reported a conflict";
    case NotFound:
      return "the server could not find the requested resource";
    case BadRequest:
      return "the server rejected our request for an unknown reason";
    case Unauthorized:
      return "the server has asked for the client to provide credentials";
    case Forbidden:
    case UnsupportedMediaType:
      return body_text(response);
    case NotAcceptable: {
      auto text = body_text(response);
      if (!text.empty() && text != "unknown") return text;
      return "the server was unable to respond with a content type that the client supports";
    }
    case MethodNotAllowed:
      return "the server does not allow this method on the requested resource";
    case UnprocessableEntity:
      return "the server rejected our request due to an error in our request";
    case ServiceUnavailable:
      return "the server is currently unable to handle the request";
    case GatewayTimeout:
      return "the server was unable to return a response in the time allotted, but may still be "
             "processing the request";
    case TooManyRequests:
      return "the server has received too many requests and has asked us to try again later";
    default:
      break;
  }
  if (code >= InternalServerError) {
    return "an error on the server (" + go_quoted(body_text(response)) +
           ") has prevented the request from succeeding";
  }
  return "the server responded with the status code " + std::to_string(code) +
         " but did not return more information";
}

bool is_media_type(std::string_view text) {
  auto type = media_type(text);
  if (!take_token(type)) return false;
  if (!type.empty()) {
    if (!type.starts_with('/')) return false;
    type.remove_prefix(1);
    if (!take_token(type) || !type.empty()) return false;
  }
  auto rest = text.substr(std::min(text.find(';'), text.size()));
  while (!(rest = trim_space(rest)).empty()) {
    if (!rest.starts_with(';')) return false;
    rest = trim_space(rest.substr(1));
    if (rest.empty()) return true;
    if (!take_parameter(rest)) return false;
  }
  return true;
}

}  // namespace kaudit::client
