#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "backends/backend_options.hpp"

namespace kaudit::backends {

/// A kind of backend. Flags, checks, composition, metrics and the account at the end all come from
/// its row: nothing else in the tree knows the kinds by name.
struct BackendRow {
  std::string_view name;  ///< of the backend; its flags are `--audit-NAME-…`
  std::unique_ptr<BackendOptions> (*make)(std::string name);
};

/// Every kind, in the order in which they get an event.
std::span<const BackendRow> backend_table() noexcept;

}  // namespace kaudit::backends
