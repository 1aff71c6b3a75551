#include "apiserver/api/negotiation.hpp"

#include <string>

#include "apiserver/api/status_errors.hpp"
#include "base/flags/flag_values.hpp"
#include "base/json/json_walk.hpp"
#include "base/text/ascii.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::api {
namespace {

constexpr std::string_view kProtobuf = "application/vnd.kubernetes.protobuf";
constexpr std::string_view kBodyTypes[] = {"application/json", "application/yaml", kProtobuf};

// `application/json; charset=utf-8` -> `application/json`
std::string_view media_type(std::string_view value) {
  return trim_blanks(value.substr(0, value.find(';')));
}

}  // namespace

tl::expected<objects::BodyFormat, audit::Status> body_format(const http::Headers& headers) {
  const std::string_view type = media_type(headers.first("Content-Type").value_or(""));
  if (type.empty() || equals_ignoring_case(type, "application/json")) {
    return objects::BodyFormat::Json;
  }
  if (equals_ignoring_case(type, "application/yaml")) return objects::BodyFormat::Yaml;
  if (equals_ignoring_case(type, kProtobuf)) return objects::BodyFormat::Protobuf;
  return tl::unexpected(unsupported_body(kBodyTypes));
}

Layout layout_of(const http::Request& request, std::string_view pretty) {
  if (!pretty.empty()) {
    return parse_bool(pretty).value_or(false) ? Layout::Indented : Layout::Compact;
  }
  const std::string_view agent = request.headers.first("User-Agent").value_or("");
  const bool for_people =
      agent.starts_with("curl") || agent.starts_with("Wget") || agent.starts_with("Mozilla/5.0");
  return for_people ? Layout::Indented : Layout::Compact;
}

std::string indented(std::string_view json) {
  std::string out;
  out.reserve(json.size() * 2);
  std::size_t depth = 0;
  const auto new_line = [&] {
    out += '\n';
    out.append(depth * 2, ' ');
  };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') {
      const char* const quote = json.data() + i;
      const char* const after = pass_json_string(quote, json.data() + json.size());
      out.append(quote, after);
      i += static_cast<std::size_t>(after - quote) - 1;
    } else if (c == '{' || c == '[') {
      out += c;
      if (json[i + 1] == '}' || json[i + 1] == ']') {
        out += json[++i];
      } else {
        ++depth;
        new_line();
      }
    } else if (c == '}' || c == ']') {
      --depth;
      new_line();
      out += c;
    } else {
      out += c;
      if (c == ',') new_line();
      if (c == ':') out += ' ';
    }
  }
  return out;
}

}  // namespace kaudit::apiserver::api
