#include "base/client/request_headers.hpp"

#include <map>
#include <utility>

#include "base/files/read_file.hpp"
#include "base/http1/header_syntax.hpp"
#include "base/logging.hpp"
#include "base/text/ascii.hpp"
#include "base/text/base64.hpp"
#include "base/text/hex.hpp"
#include "base/text/quote.hpp"
#include "base/text/trim.hpp"

namespace kaudit::client {
namespace {

/// A header's value may hold no line end: it would begin a header of its own.
std::string header_value(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  return out;
}

/// Go's canonical form: each part between hyphens begins with a capital.
std::string canonical(std::string name) {
  bool upper = true;
  for (char& c : name) {
    if (upper && is_lower(c)) c = static_cast<char>(c - 'a' + 'A');
    if (!upper) c = to_lower(c);
    upper = c == '-';
  }
  return name;
}

/// A key of `as-user-extra` as part of a header's name. (client-go transport.headerKeyEscape)
std::string escaped_key(const std::string& key) {
  std::string out;
  for (const char c : key) {
    if (c != '%' && http1::is_token({&c, 1})) {
      out += c;
      continue;
    }
    out += '%';
    append_hex(out, c, kUpperHex);
  }
  return out;
}

std::string basic_authorization(const UserInfo& user) {
  return "Basic " + base64_encode(user.name + ":" + user.password);
}

std::string fixed_authorization(const Credentials& credentials) {
  if (!credentials.token.empty()) return "Bearer " + header_value(credentials.token);
  return credentials.basic ? basic_authorization(*credentials.basic) : "";
}

/// The headers that come after Content-Type: sorted by name, as Go writes them.
std::vector<std::string> lines_behind_type(const ClientConfig& config) {
  std::map<std::string, std::vector<std::string>> headers;
  const Impersonation& as = config.impersonation;
  if (!as.user.empty()) {
    headers["Impersonate-User"] = {as.user};
    if (!as.uid.empty()) headers["Impersonate-Uid"] = {as.uid};
    if (!as.groups.empty()) headers["Impersonate-Group"] = as.groups;
    for (const auto& [key, values] : as.extra) {
      auto& to = headers[canonical("Impersonate-Extra-" + escaped_key(key))];
      to.insert(to.end(), values.begin(), values.end());
    }
  }
  std::vector<std::string> lines;
  for (const auto& [name, values] : headers) {
    for (const auto& value : values) lines.push_back(name + ": " + header_value(value));
  }
  if (config.compression == Compression::Offered) lines.emplace_back("Accept-Encoding: gzip");
  return lines;
}

}  // namespace

RequestHeaders::RequestHeaders(const ClientConfig& config)
    : host_(header_value(config.server.host_header())),
      user_agent_(header_value(config.user_agent)),
      fixed_authorization_(fixed_authorization(config.credentials)),
      behind_type_(lines_behind_type(config)),
      has_token_file_(!config.credentials.token_file.empty()),
      token_file_(config.credentials.token_file) {}

Result<void> RequestHeaders::read_token_file() {
  if (auto value = authorization(); !value) return tl::unexpected(value.error());
  return {};
}

Result<std::string> RequestHeaders::authorization() {
  if (!has_token_file_) return fixed_authorization_;
  const Lock lock(mutex_);
  if (token_file_.has_changed()) {
    const auto content = read_file(token_file_.path());
    const std::string token = content ? std::string(trim_space(*content)) : "";
    if (!token.empty()) {
      file_token_ = token;
    } else {
      token_file_error_ = content ? "read empty token from file " + go_quoted(token_file_.path())
                                  : content.error().message;
      if (!file_token_.empty()) {
        log_warning("the webhook's token file: {}; the last good token stays in use",
                    token_file_error_);
      }
    }
  }
  if (!file_token_.empty()) return "Bearer " + header_value(file_token_);
  if (!fixed_authorization_.empty()) return fixed_authorization_;
  return fail(token_file_error_);
}

Result<std::vector<std::string>> RequestHeaders::lines(std::size_t body_size) {
  const auto value = authorization();
  if (!value) return tl::unexpected(value.error());
  std::vector<std::string> lines = {"Host: " + host_, "User-Agent: " + user_agent_,
                                    "Content-Length: " + std::to_string(body_size),
                                    "Accept: application/json, */*"};
  if (!value->empty()) lines.push_back("Authorization: " + *value);
  lines.emplace_back("Content-Type: application/json");
  lines.insert(lines.end(), behind_type_.begin(), behind_type_.end());
  return lines;
}

}  // namespace kaudit::client
