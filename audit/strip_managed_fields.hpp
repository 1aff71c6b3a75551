#pragma once

#include "base/json/raw_json.hpp"

namespace kaudit::audit {

/// The body without `metadata.managedFields`: of the object itself, of each item when it is a list
/// (`items`), and of the object in each row when it is a Table. Every other byte stays as it is. A
/// body that has none is returned as it came, sharing its bytes. (omitManagedFields,
/// audit-semantics 2.3)
RawJson without_managed_fields(const RawJson& body);

}  // namespace kaudit::audit
