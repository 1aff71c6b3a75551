#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/generate/traffic.hpp"

namespace kaudit::cli {

enum class BodySide : std::uint8_t { Request, Answer };

/// What a body says of its object.
struct BodyFacts {
  std::string_view ns, name, actor;
  std::uint64_t object = 0;
  std::uint64_t resource_version = 0;
  std::string_view time;  ///< RFC 3339
};

/// Appends a body as compact JSON, of the size and form that such bodies have. An answer has what a
/// server fills in: uid, resourceVersion, managedFields.
void append_body(std::string& out, BodyKind kind, BodySide side, const BodyFacts& facts);

}  // namespace kaudit::cli
