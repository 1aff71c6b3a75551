#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/lint/check.hpp"

namespace kaudit::cli {

/// A file and what is wrong with it.
struct CheckedFile {
  std::string name;  ///< as it was given; `-` is stdin
  policy::lint::CheckReport report;
  std::size_t hidden = 0;  ///< findings that were taken out, being of too little severity
};

/// Whether a report is coloured.
enum class Colour : std::uint8_t { No, Yes };

/// For people: errors first, then by place; findings that say the same of several places once. Each
/// finding with the line of the file that it is about and a caret under the place, and a last line
/// that counts them.
void append_findings_text(std::string& out, const CheckedFile& file, Colour colour = Colour::No);

/// For programs: one JSON object a line and finding,
/// `{file,line,column,code,severity,rule,path,message,fix}`; rule is null for none.
void append_findings_json(std::string& out, const CheckedFile& file);

/// For code hosts: one SARIF 2.1.0 log for all files. (docs.oasis-open.org/sarif/sarif/v2.1.0)
void append_findings_sarif(std::string& out, const std::vector<CheckedFile>& files);

}  // namespace kaudit::cli
