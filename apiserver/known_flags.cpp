#include "apiserver/known_flags.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace kaudit::apiserver {
namespace {

FlagSet::Description description_of(const KnownFlag& flag) {
  FlagSet::Description description;
  description.name = flag.name;
  description.type = flag.type;
  description.default_value = flag.default_value;
  description.no_opt_value = flag.type == "bool" ? "true" : "";
  description.group = flag.group;
  description.shorthand = flag.shorthand;
  return description;
}

const KnownFlag* find_known(std::string_view name) noexcept {
  const auto flags = known_flags();
  const auto found = std::find_if(flags.begin(), flags.end(),
                                  [name](const KnownFlag& flag) { return flag.name == name; });
  return found == flags.end() ? nullptr : &*found;
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

void append_known(std::string& page, FlagUse use) {
  page += "| flag | why |\n|---|---|\n";
  for (const KnownFlag& flag : known_flags()) {
    if (flag.use != use) continue;
    page += "| " + code("--" + std::string(flag.name)) + " | " + std::string(flag.reason) + " |\n";
  }
}

/// Without the backquotes that name a value.
std::string first_sentence(std::string_view help) {
  std::string text(help.substr(0, help.find(". ")));
  std::erase(text, '`');
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

void KnownFlags::add_flags(FlagSet& flags) {
  for (const KnownFlag& flag : known_flags()) {
    if (flags.has(flag.name)) continue;
    if (flag.use == FlagUse::Honoured) {
      throw std::logic_error("no options have --" + std::string(flag.name));
    }
    std::string* value = nullptr;
    if (flag.use == FlagUse::Refused) value = &refused_.emplace_back(Given{flag, {}}).value;
    flags.add_inert(description_of(flag), value);
  }
}

std::vector<Error> KnownFlags::errors() const {
  std::vector<Error> errors;
  for (const Given& given : refused_) {
    if (given.value.empty()) continue;
    errors.push_back({"--" + std::string(given.flag.name) + " is refused, because " +
                      std::string(given.flag.reason) + " (docs/flags.md)"});
  }
  return errors;
}

std::vector<std::string> KnownFlags::notes(const FlagSet& flags) const {
  std::vector<std::string> notes;
  for (const KnownFlag& flag : known_flags()) {
    if (flag.use != FlagUse::NoEffect || !flags.changed(flag.name)) continue;
    notes.push_back("--" + std::string(flag.name) +
                    " has no effect here: " + std::string(flag.reason));
  }
  return notes;
}

std::string flags_page(const FlagSet& flags) {
  std::string page =
      "# Flags\n\n"
      "Every flag of kube-apiserver 1.37 is known to `kaudit-apiserver`, so that a command line "
      "which was written\nfor it passes. This page is what `kaudit-apiserver --print-flags` "
      "prints, "
      "from the table in\n`apiserver/known_flag_table.cpp`; `kaudit-apiserver --help` says what "
      "the "
      "flags do.\n\n"
      "As in kube-apiserver, `--name value` and `--name=value` are the same, a switch stands alone "
      "or has `=false`,\n`_` in a name is read as `-`, the last of a repeated flag wins, and lists "
      "grow.\n\n"
      "## Honoured\n\n";
  std::string_view group;
  for (const KnownFlag& flag : known_flags()) {
    if (flag.use != FlagUse::Honoured) continue;
    if (group != flag.group)
      page += std::string(group.empty() ? "" : "\n") + "**" + std::string(flag.group) + "**\n\n";
    group = flag.group;
    page += "- " + code("--" + std::string(flag.name)) + "\n";
  }
  page += "\n## Accepted without effect\n\nThe log says so, one line a flag.\n\n";
  append_known(page, FlagUse::NoEffect);
  page += "\n## Refused\n\nTo pass over them would not be safe.\n\n";
  append_known(page, FlagUse::Refused);
  page += "\n## Of kaudit alone\n\n| flag | what |\n|---|---|\n";
  for (const FlagSet::Description& flag : flags.describe()) {
    if (find_known(flag.name) != nullptr || !flag.deprecated.empty()) continue;
    page += "| " + code("--" + flag.name) + " | " + first_sentence(flag.help) + " |\n";
  }
  return page;
}

}  // namespace kaudit::apiserver
