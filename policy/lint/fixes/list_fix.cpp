#include "policy/lint/fixes/list_fix.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "policy/lint/known_names.hpp"
#include "policy/lint/rule_text.hpp"
#include "policy/lint/source_lines.hpp"
#include "policy/lint/text.hpp"
#include "policy/locate.hpp"

namespace kaudit::policy::lint {
namespace {

constexpr std::string_view kResources = ".resources";

std::vector<std::string> divided(std::string_view text) {
  std::vector<std::string> items;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    const std::size_t first = item.find_first_not_of(' ');
    if (first != item.npos) {
      item = item.substr(first, item.find_last_not_of(' ') - first + 1);
      items.emplace_back(item);
    }
    if (comma == text.npos) return items;
    text.remove_prefix(comma + 1);
  }
}

std::string in_brackets(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + flow_scalar(item);
  return "[" + out + "]";
}

/// Resources with the group that each belongs to, the core group for those that nobody knows.
std::vector<GroupResources> grouped(const std::vector<std::string>& resources) {
  std::vector<GroupResources> entries;
  for (const std::string& resource : resources) {
    const auto known = builtins_named(resource.substr(0, resource.find('/')));
    const std::string group(known.empty() ? "" : known.front()->group);
    auto entry = std::ranges::find(entries, group, &GroupResources::group);
    if (entry == entries.end()) entry = entries.insert(entries.end(), {group, {}, {}});
    entry->resources.push_back(resource);
  }
  return entries;
}

std::string entries_in_brackets(const std::vector<GroupResources>& entries) {
  std::string out;
  for (const GroupResources& entry : entries) {
    out += (out.empty() ? "" : ", ") + ("{group: " + flow_scalar(entry.group) + ", resources: ") +
           in_brackets(entry.resources) + "}";
  }
  return "[" + out + "]";
}

/// `[pods, nodes]` on one line, replaced as a whole.
void offer_flow(Finding& finding, const Findings& findings, const yaml::Node& list,
                const std::string& instead) {
  const std::string_view line = SourceLines(findings.text()).line(list.position.line);
  const auto start = static_cast<std::size_t>(list.position.column) - 1;
  if (start >= line.size() || line[start] != '[') return;
  const std::size_t end = line.find(']', start);
  if (end == line.npos || line.find('#', start) < end) return;
  finding.edits = {{list.position, {list.position.line, static_cast<int>(end) + 2}, instead}};
  finding.fix_kind = FixKind::Slip;
}

/// `- pods` on lines of their own.
void offer_block(Finding& finding, const Findings& findings, const yaml::Items& items,
                 const std::vector<GroupResources>& entries) {
  const SourceLines lines(findings.text());
  const int first = items.front()->position.line;
  const int last = items.back()->position.line;
  const std::size_t dash = lines.line(first).find('-');
  if (last - first + 1 != static_cast<int>(items.size())) return;
  for (int number = first; number <= last; ++number) {
    const std::string_view line = lines.line(number);
    if (line.find_first_not_of(' ') != dash || line[dash] != '-' || line.find('#') != line.npos) {
      return;
    }
  }
  const std::string indent(dash, ' ');
  std::string text;
  for (const GroupResources& entry : entries) {
    text += indent + "- group: " + flow_scalar(entry.group) + "\n" + indent +
            "  resources: " + in_brackets(entry.resources) + "\n";
  }
  finding.edits = {{{first, 1}, {last + 1, 1}, std::move(text)}};
  finding.fix_kind = FixKind::Slip;
}

/// `rules[0].resources[1]` is an entry that is a text: the whole list is rewritten.
void offer_entries(Finding& finding, const Findings& findings, const std::string& list_path) {
  const yaml::Node* list = find_node(findings.document(), list_path);
  if (list == nullptr || list->sequence() == nullptr) return;
  std::vector<std::string> resources;
  for (const yaml::Node* item : *list->sequence()) {
    if (item->string() == nullptr) return;
    resources.push_back(*item->string());
  }
  const std::vector<GroupResources> entries = grouped(resources);
  const std::string instead = entries_in_brackets(entries);
  finding.fix = "write `resources: " + instead + "`";
  if (!findings.is_yaml()) return;
  offer_flow(finding, findings, *list, instead);
  if (finding.edits.empty()) offer_block(finding, findings, *list->sequence(), entries);
}

}  // namespace

void offer_list(Finding& finding, const Findings& findings) {
  const std::string& path = finding.path;
  const std::size_t bracket = path.rfind('[');
  if (path.ends_with(']') && path.substr(0, bracket).ends_with(kResources)) {
    return offer_entries(finding, findings, path.substr(0, bracket));
  }
  const yaml::Node* node = find_node(findings.document(), path);
  if (node == nullptr || node->string() == nullptr || path.ends_with(']')) return;
  if (finding.message.find("must be a list") == std::string::npos) return;
  const std::string& text = *node->string();
  const std::vector<std::string> items = divided(text);
  if (items.empty()) return;
  const bool of_rule = path.ends_with("]" + std::string(kResources)) &&
                       path.find(kResources) == path.size() - kResources.size();
  const std::string instead = of_rule ? entries_in_brackets(grouped(items)) : in_brackets(items);
  const std::string field = path.substr(path.rfind('.') + 1);
  finding.fix = "write `" + field + ": " + instead + "`";
  findings.offer_yaml(finding, node->position, text, instead);
}

}  // namespace kaudit::policy::lint
