#include "backends/audit_options.hpp"

#include "backends/backend_table.hpp"

namespace kaudit::backends {

AuditOptions::AuditOptions() {
  for (const BackendRow& row : backend_table()) {
    backends.push_back(row.make(std::string(row.name)));
  }
}

void AuditOptions::add_flags(FlagSet& flags) {
  flags.group("Auditing");
  flags.add("audit-policy-file", &policy_file,
            "The `file` with the audit policy. Without one nothing is recorded.");
  flags.add("audit-drain-timeout", &drain_timeout,
            "How long a stopping server waits for its audit backends to deliver what they hold; "
            "what is left then is lost, counted and logged.");
  for (const auto& backend : backends) backend->add_flags(flags);
}

std::vector<Error> AuditOptions::validate() const {
  std::vector<Error> errors;
  for (const auto& backend : backends) {
    if (backend->is_on()) backend->validate(errors);
  }
  if (drain_timeout.count() < 0) {
    errors.emplace_back().message = "--audit-drain-timeout can not be negative value";
  }
  return errors;
}

}  // namespace kaudit::backends
