#pragma once

#include <string_view>

#include "audit/decoder.hpp"

namespace kaudit::audit {

/// Fills an Event from JSON that is valid and compact. Its bodies are cut out as they stand.
/// Unknown members are dropped, names are case-sensitive. Of several errors the one is returned
/// that Kubernetes would meet first: kind and apiVersion are read before anything else; then a bad
/// time ends the decoding, while a wrong type is remembered and decoding goes on.
tl::expected<Event, DecodeError> read_event(std::string_view compact);

}  // namespace kaudit::audit
