// What packages are made with: the manual page and the completions of `kaudit` itself.
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/pages/completion.hpp"
#include "base/pages/manual.hpp"
#include "cli/commands.hpp"
#include "cli/manual/application_page.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

const std::vector<ManualSection>& sections() {
  static const std::vector<ManualSection> kSections = {
      {"EXIT STATUS",
       "0\tFine.\n1\tSomething was found or refused.\n2\tWrong usage, or a file that cannot be "
       "read or written."},
      {"NOTES",
       "Data goes to standard output, everything else to standard error. A file named - is "
       "standard input."},
      {"SEE ALSO", "kaudit-apiserver(1)"}};
  return kSections;
}

CommandPage page_of(const CLI::App& app) {
  CommandPage page = application_page(app);
  page.more =
      "Commands for people who write audit policies, read audit logs and look at Kubernetes "
      "objects. None of them needs a server.";
  return page;
}

/// --help leaves it out: it is for those who make packages, and for a shell's start file.
CLI::App* add_hidden(CLI::App& app, const char* name, const char* summary) {
  CLI::App* command = app.add_subcommand(name, summary);
  command->group("");
  return command;
}

}  // namespace

void add_manual_commands(CLI::App& app, Exit& exit) {
  CLI::App* page = add_hidden(app, "man", "Print the manual page, for man(1)");
  page->callback([&app, &exit] {
    print_as_is(manual(page_of(app), KAUDIT_VERSION, manual_date(), sections()));
    exit = Exit::Fine;
  });
  CLI::App* script = add_hidden(app, "completion", "Print the script by which a shell completes");
  auto shell = std::make_shared<std::string>();
  script->add_option("SHELL", *shell, "bash, zsh or fish")->required();
  script->callback([&app, &exit, shell] {
    const auto chosen = shell_of(*shell);
    if (!chosen) {
      complain(chosen.error().message);
      exit = Exit::Usage;
      return;
    }
    print_as_is(completion(page_of(app), *chosen));
    exit = Exit::Fine;
  });
}

}  // namespace kaudit::cli
