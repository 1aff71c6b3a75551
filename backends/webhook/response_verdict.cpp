#include "backends/webhook/response_verdict.hpp"

#include <algorithm>
#include <charconv>

#include "audit/status_reader.hpp"
#include "base/client/response_text.hpp"
#include "base/json/raw_json.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"

namespace kaudit::backends::webhook {
namespace {

enum Code : int { TooManyRequests = 429, InternalServerError = 500 };

/// Longer waits than an attempt has time for come to the same.
constexpr int kLongestWait = 3600;

/// What a metav1.Status in the body says.
std::optional<std::string> status_message(const client::Response& response) {
  const auto type = client::media_type(response.content_type);
  if (!type.empty() && !equals_ignoring_case(type, "application/json")) return std::nullopt;
  if (!response.content_encoding.empty()) return std::nullopt;
  const auto json = RawJson::parse(response.body);
  if (!json) return std::nullopt;
  audit::Status status;
  audit::StructReader in(json->view());
  in.object([&](std::string_view name) { audit::read_status_member(in, name, status); });
  const bool of_v1 = status.api_version.empty() || status.api_version == "v1";
  if (!in.error().empty() || status.kind != "Status" || !of_v1 || status.status != "Failure" ||
      status.message.empty()) {
    return std::nullopt;
  }
  return status.message;
}

}  // namespace

std::optional<std::string> refusal(const client::Response& response) {
  if (!response.content_type.empty() && !client::is_media_type(response.content_type)) {
    return "Internal error occurred: malformed Content-Type " + go_quoted(response.content_type);
  }
  if (client::is_success(response)) return std::nullopt;
  if (auto message = status_message(response)) return message;
  return client::generic_text(response);
}

std::optional<std::chrono::seconds> retry_after(const client::Response& response) {
  if (response.status != TooManyRequests && response.status < InternalServerError) {
    return std::nullopt;
  }
  std::string_view text = response.retry_after;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  if (negative) return std::chrono::seconds(0);
  int seconds = kLongestWait;
  std::from_chars(text.data(), text.data() + text.size(), seconds);  // too big: as it was
  return std::chrono::seconds(std::min(seconds, kLongestWait));
}

}  // namespace kaudit::backends::webhook
