#include "audit/search/evaluation.hpp"

#include <algorithm>

namespace kaudit::audit::search {

std::size_t FieldSet::add(const FieldUse& use) {
  const auto found = std::ranges::find(uses_, use);
  if (found != uses_.end()) return static_cast<std::size_t>(found - uses_.begin());
  uses_.push_back(use);
  return uses_.size() - 1;
}

Evaluation::Evaluation(const FieldSet& fields, Quirks quirks) : fields_(fields), quirks_(quirks) {
  values_.resize(fields.size());
  read_in_.resize(fields.size());
}

bool Evaluation::load(std::string_view json) {
  ++number_;
  arena_.clear();
  return event_.reset(json);
}

const FieldValues& Evaluation::values(std::size_t slot) {
  FieldValues& values = values_[slot];
  if (read_in_[slot] == number_) return values;
  read_in_[slot] = number_;
  values.clear();
  const FieldUse& use = fields_[slot];
  // The plugin takes what has no auditID for something else.
  const bool hidden = quirks_ == Quirks::Falco && use.info->name.starts_with("ka.") &&
                      event_.part(Part::AuditId).empty();
  if (!hidden) use.info->read({event_, use, quirks_, arena_, values});
  return values;
}

}  // namespace kaudit::audit::search
