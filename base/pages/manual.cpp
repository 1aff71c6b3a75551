#include "base/pages/manual.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "base/text/ascii.hpp"
#include "base/text/integer.hpp"
#include "base/text/list.hpp"
#include "base/text/rfc3339.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit {
namespace {

/// Text as roff reads it back: no requests, no escapes, dashes that can be copied.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '^' || c == '~' || c == '`' || c == '\'') {
      // Else they become accents and typographic quotes.
      constexpr std::string_view kPlain[] = {"\\(ha", "\\(ti", "\\(ga", "\\(aq"};
      out += kPlain[c == '^' ? 0 : c == '~' ? 1 : c == '`' ? 2 : 3];
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (is_lower(c)) c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

void append_option(std::string& out, const OptionPage& option) {
  out += ".TP\n";
  if (option.shorthand != 0) out += bold(std::string("-") + option.shorthand) + ", ";
  out += bold("--" + option.name);
  if (option.kind != ValueKind::None) out += " " + italic(option.value_name);
  out += "\n" + roff(option.help);
  if (option.kind == ValueKind::Choice && option.value_name != joined(option.choices, "|")) {
    out += "\nOne of: " + roff(joined(option.choices, ", ")) + ".";
  }
  if (!option.default_value.empty()) out += "\nDefault: " + roff(option.default_value) + ".";
  out += "\n";
}

std::string synopsis(const CommandPage& command, const std::string& path) {
  std::string out = bold(path);
  if (!command.options.empty()) out += " [" + italic("OPTION") + "]...";
  if (!command.commands.empty()) out += " " + italic("COMMAND");
  for (const OperandPage& operand : command.operands) {
    const std::string name = italic(operand.name) + (operand.repeated ? "..." : "");
    out += operand.required ? " " + name : " [" + name + "]";
  }
  return out;
}

/// A heading begins one by itself.
void begin_paragraph(std::string& out) {
  const std::size_t line = out.rfind('\n', out.size() - 2) + 1;
  if (out.compare(line, 3, ".SH") != 0 && out.compare(line, 3, ".SS") != 0) out += ".PP\n";
}

void append_paragraphs(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) {
      begin_paragraph(out);
      out += roff(line) + "\n";
    } else {
      out += ".TP\n" + bold(line.substr(0, tab)) + "\n" + roff(line.substr(tab + 1)) + "\n";
    }
  }
}

void append_command(std::string& out, const CommandPage& command, const std::string& path) {
  if (command.commands.empty()) {
    out += ".SS " + roff(path) + "\n" + synopsis(command, path) + "\n";
    out += ".PP\n" + roff(command.summary) + "\n";
    append_paragraphs(out, command.more);
    for (const OperandPage& operand : command.operands) {
      out += ".TP\n" + italic(operand.name) + "\n" + roff(operand.help) + "\n";
    }
    for (const OptionPage& option : command.options) append_option(out, option);
  }
  for (const CommandPage& inner : command.commands) {
    append_command(out, inner, path + " " + inner.name);
  }
}

void append_groups(std::string& out, const std::vector<OptionPage>& options) {
  std::string_view group;
  for (const OptionPage& option : options) {
    if (option.group != group) out += ".SS " + roff(option.group) + "\n";
    group = option.group;
    append_option(out, option);
  }
}

}  // namespace

std::string manual(const CommandPage& program, std::string_view version, std::string_view date,
                   const std::vector<ManualSection>& sections) {
  std::string out = ".\\\" Made of the tables by which the program reads its command line.\n";
  out += ".TH " + roff(upper(program.name)) + " 1 " + std::string(date) + " \"kaudit " +
         roff(version) + "\" \"kaudit\"\n";
  // Neither hyphens nor stretched lines: flags are to be copied.
  out += ".nh\n.ad l\n";
  out += ".SH NAME\n" + roff(program.name) + " \\- " + roff(program.summary) + "\n";
  out += ".SH SYNOPSIS\n" + synopsis(program, program.name) + "\n";
  if (!program.more.empty()) {
    out += ".SH DESCRIPTION\n";
    append_paragraphs(out, program.more);
  }
  if (!program.options.empty()) {
    out += ".SH OPTIONS\n";
    append_groups(out, program.options);
  }
  if (!program.commands.empty()) {
    out += ".SH COMMANDS\n";
    for (const CommandPage& command : program.commands) {
      append_command(out, command, program.name + " " + command.name);
    }
  }
  for (const ManualSection& section : sections) {
    out += ".SH \"" + roff(section.title) + "\"\n";
    append_paragraphs(out, section.text);
  }
  return out;
}

std::string manual_date() {
  Timestamp now = Timestamp::now();
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH")) {
    if (const auto given = parse_int64(epoch)) now.seconds = *given;
  }
  const std::string text = rfc3339_text(now);
  return text.substr(0, text.find('T'));
}

}  // namespace kaudit
