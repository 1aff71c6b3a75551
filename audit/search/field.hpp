#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/level.hpp"
#include "audit/search/event_view.hpp"
#include "audit/search/text_arena.hpp"

namespace kaudit::audit::search {

/// Whether fields are what they should be, or as Falco's k8saudit plugin has them with its known
/// faults (docs/reading-logs.md).
enum class Quirks : std::uint8_t { Repaired, Falco };

/// What may stand in brackets behind a field's name.
enum class Argument : std::uint8_t {
  None,
  Index,    ///< an element; may be left out
  Pointer,  ///< an RFC 6901 pointer; may be left out
  Key,      ///< some text; must be there
};

/// The texts that a field has in one event. None: the field is absent, and every check is false.
class FieldValues {
 public:
  void clear() noexcept { texts_.clear(); }
  bool present() const noexcept { return !texts_.empty(); }
  std::span<const std::string_view> texts() const noexcept { return texts_; }

  /// A text that outlives the event's evaluation.
  void add(std::string_view text) { texts_.push_back(text); }

 private:
  std::vector<std::string_view> texts_;
};

struct FieldInfo;

/// A field as an expression names it, with its argument.
struct FieldUse {
  const FieldInfo* info = nullptr;
  std::string argument;              ///< as it was written; "" for none
  std::optional<std::size_t> index;  ///< Argument::Index

  /// `ka.uri.param[limit]`
  std::string text() const;
  friend bool operator==(const FieldUse&, const FieldUse&) = default;
};

/// What a field is read from and where its texts go.
struct Reading {
  EventView& event;
  const FieldUse& use;
  Quirks quirks;
  TextArena& arena;
  FieldValues& out;

  /// The text of a value, unless it is not there (or null, which is a text only for Falco).
  void add(std::string_view slice) const;
  /// A text that is made here.
  void add_made(std::string text) const { out.add(arena.add() = std::move(text)); }
  bool falco() const noexcept { return quirks == Quirks::Falco; }
  /// Whether the element with this index is asked for.
  bool wants(std::size_t index) const noexcept { return !use.index || *use.index == index; }
};

/// A field that expressions may name.
struct FieldInfo {
  std::string name;
  bool list = false;  ///< takes only exists, in and intersects
  Argument argument = Argument::None;
  Level needs = Level::Metadata;  ///< the least level at which an event can have it
  std::string path;               ///< where in the event, for people: `objectRef.resource`
  void (*read)(const Reading&) = nullptr;
  /// Whether it can have that text at all; null where it can have any.
  bool (*can_be)(std::string_view) = nullptr;
};

/// All fields, by name.
std::span<const FieldInfo> all_fields();
const FieldInfo* find_field(std::string_view name);
/// The field that the name was most likely meant to be; "" when none is near.
std::string_view nearest_field(std::string_view name);

// The parts of the table, a file each.
void add_event_fields(std::vector<FieldInfo>& fields);
void add_object_fields(std::vector<FieldInfo>& fields);
void add_pod_fields(std::vector<FieldInfo>& fields);
void add_json_fields(std::vector<FieldInfo>& fields);

}  // namespace kaudit::audit::search
