#pragma once

#include <string>

namespace kaudit {

/// A random UUID (version 4, RFC 9562) in lower case, as google/uuid writes it. Not for secrets: it
/// comes from a generator of the thread's own, seeded by the system.
std::string random_uuid();

}  // namespace kaudit
