#pragma once

#include <cstdint>

#include "audit/evaluator.hpp"
#include "cli/commands.hpp"

namespace kaudit::cli {

/// What both say of a request.
struct Verdicts {
  audit::Decision a, b;
};

/// True when B leaves out something that A records: a stage, a body, or the managedFields of one. A
/// lower level that leaves the same events is not less.
bool records_less(const Verdicts& verdicts, const audit::Attributes& request);

/// Which differences `policy diff` ends with 1 for.
enum class FailOnDifference : std::uint8_t { Any, Less };

/// How many requests are decided differently, and of how many less is recorded.
struct Difference {
  std::uint64_t any = 0;
  std::uint64_t less = 0;

  void count(const Verdicts& verdicts, const audit::Attributes& request) {
    ++any;
    if (records_less(verdicts, request)) ++less;
  }
  Exit exit(FailOnDifference fail_on) const {
    return (fail_on == FailOnDifference::Less ? less : any) == 0 ? Exit::Fine : Exit::Findings;
  }
};

}  // namespace kaudit::cli
