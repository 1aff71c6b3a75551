#pragma once

#include <cstddef>

#include "audit/event.hpp"

namespace kaudit::audit {

/// About how many bytes an event keeps from being freed: what a queue counts that is bounded in
/// bytes. Texts and bodies count with their sizes, bodies in full though stages of one request may
/// share them, and texts twice when the event's encoded form will be kept. Costs some twenty
/// additions. Any thread.
std::size_t memory_of(const Event& event) noexcept;

}  // namespace kaudit::audit
