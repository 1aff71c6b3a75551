#pragma once

#include <span>
#include <string>
#include <vector>

namespace kaudit::cli {

/// One test as JUnit's XML has it.
struct JunitCase {
  std::string class_name;
  std::string name;
  std::vector<std::string> failures;  ///< none: it passed
  std::string skipped{};              ///< why it was not run; "" when it was
};

/// The document that CI systems read: one suite.
std::string junit_xml(const std::string& suite, std::span<const JunitCase> cases);

}  // namespace kaudit::cli
