// Whatever bytes are given for a policy: they are judged, each finding has a place and a reason,
// and the verdict is the loader's.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/lint/check.hpp"
#include "policy/lint/source_lines.hpp"
#include "policy/loader.hpp"

namespace {

using namespace kaudit::policy;

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const lint::CheckReport report = lint::check(text, {.flags = lint::find_server_flags(text)});
  const lint::SourceLines lines(report.text);
  bool refused = false;
  for (const lint::Finding& finding : report.findings) {
    expect(finding.position.line >= 1 && finding.position.column >= 1);
    expect(!finding.message.empty() && !finding.fix.empty());
    expect(lines.length_at(finding.position) >= 1 && lines.code_points(finding.position) >= 1);
    refused |= finding.code < lint::Code::MisspeltField;
  }
  expect(refused != read_policy(text, "").policy.has_value());
  return 0;
}
