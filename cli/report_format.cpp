#include "cli/report_format.hpp"

#include <map>
#include <string>

#include <CLI/CLI.hpp>

namespace kaudit::cli {

void add_format_option(CLI::App& command, ReportFormat& format, const char* help) {
  const std::map<std::string, ReportFormat> names{{"text", ReportFormat::Text},
                                                  {"json", ReportFormat::Json}};
  command.add_option("--output", format, help)
      ->transform(CLI::CheckedTransformer(names).description(""))
      ->type_name("text|json");
}

}  // namespace kaudit::cli
