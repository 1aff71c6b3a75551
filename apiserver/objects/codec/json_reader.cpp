#include "apiserver/objects/codec/json_reader.hpp"

#include <algorithm>

#include "base/text/ascii.hpp"
#include "base/text/byte_scan.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::apiserver::objects {
namespace {

using byte_scan::kWord;

std::uint32_t hex4(const char* digits) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const auto c = static_cast<unsigned char>(digits[i]);
    value = value * 16 + (c <= '9' ? c - '0' : (c | 0x20U) - 'a' + 10U);
  }
  return value;
}

}  // namespace

bool JsonReader::read(const Type& type, Value& into) {
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
  return error_.empty();
}

// These three read children until one of them is an object or array of its own, which gets a frame
// on top of theirs, or until they end.

void JsonReader::read_members(Frame& frame) {
  const Type& type = *frame.type;
  while (true) {
    if (*at_ == '}') {
      ++at_;
      frames_.pop_back();
      return;
    }
    if (*at_ == ',') ++at_;
    const std::string_view name = read_string();
    ++at_;  // the colon
    // Members mostly come in the order of the struct.
    const Member* member = nullptr;
    if (frame.next_member < type.members.size() && type.members[frame.next_member].name() == name) {
      member = &type.members[frame.next_member];
    } else {
      member = type.find(name);
    }
    if (member == nullptr) {
      if (frames_.size() == 1) read_name_case(name);
      complain("unknown", name);
      skip();
      continue;
    }
    const auto place = static_cast<std::size_t>(member - type.members.data());
    const std::uint64_t bit = std::uint64_t{1} << place;
    if ((frame.seen & bit) != 0) complain("duplicate", name);
    frame.seen |= bit;
    frame.next_member = static_cast<std::uint8_t>(place + 1);
    frame.member = member;
    if (frame.value->object == nullptr) frame.value->object = arena_.make<StructValue>();
    const Field& field = *member->field;
    Value& value = frame.value->object->at(place, arena_);
    if (read_value(*field.type, &field, field.pointer, value) || ended_) return;
  }
}

void JsonReader::read_entries(Frame& frame) {
  MapValue& map = *frame.value->map;
  while (true) {
    if (*at_ == '}') {
      ++at_;
      frames_.pop_back();
      return;
    }
    if (*at_ == ',') ++at_;
    const std::string_view key = read_string();
    ++at_;
    MapEntry& entry = map.at(key, arena_);
    if (entry.round == map.rounds) complain("duplicate", key);
    entry.round = map.rounds;
    entry.value = Value();
    frame.name = key;
    if (read_value(*frame.type->element, frame.field, false, entry.value) || ended_) return;
  }
}

// When a list comes again its elements merge with those that are there, as in Go, which reuses the
// slice.
void JsonReader::read_elements(Frame& frame) {
  ListValue& list = *frame.value->list;
  while (true) {
    if (*at_ == ']') {
      ++at_;
      list.size = frame.index;
      frames_.pop_back();
      return;
    }
    if (*at_ == ',') ++at_;
    const std::uint32_t index = frame.index++;
    Value& value = index < list.size ? list.values[index] : list.add(arena_);
    if (read_value(*frame.type->element, frame.field, false, value) || ended_) return;
  }
}

bool JsonReader::open(const Type& type, const Field* field, Value& into, bool quiet) {
  const bool opened = *at_ == (type.kind == TypeKind::List ? '[' : '{');
  if (!opened) {
    std::string go_type(type.go_name);
    if (field != nullptr && !field->go_type.empty() && type.id.size() > 2 &&
        type.element != nullptr) {
      go_type = (type.kind == TypeKind::List ? "[]" : "map[string]") + std::string(field->go_type);
    }
    mismatch(go_type);
    return false;
  }
  ++at_;
  into.set = true;
  if (type.kind == TypeKind::List) {
    if (into.list == nullptr) into.list = arena_.make<ListValue>();
  } else if (type.kind == TypeKind::Map) {
    if (into.map == nullptr) into.map = arena_.make<MapValue>();
    ++into.map->rounds;
  }
  frames_.push_back({&type, field, &into, quiet || (!frames_.empty() && frames_.back().quiet)});
  return true;
}

void JsonReader::read_name_case(std::string_view name) noexcept {
  other_case_ |= equals_ignoring_case(name, "kind") || equals_ignoring_case(name, "apiVersion");
}

// Moves past one value, which is known to be well-formed.
void JsonReader::skip() noexcept {
  std::size_t depth = 0;
  do {
    switch (*at_) {
      case '"':
        for (++at_; *at_ != '"'; ++at_) {
          if (*at_ == '\\') ++at_;
        }
        ++at_;
        break;
      case '{':
      case '[':
        ++depth;
        ++at_;
        break;
      case '}':
      case ']':
        --depth;
        ++at_;
        break;
      case ',':
      case ':':
        ++at_;
        break;
      default:
        while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ']') ++at_;
        break;
    }
  } while (depth != 0);
}

std::string_view JsonReader::skipped() noexcept {
  const char* const start = at_;
  skip();
  return {start, static_cast<std::size_t>(at_ - start)};
}

// Where the text has neither escapes nor anything but ASCII it is given as it stands.
std::string_view JsonReader::read_string() {
  const char* const start = ++at_;
  while (true) {
    if (static_cast<std::size_t>(end_ - at_) >= kWord) {
      const std::uint64_t marks = byte_scan::mark_special(byte_scan::load(at_));
      at_ += byte_scan::unmarked(marks);
      if (marks == 0) continue;
    }
    const auto c = static_cast<unsigned char>(*at_);
    if (c == '"') return {start, static_cast<std::size_t>(at_++ - start)};
    if (c == '\\' || c >= 0x80) return decode_string(start);
    ++at_;
  }
}

std::string_view JsonReader::decode_string(const char* from) {
  static constexpr std::string_view kLetters = "bfnrt";
  static constexpr std::string_view kMeanings = "\b\f\n\r\t";
  std::string out(from, at_);
  while (*at_ != '"') {
    const auto c = static_cast<unsigned char>(*at_);
    if (c >= 0x80) {
      const Rune rune = decode_rune({at_, static_cast<std::size_t>(end_ - at_)});
      append_utf8(out, rune.code_point);
      at_ += rune.size;
    } else if (c != '\\') {
      out += *at_++;
    } else if (at_[1] == 'u') {
      std::uint32_t unit = hex4(at_ + 2);
      at_ += 6;
      if (unit >= 0xD800 && unit < 0xDC00 && at_[0] == '\\' && at_[1] == 'u') {
        const std::uint32_t low = hex4(at_ + 2);
        if (low >= 0xDC00 && low < 0xE000) {
          unit = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
          at_ += 6;
        }
      }
      append_utf8(out, unit);  // a lone surrogate as U+FFFD
    } else {
      const std::size_t letter = kLetters.find(at_[1]);
      out += letter == std::string_view::npos ? at_[1] : kMeanings[letter];
      at_ += 2;
    }
  }
  ++at_;
  return arena_.keep(out);
}

}  // namespace kaudit::apiserver::objects
