// What people read of flags: the text of --help, and the page that manuals and completions are made
// of.
#include <algorithm>
#include <array>
#include <utility>

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

ValueKind value_kind(const FlagSet::Description& flag, std::string_view value_name) {
  if (flag.type == "bool") return ValueKind::None;
  if (!flag.choices.empty()) return ValueKind::Choice;
  if (value_name == "file" || value_name == "files") return ValueKind::File;
  return value_name == "folder" ? ValueKind::Folder : ValueKind::Text;
}

OptionPage option_page(const FlagSet::Description& flag) {
  OptionPage option{.name = flag.name, .shorthand = flag.shorthand};
  option.group = flag.group;
  option.help = flag.help;
  option.choices = flag.choices;
  option.value_name = take_value_name(option.help);
  if (option.value_name.empty()) option.value_name = type_word(flag.type);
  option.kind = value_kind(flag, option.value_name);
  if (!is_zero(flag)) {
    option.default_value =
        flag.type == "string" ? go_quoted(flag.default_value) : flag.default_value;
  }
  return option;
}

void append_flag(std::string& out, const OptionPage& flag, std::size_t columns) {
  out.append(kFlagIndent).append("--").append(flag.name);
  if (!flag.value_name.empty()) out.append(" ").append(flag.value_name);
  out += '\n';
  append_wrapped(
      out,
      flag.default_value.empty() ? flag.help : flag.help + " (default " + flag.default_value + ")",
      columns);
}

}  // namespace

CommandPage FlagSet::page(std::string program, std::string summary) const {
  std::vector<std::string_view> groups;
  std::vector<const Description*> sorted;  // as pflag prints them
  for (const Flag& flag : flags_) {
    const Description& description = flag.description;
    if (description.hidden || !description.deprecated.empty()) continue;
    if (std::find(groups.begin(), groups.end(), description.group) == groups.end()) {
      groups.push_back(description.group);
    }
    sorted.push_back(&description);
  }
  std::sort(sorted.begin(), sorted.end(), [](const Description* left, const Description* right) {
    return left->name < right->name;
  });
  CommandPage page{.name = std::move(program), .summary = std::move(summary)};
  for (const std::string_view group : groups) {
    for (const Description* flag : sorted) {
      if (flag->group == group) page.options.push_back(option_page(*flag));
    }
  }
  return page;
}

std::string FlagSet::help(std::string_view program, std::size_t columns) const {
  const CommandPage all = page(std::string(program), "");
  std::string out = "Usage:\n  " + all.name + " [flags]\n";
  const OptionPage* before = nullptr;
  for (const OptionPage& flag : all.options) {
    if (before == nullptr || before->group != flag.group) {
      out.append("\n").append(flag.group).append(flag.group.empty() ? "Flags:\n\n" : " flags:\n\n");
    }
    append_flag(out, flag, columns);
    before = &flag;
  }
  return out;
}

}  // namespace kaudit
