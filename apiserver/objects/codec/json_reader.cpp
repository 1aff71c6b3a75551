#include "apiserver/objects/codec/json_reader.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "apiserver/objects/types/member_place.hpp"
#include "base/json/bracket_stack.hpp"
#include "base/json/compact_json.hpp"
#include "base/json/json_string.hpp"
#include "base/json/json_walk.hpp"
#include "base/text/ascii.hpp"
#include "base/text/byte_scan.hpp"

namespace kaudit::apiserver::objects {

// Leaves nothing to read. What a compact text never comes to.
void JsonReader::give_up() {
  static constexpr std::string_view kNothing = "}";
  if (known_) not_compact_json();
  at_ = kNothing.data();
  end_ = at_ + kNothing.size();
  ended_ = gave_up_ = true;
}

// Whether the object or array ends here; else goes to its next child.
inline bool JsonReader::ends(Frame& frame, char closing) {
  // The usual case. A comma is not the last byte.
  if (at_ != end_ && *at_ == ',' && frame.begun && static_cast<unsigned char>(at_[1]) > ' ') {
    ++at_;
    return false;
  }
  return ends_otherwise(frame, closing);
}

bool JsonReader::ends_otherwise(Frame& frame, char closing) {
  if (at_ == end_) {
    give_up();
    return false;
  }
  skip_space();
  if (*at_ == closing) {
    ++at_;
    return true;
  }
  if (!frame.begun) {
    frame.begun = true;
  } else if (*at_ == ',') {
    ++at_;
    skip_space();
  } else {
    give_up();
  }
  return false;
}

// Opens an object or array at its bracket.
inline void JsonReader::enter(const Type& type, const Field* field, Value& into, bool quiet) {
  ++at_;
  into.set = true;
  if (type.kind == TypeKind::List) {
    if (into.list == nullptr) into.list = arena_.make<ListValue>();
  } else if (type.kind == TypeKind::Map) {
    if (into.map == nullptr) into.map = arena_.make<MapValue>();
    ++into.map->rounds;
  }
  if (frames_.empty()) frames_.reserve(kUsualDepth);
  frames_.push_back({&type, field, &into, quiet || (!frames_.empty() && frames_.back().quiet)});
}

// These three read children until one of them is an object or array of its own, which gets a frame
// on top of theirs, or until they end.

[[gnu::always_inline]] inline void JsonReader::read_members(Frame& frame) {
  const Type& type = *frame.type;
  while (true) {
    if (ends(frame, '}')) return frames_.pop_back();
    std::size_t place = pass_near_name(type, frame.next_member);
    if (place == type.members.size()) place = pass_likely_name(type, frame.next_member);
    if (place == type.members.size()) {
      const std::string_view name = read_name();
      if (ended_) return;
      place = place_of(type, name, frame.next_member);
      if (place == type.members.size()) {
        if (!known_) return give_up();
        if (frames_.size() == 1) read_name_case(name);
        complain("unknown", name);
        skip();
        continue;
      }
    }
    const Member& member = type.members[place];
    const std::uint64_t bit = std::uint64_t{1} << place;
    if ((frame.seen & bit) != 0) complain("duplicate", member.name());
    frame.seen |= bit;
    frame.next_member = static_cast<std::uint8_t>(place + 1);
    frame.member = &member;
    if (frame.value->object == nullptr) frame.value->object = StructValue::make(arena_);
    const Field& field = *member.field;
    Value& value = frame.value->object->at(place, arena_);
    if (field.type->kind == TypeKind::String && *at_ == '"') {
      if (read_plain_text(value)) continue;
      read_text(value);
      if (ended_) return;
      continue;
    }
    const TypeKind kind = field.type->kind;
    if (kind >= TypeKind::Struct && *at_ == (kind == TypeKind::List ? '[' : '{') &&
        field.type->special == Special::None) {
      if (known_ || frames_.size() < kMaxJsonDepth) return enter(*field.type, &field, value, false);
    }
    if (read_value(*field.type, &field, field.pointer, value) || ended_) return;
  }
}

[[gnu::always_inline]] inline void JsonReader::read_entries(Frame& frame) {
  MapValue& map = *frame.value->map;
  while (true) {
    if (ends(frame, '}')) return frames_.pop_back();
    const std::string_view key = read_name();
    if (ended_) return;
    MapEntry& entry = map.at(key, arena_);
    if (entry.round == map.rounds) complain("duplicate", key);
    entry.round = map.rounds;
    entry.value = Value();
    frame.name = key;
    if (frame.type->element->kind == TypeKind::String && *at_ == '"' &&
        read_plain_text(entry.value)) {
      continue;
    }
    if (read_value(*frame.type->element, frame.field, false, entry.value) || ended_) return;
  }
}

// When a list comes again its elements merge with those that are there, as in Go, which reuses the
// slice.
[[gnu::always_inline]] inline void JsonReader::read_elements(Frame& frame) {
  ListValue& list = *frame.value->list;
  while (true) {
    if (ends(frame, ']')) {
      list.size = frame.index;
      return frames_.pop_back();
    }
    if (ended_) return;
    const std::uint32_t index = frame.index++;
    Value& value = index < list.size ? list.values[index] : list.add(arena_);
    const Type& element = *frame.type->element;
    if (element.kind == TypeKind::Struct && element.special == Special::None && *at_ == '{' &&
        (known_ || frames_.size() < kMaxJsonDepth)) {
      return enter(element, frame.field, value, false);
    }
    if (read_value(element, frame.field, false, value) || ended_) return;
  }
}

bool JsonReader::read(const Type& type, Value& into) {
  // What ends so has a byte wherever one is looked at before an outermost object is complete.
  if (!known_ && (at_ == end_ || end_[-1] != '}')) give_up();
  read_value(type, nullptr, false, into);
  while (!frames_.empty() && !ended_) {
    Frame& top = frames_.back();
    switch (top.type->kind) {
      case TypeKind::Struct:
        read_members(top);
        break;
      case TypeKind::Map:
        read_entries(top);
        break;
      default:
        read_elements(top);
        break;
    }
  }
  if (!known_ && at_ != end_) give_up();
  return error_.empty() && !gave_up_;
}

// As Go names it.
std::string JsonReader::container_name(const Type& type, const Field* field) {
  if (field == nullptr || field->go_type.empty() || type.id.size() <= 2 ||
      type.element == nullptr) {
    return std::string(type.go_name);
  }
  return (type.kind == TypeKind::List ? "[]" : "map[string]") + std::string(field->go_type);
}

bool JsonReader::open(const Type& type, const Field* field, Value& into, bool quiet) {
  const bool opened = *at_ == (type.kind == TypeKind::List ? '[' : '{');
  if (!opened) {
    mismatch(container_name(type, field));
    return false;
  }
  if (!known_ && frames_.size() == kMaxJsonDepth) {
    give_up();
    return false;
  }
  enter(type, field, into, quiet);
  return true;
}

void JsonReader::read_name_case(std::string_view name) noexcept {
  other_case_ |= equals_ignoring_case(name, "kind") || equals_ignoring_case(name, "apiVersion");
}

void JsonReader::skip() {
  if (known_) {
    at_ = pass_json_value(at_, end_);
    return;
  }
  if (*at_ == '"') {
    const char* const quote = byte_scan::skip_plain(at_ + 1, end_);
    if (quote != end_ && *quote == '"') {
      at_ = quote + 1;
      return;
    }
  }
  const char* const start = at_;
  const char* const end = pass_if_compact(start, end_);
  // A level takes two characters: how deep a long text goes is for others to find out.
  if (end == nullptr ||
      frames_.size() + static_cast<std::size_t>(end - start) / 2 > kMaxJsonDepth) {
    return give_up();
  }
  at_ = end;
}

void JsonReader::skip_word(std::string_view word) {
  const auto left = static_cast<std::size_t>(end_ - at_);
  if (left < word.size() || std::memcmp(at_, word.data(), word.size()) != 0) return give_up();
  at_ += word.size();
}

std::string_view JsonReader::skipped() {
  const char* const start = at_;
  skip();
  if (gave_up_) return {};
  return {start, static_cast<std::size_t>(at_ - start)};
}

// Where the text has neither escapes nor anything but ASCII it is given as it stands.
std::string_view JsonReader::read_string() {
  const char* const quote = at_;
  at_ = byte_scan::skip_plain(quote + 1, end_);
  if (at_ != end_ && *at_ == '"') [[likely]] {
    return {quote + 1, static_cast<std::size_t>(at_++ - quote - 1)};
  }
  at_ = quote;
  skip();
  if (gave_up_) return {};
  std::string out;
  decode_json_string(out, {quote + 1, static_cast<std::size_t>(at_ - quote - 2)});
  return arena_.keep(out);
}

// Passes the name that comes next, with its colon, where a member has it that is near (TreeText);
// gives the member's place. The sixteen bytes behind the quote are the name's words but for what
// stands behind it.
inline std::size_t JsonReader::pass_near_name(const Type& type, std::size_t next) {
  constexpr std::size_t kTries = 6;  // cost as much as a look-up
  constexpr std::size_t kBytes = sizeof(TreeText::Words);
  const std::size_t none = type.members.size();
  if (std::endian::native != std::endian::little ||
      static_cast<std::size_t>(end_ - at_) < kBytes + 2 || *at_ != '"') {
    return none;
  }
  const char* const name = at_ + 1;
  const auto size = static_cast<std::size_t>(byte_scan::skip_plain_16(name) - name);
  if (size > TreeText::kMostNear || name[size] != '"' || name[size + 1] != ':') return none;
  std::uint64_t head = byte_scan::load(name);
  std::uint64_t tail = 0;
  if (size < byte_scan::kWord) {
    head &= (std::uint64_t{1} << (8 * size)) - 1;
  } else {
    const std::size_t more = size - byte_scan::kWord;
    tail = byte_scan::load(name + byte_scan::kWord) & ((std::uint64_t{1} << (8 * more)) - 1);
  }
  tail |= std::uint64_t{size} << 56U;
  const auto is_at = [&](std::size_t place) {
    const TreeText::Words& words = type.members[place].field->name_words;
    return words[0] == head && words[1] == tail;
  };
  std::size_t place = next;
  const std::size_t end = std::min(none, next + kTries);
  while (place < end && !is_at(place)) ++place;
  if (place >= end) {
    place = type.likely_place({name, size});
    if (place >= none || !is_at(place)) return none;
  }
  at_ = name + size + 2;
  skip_space();
  return place;
}

// The same of a name of any size that is that of the next members, as it mostly is. Looks at no
// byte of a name but to compare it.
std::size_t JsonReader::pass_likely_name(const Type& type, std::size_t next) {
  constexpr std::size_t kTries = 6;
  const auto left = static_cast<std::size_t>(end_ - at_);
  const std::size_t end = std::min(type.members.size(), next + kTries);
  for (std::size_t place = next; place < end; ++place) {
    const std::string_view name = type.members[place].name();
    const std::size_t size = name.size();
    if (left > size + 3 && at_[size + 2] == ':' && at_[size + 1] == '"' && *at_ == '"' &&
        std::memcmp(at_ + 1, name.data(), size) == 0) {
      at_ += size + 3;
      skip_space();
      return place;
    }
  }
  return type.members.size();
}

// With its colon.
std::string_view JsonReader::read_name() {
  if (*at_ != '"') {
    give_up();
    return {};
  }
  const std::string_view name = read_string();
  skip_space();
  if (*at_ != ':') give_up();
  ++at_;
  skip_space();
  return name;
}

}  // namespace kaudit::apiserver::objects
