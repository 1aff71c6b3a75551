// The text of --help: the part of FlagSet that only prints.
#include <algorithm>
#include <array>

#include "base/flags/flags.hpp"
#include "base/text/quote.hpp"

namespace kaudit {
namespace {

constexpr std::string_view kFlagIndent = "      ";
constexpr std::string_view kTextIndent = "                ";

/// What --help calls a value of this type; pflag's words.
std::string_view type_word(std::string_view type) {
  constexpr std::array<std::array<std::string_view, 2>, 4> kWords = {
      {{"bool", ""}, {"int64", "int"}, {"float32", "float"}, {"stringSlice", "strings"}}};
  const auto* found = std::find_if(kWords.begin(), kWords.end(),
                                   [type](const auto& word) { return word[0] == type; });
  return found == kWords.end() ? type : (*found)[1];
}

/// Takes the first word in backquotes out of its quotes: it names the value.
std::string take_value_name(std::string& help) {
  const std::size_t open = help.find('`');
  const std::size_t close = open == std::string::npos ? open : help.find('`', open + 1);
  if (close == std::string::npos) return "";
  std::string name = help.substr(open + 1, close - open - 1);
  help.replace(open, close - open + 1, name);
  return name;
}

bool is_zero(const FlagSet::Description& flag) {
  constexpr std::array<std::string_view, 5> kZero = {"", "0", "0s", "false", "[]"};
  return std::find(kZero.begin(), kZero.end(), flag.default_value) != kZero.end();
}

void append_wrapped(std::string& out, std::string_view text, std::size_t columns) {
  const std::size_t width =
      columns > kTextIndent.size() + 20 ? columns - kTextIndent.size() : std::size_t{20};
  while (!text.empty()) {
    std::size_t end = text.size();
    if (end > width) {
      end = text.rfind(' ', width);
      if (end == std::string_view::npos) end = std::min(text.find(' '), text.size());
    }
    out.append(kTextIndent).append(text.substr(0, end)).append("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void append_flag(std::string& out, const FlagSet::Description& flag, std::size_t columns) {
  std::string text = flag.help;
  std::string value = take_value_name(text);
  if (value.empty()) value = type_word(flag.type);
  if (!is_zero(flag)) {
    const bool quote = flag.type == "string";
    text += " (default " + (quote ? go_quoted(flag.default_value) : flag.default_value) + ")";
  }
  out.append(kFlagIndent).append("--").append(flag.name);
  const bool optional = !flag.no_opt_value.empty() && flag.type != "bool";
  if (optional) {
    out.append("[=").append(value).append("]");
  } else if (!value.empty()) {
    out.append(" ").append(value);
  }
  out += '\n';
  append_wrapped(out, text, columns);
}

}  // namespace

std::string FlagSet::help(std::string_view program, std::size_t columns) const {
  std::vector<std::string_view> groups;
  std::vector<const Description*> sorted;  // as pflag prints them
  for (const Flag& flag : flags_) {
    const Description& description = flag.description;
    if (description.hidden) continue;
    if (std::find(groups.begin(), groups.end(), description.group) == groups.end()) {
      groups.push_back(description.group);
    }
    if (description.deprecated.empty()) sorted.push_back(&description);
  }
  std::sort(sorted.begin(), sorted.end(), [](const Description* left, const Description* right) {
    return left->name < right->name;
  });

  std::string out = "Usage:\n  " + std::string(program) + " [flags]\n";
  for (const std::string_view group : groups) {
    out.append("\n").append(group).append(group.empty() ? "Flags:\n\n" : " flags:\n\n");
    for (const Description* flag : sorted) {
      if (flag->group == group) append_flag(out, *flag, columns);
    }
  }
  return out;
}

}  // namespace kaudit
