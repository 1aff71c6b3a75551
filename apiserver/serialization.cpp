#include "apiserver/serialization.hpp"

#include <utility>

#include "apiserver/answer.hpp"
#include "apiserver/objects/codec/protobuf_body.hpp"
#include "base/flags/flag_values.hpp"
#include "base/json/json_walk.hpp"
#include "base/text/list.hpp"
#include "base/yaml/from_json.hpp"

namespace kaudit::apiserver {
namespace {

bool has_parameter(const request::AcceptClause& clause, std::string_view name) noexcept {
  for (const auto& [key, value] : clause.parameters) {
    if (key == name) return true;
  }
  return false;
}

bool asks_for_form(const request::AcceptClause& clause) noexcept {
  return has_parameter(clause, "as") || has_parameter(clause, "g") || has_parameter(clause, "v");
}

}  // namespace

std::string_view media_type(ObjectFormat format) noexcept {
  return kObjectMediaTypes[static_cast<std::size_t>(format)];
}

std::optional<Serialization> serialization_of(const request::AcceptClause& clause) noexcept {
  for (const ObjectFormat format :
       {ObjectFormat::Json, ObjectFormat::Yaml, ObjectFormat::Protobuf}) {
    if (!clause.covers(media_type(format))) continue;
    // There is no stream of YAML.
    const std::string_view stream = clause.parameter("stream");
    const bool can_stream = format != ObjectFormat::Yaml && stream == "watch";
    if (!stream.empty() && !can_stream) continue;
    return Serialization{format,
                         clause.parameter("pretty") == "1" ? Layout::Indented : Layout::Compact};
  }
  return std::nullopt;
}

std::optional<Serialization> negotiate_serialization(const http::Headers& headers) {
  const std::string_view accept = headers.first("Accept").value_or("");
  if (accept.empty() || accept == "application/json" || accept == "*/*") return Serialization();
  for (const request::AcceptClause& clause : request::parse_accept(accept)) {
    if (asks_for_form(clause) || !clause.parameter("sv").empty()) continue;
    if (const auto chosen = serialization_of(clause)) return chosen;
  }
  return std::nullopt;
}

bool names_object_type(const http::Headers& headers, std::string_view more) {
  const std::string_view accept = headers.first("Accept").value_or("");
  if (accept.empty() || accept == "application/json" || accept == "*/*") return true;
  for (const request::AcceptClause& clause : request::parse_accept(accept)) {
    if (clause.subtype == "*") {
      if (clause.type == "*") return true;
      continue;
    }
    if (!more.empty() && clause.covers(more)) return true;
    for (const std::string_view type : kObjectMediaTypes) {
      if (clause.covers(type)) return true;
    }
  }
  return false;
}

audit::Status not_acceptable(std::span<const std::string_view> offered) {
  audit::Status status =
      failure(406, "NotAcceptable",
              "406: Not Acceptable\n\nAvailable representations: " + joined(offered, ", "));
  status.details.emplace();
  return status;
}

audit::Status no_such_form(std::span<const std::string_view> offered) {
  return failure(406, "NotAcceptable",
                 "only the following media types are accepted: " + joined(offered, ", "));
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

bool is_compact_json(const RequestScope& scope, const Serialization& as) {
  return as.format == ObjectFormat::Json && as.layout == Layout::Compact &&
         layout_of(scope.request(), scope.url.parameter("pretty")) == Layout::Compact;
}

std::string serialized(const RequestScope& scope, Serialization& as, std::string_view json) {
  if (as.format == ObjectFormat::Yaml) {
    if (auto yaml = yaml::json_to_yaml(json)) return *std::move(yaml);
  }
  if (as.format == ObjectFormat::Protobuf) {
    objects::ProtobufBody body;
    if (const auto protobuf = body.object(json)) return std::string(*protobuf);
  }
  as.format = ObjectFormat::Json;
  if (!is_compact_json(scope, as)) return indented(json);
  std::string body;
  body.reserve(json.size() + 1);
  body.append(json) += '\n';
  return body;
}

}  // namespace kaudit::apiserver
