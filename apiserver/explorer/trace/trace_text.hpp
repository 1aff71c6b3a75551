#pragma once

#include <cstdint>
#include <string>

#include "apiserver/explorer/request_record.hpp"

namespace kaudit::apiserver::explorer {

/// Whether text is for a terminal.
enum class Colour : std::uint8_t { Off, On };

/// Appends one request as a block of text: the way through the chain with times, the rule that
/// decided and why those before it did not, the events by stage and what each backend did with
/// them. Whatever a client sent does nothing to a terminal.
void append_trace(std::string& out, const RequestRecord& record, Colour colour);

}  // namespace kaudit::apiserver::explorer
