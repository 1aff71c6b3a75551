#include "cli/manual/application_page.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "base/text/ascii.hpp"
#include "base/text/list.hpp"

namespace kaudit::cli {
namespace {

/// `FORMAT:{text,json}` has a part that names the value, and one that CLI::IsMember added.
void read_type(OptionPage& page, std::string_view type) {
  std::string_view choices = type;
  page.value_name = take_until(choices, ':');
  char separator = ',';
  if (choices.starts_with('{') && choices.ends_with('}')) {
    choices = choices.substr(1, choices.size() - 2);
  } else if (std::ranges::none_of(type, is_upper) && type.find('|') != std::string_view::npos) {
    choices = type;
    separator = '|';
  } else {
    choices = "";
  }
  page.kind = ValueKind::Text;
  if (!choices.empty()) {
    page.kind = ValueKind::Choice;
    for (const std::string_view choice : split(choices, separator)) {
      page.choices.emplace_back(choice);
    }
  } else if (page.value_name.ends_with("FILE")) {
    page.kind = ValueKind::File;
  } else if (page.value_name == "DIR") {
    page.kind = ValueKind::Folder;
  }
}

bool is_list(const CLI::Option& option) {
  return option.get_items_expected_max() >= CLI::detail::expected_max_vector_size;
}

OptionPage option_page(const CLI::Option& option) {
  OptionPage page{.name = option.get_lnames().front()};
  if (!option.get_snames().empty()) page.shorthand = option.get_snames().front().front();
  page.help = option.get_description();
  page.default_value = option.get_default_str();
  if (option.get_items_expected_max() > 0) read_type(page, option.get_type_name());
  return page;
}

OperandPage operand_page(const CLI::Option& option) {
  OperandPage page{.name = option.get_name(true, false)};
  // What has no dashes is read from, or made in, the file system.
  page.kind = page.name == "DIR" ? ValueKind::Folder : ValueKind::File;
  page.required = option.get_required();
  page.repeated = is_list(option);
  page.help = option.get_description();
  return page;
}

}  // namespace

CommandPage application_page(const CLI::App& app) {
  CommandPage page{.name = app.get_name(), .summary = app.get_description()};
  page.more = app.get_footer();
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      page.operands.push_back(operand_page(*option));
    } else {
      page.options.push_back(option_page(*option));
    }
  }
  for (const CLI::App* command :
       app.get_subcommands([](const CLI::App* /*all*/) { return true; })) {
    if (!command->get_group().empty()) page.commands.push_back(application_page(*command));
  }
  return page;
}

}  // namespace kaudit::cli
