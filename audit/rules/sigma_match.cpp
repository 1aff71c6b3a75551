// Whether an event is what a Sigma detection looks for.
#include <algorithm>
#include <utility>

#include "audit/rules/sigma_rule.hpp"
#include "audit/search/operator.hpp"
#include "base/text/ascii.hpp"

namespace kaudit::audit::rules {
namespace {

using search::EventView;

/// How many values a field may have through arrays.
constexpr std::size_t kMostValues = 10'000;

void collect(std::string_view slice, std::string_view path, std::vector<std::string>& out);

/// Goes on behind a member that is there.
void collect_member(std::string_view value, std::string_view rest, std::vector<std::string>& out) {
  if (!value.empty()) collect(value, rest, out);
}

void collect_leaf(std::string_view slice, std::vector<std::string>& out) {
  if (search::is_null(slice) || out.size() >= kMostValues) return;
  if (!search::is_array(slice)) {
    out.push_back(search::text_of(slice));
    return;
  }
  for (search::ElementWalk walk(slice); walk.next();) collect_leaf(walk.value(), out);
}

void collect(std::string_view slice, std::string_view path, std::vector<std::string>& out) {
  if (out.size() >= kMostValues) return;
  if (path.empty()) {
    collect_leaf(slice, out);
    return;
  }
  if (search::is_array(slice)) {
    for (search::ElementWalk walk(slice); walk.next();) collect(walk.value(), path, out);
    return;
  }
  if (!search::is_object(slice)) return;
  // A name may hold dots, as those of annotations do: the shortest that is there is gone into.
  for (std::size_t dot = path.find('.');; dot = path.find('.', dot + 1)) {
    const std::string_view name = path.substr(0, dot);
    const std::string_view value = search::member_of(slice, name);
    if (!value.empty()) {
      collect_member(value, dot == std::string_view::npos ? "" : path.substr(dot + 1), out);
      return;
    }
    if (dot == std::string_view::npos) return;
  }
}

bool has_field(const SigmaNode& node, EventView& event) {
  return !sigma_field(event, node.field).empty();
}

bool value_matches(const SigmaValue& value, const std::vector<std::string>& texts,
                   EventView& event) {
  switch (value.kind) {
    case SigmaValue::Kind::Null:
      return texts.empty();
    case SigmaValue::Kind::Exists:
      return texts.empty() != value.wanted;
    case SigmaValue::Kind::Field: {
      const auto others = sigma_field(event, value.text);
      return std::ranges::any_of(texts, [&](const std::string& text) {
        return std::ranges::any_of(others, [&](const std::string& other) {
          return value.case_matters ? text == other : equals_ignoring_case(text, other);
        });
      });
    }
    default:
      return std::ranges::any_of(texts,
                                 [&](const std::string& text) { return value.matches(text); });
  }
}

bool field_matches(const SigmaNode& node, EventView& event) {
  const auto texts = sigma_field(event, node.field);
  const auto matches = [&](const SigmaValue& value) { return value_matches(value, texts, event); };
  const bool found = node.all ? std::ranges::all_of(node.values, matches)
                              : std::ranges::any_of(node.values, matches);
  return node.negated ? !found && has_field(node, event) : found;
}

/// Keywords are looked for in the whole event.
bool keyword_matches(const SigmaNode& node, EventView& event) {
  const auto matches = [&](const SigmaValue& value) {
    if (value.kind == SigmaValue::Kind::Wildcards) {
      return search::glob_matches("*" + value.text + "*", event.json(), search::GlobCase::Ignored);
    }
    return search::contains_ignoring_case(event.json(), value.text);
  };
  return node.all ? std::ranges::all_of(node.values, matches)
                  : std::ranges::any_of(node.values, matches);
}

}  // namespace

std::vector<std::string> sigma_field(EventView& event, std::string_view field) {
  std::vector<std::string> texts;
  // The outermost member is looked up as the event keeps it.
  for (std::size_t dot = field.find('.');; dot = field.find('.', dot + 1)) {
    const std::string_view value = event.member(field.substr(0, dot));
    if (!value.empty()) {
      collect_member(value, dot == std::string_view::npos ? "" : field.substr(dot + 1), texts);
      return texts;
    }
    if (dot == std::string_view::npos) return texts;
  }
}

bool SigmaNode::matches(EventView& event) const {
  const auto part_matches = [&](const SigmaNode& part) { return part.matches(event); };
  switch (kind) {
    case Kind::And:
      return std::ranges::all_of(parts, part_matches);
    case Kind::Or:
      return std::ranges::any_of(parts, part_matches);
    case Kind::Not:
      return !parts.front().matches(event);
    case Kind::Field:
      return field_matches(*this, event);
    case Kind::Keyword:
      return keyword_matches(*this, event);
  }
  return false;
}

}  // namespace kaudit::audit::rules
