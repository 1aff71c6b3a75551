#include "cli/log/convert/redaction.hpp"

#include <span>

#include "audit/search/slices.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/text/trim.hpp"

namespace kaudit::cli {
namespace {

using audit::search::ElementWalk;
using audit::search::MemberWalk;
using Path = std::span<const std::string>;

constexpr std::string_view kRedacted = "\"REDACTED\"";
constexpr std::size_t kDeepest = 100;

void append_redacted(std::string& out, std::string_view slice, Path path, std::size_t depth) {
  if (path.empty()) {
    out += audit::search::is_null(slice) ? slice : kRedacted;
    return;
  }
  if (depth > kDeepest) {
    out += slice;
    return;
  }
  if (audit::search::is_object(slice)) {
    out += '{';
    for (MemberWalk walk(slice); walk.next();) {
      if (out.back() != '{') out += ',';
      out += '"';
      out += walk.name();
      out += "\":";
      const bool meant = path.front() == "*" || audit::search::is_name(walk.name(), path.front());
      if (meant) {
        append_redacted(out, walk.value(), path.subspan(1), depth + 1);
      } else {
        out += walk.value();
      }
    }
    out += '}';
    return;
  }
  if (audit::search::is_array(slice)) {
    // The path's word may be `*` for the elements, or go on within them.
    const Path inner = path.front() == "*" ? path.subspan(1) : path;
    out += '[';
    for (ElementWalk walk(slice); walk.next();) {
      if (out.back() != '[') out += ',';
      append_redacted(out, walk.value(), inner, depth + 1);
    }
    out += ']';
    return;
  }
  out += slice;
}

}  // namespace

std::string redacted(std::string_view json, const std::vector<std::string>& path) {
  std::string out;
  out.reserve(json.size());
  append_redacted(out, json, path, 0);
  return out;
}

Result<void> Redaction::add(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto wrong = [&] {
    return fail("--redact " + go_quoted(text) +
                " does not say what: it is like 'secrets: data.*, stringData.*'");
  };
  if (colon == std::string_view::npos) return wrong();
  Rule rule;
  const std::string_view resource = trim_space(text.substr(0, colon));
  const std::size_t dot = resource.find('.');
  rule.resource = std::string(resource.substr(0, dot));
  if (dot != std::string_view::npos) {
    rule.group = std::string(resource.substr(dot + 1));
    rule.any_group = false;
  }
  for (const std::string_view one : split(text.substr(colon + 1), ',')) {
    std::vector<std::string> path;
    for (const std::string_view word : split(trim_space(one), '.')) path.emplace_back(word);
    if (path.size() == 1 && path.front().empty()) return wrong();
    rule.paths.push_back(std::move(path));
  }
  if (rule.resource.empty()) return wrong();
  rules_.push_back(std::move(rule));
  return {};
}

void Redaction::apply(audit::Event& event) const {
  const std::string resource = event.object_ref ? event.object_ref->resource : "";
  const std::string group = event.object_ref ? event.object_ref->api_group : "";
  const auto take_out = [](RawJson& body, const std::vector<std::string>& path) {
    if (body.empty()) return;
    std::string text = redacted(body.view(), path);
    // A list has the objects in its items.
    std::vector<std::string> in_items{"items"};
    in_items.insert(in_items.end(), path.begin(), path.end());
    body = RawJson::trusted(redacted(text, in_items));
  };
  for (const Rule& rule : rules_) {
    const bool meant = rule.resource == "*" ||
                       (rule.resource == resource && (rule.any_group || rule.group == group));
    if (!meant) continue;
    for (const auto& path : rule.paths) {
      take_out(event.request_object, path);
      take_out(event.response_object, path);
    }
  }
}

}  // namespace kaudit::cli
