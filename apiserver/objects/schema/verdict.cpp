#include "apiserver/objects/schema/verdict.hpp"

#include <algorithm>
#include <utility>

namespace kaudit::apiserver::objects::schema {

void Verdict::add(Fault fault) {
  if (faults.size() >= kMaxFaults) return;
  const bool known =
      std::ranges::any_of(faults, [&fault](const Fault& each) { return each.text == fault.text; });
  if (!known) faults.push_back(std::move(fault));
}

void Verdict::merge(Verdict other) {
  passed += other.passed;
  for (Fault& fault : other.faults) add(std::move(fault));
}

}  // namespace kaudit::apiserver::objects::schema
