#include "cli/policy/output/junit.hpp"

#include <algorithm>
#include <string_view>

#include "base/text/quote.hpp"

namespace kaudit::cli {
namespace {

// XML 1.0 has no way to write most control characters, and wants UTF-8: visible() leaves neither.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : visible(text, Layout::Kept)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\t':
        out += "&#9;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

}  // namespace

std::string junit_xml(const std::string& suite, std::span<const JunitCase> cases) {
  const auto failed =
      std::ranges::count_if(cases, [](const JunitCase& test) { return !test.failures.empty(); });
  const auto skipped =
      std::ranges::count_if(cases, [](const JunitCase& test) { return !test.skipped.empty(); });
  const std::string counts = attribute("tests", std::to_string(cases.size())) +
                             attribute("failures", std::to_string(failed)) +
                             attribute("errors", "0") +
                             (skipped > 0 ? attribute("skipped", std::to_string(skipped)) : "");
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + counts +
                    ">\n<testsuite" + attribute("name", suite) + counts + ">\n";
  for (const JunitCase& test : cases) {
    out += "<testcase" + attribute("classname", test.class_name) + attribute("name", test.name);
    if (!test.skipped.empty()) {
      out += ">\n<skipped" + attribute("message", test.skipped) + "/>\n</testcase>\n";
      continue;
    }
    if (test.failures.empty()) {
      out += "/>\n";
      continue;
    }
    std::string all;
    for (const std::string& failure : test.failures) all += escaped(failure) + "\n";
    out += ">\n<failure" + attribute("message", test.failures.front()) + ">" + all +
           "</failure>\n</testcase>\n";
  }
  return out + "</testsuite>\n</testsuites>\n";
}

}  // namespace kaudit::cli
