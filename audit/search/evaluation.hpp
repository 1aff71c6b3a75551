#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "audit/search/event_view.hpp"
#include "audit/search/field.hpp"
#include "audit/search/text_arena.hpp"

namespace kaudit::audit::search {

/// The fields that some filters and templates ask for, each once, so that an event is asked once
/// whatever the number of rules. Filled in while they are compiled, then constant.
class FieldSet {
 public:
  /// The number by which an Evaluation gives its values.
  std::size_t add(const FieldUse& use);
  std::size_t size() const noexcept { return uses_.size(); }
  const FieldUse& operator[](std::size_t slot) const noexcept { return uses_[slot]; }

 private:
  std::vector<FieldUse> uses_;
};

/// One event at a time, and what its fields are. The set must be complete and outlive it. Not
/// thread-safe; one a thread.
class Evaluation {
 public:
  Evaluation(const FieldSet& fields, Quirks quirks);

  /// Goes to another event, whose bytes must stay until the next. False: it is not an object.
  bool load(std::string_view json);
  /// What a field is in this event; read when first asked for.
  const FieldValues& values(std::size_t slot);
  const FieldUse& use(std::size_t slot) const noexcept { return fields_[slot]; }
  const FieldInfo& info(std::size_t slot) const noexcept { return *fields_[slot].info; }
  EventView& event() noexcept { return event_; }
  /// For texts that are needed as long as this event.
  TextArena& arena() noexcept { return arena_; }

 private:
  const FieldSet& fields_;
  const Quirks quirks_;
  EventView event_;
  TextArena arena_;
  std::vector<FieldValues> values_;
  std::vector<std::uint64_t> read_in_;  ///< the number of the event that they are of
  std::uint64_t number_ = 0;
};

}  // namespace kaudit::audit::search
