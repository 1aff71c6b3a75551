#include "apiserver/objects/codec/protobuf_reader.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "apiserver/objects/codec/quantity.hpp"
#include "base/json/bracket_stack.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr unsigned kVarint = 0;
constexpr unsigned kFixed64 = 1;
constexpr unsigned kLengthDelimited = 2;
constexpr unsigned kStartGroup = 3;
constexpr unsigned kEndGroup = 4;
constexpr unsigned kFixed32 = 5;

constexpr std::string_view kUnexpectedEnd = "unexpected EOF";

bool is_varint(TypeKind kind) {
  return kind == TypeKind::Bool || kind == TypeKind::Int32 || kind == TypeKind::Int64;
}

std::int64_t cut_to(TypeKind kind, std::uint64_t value) {
  switch (kind) {
    case TypeKind::Bool:
      return value != 0 ? 1 : 0;
    case TypeKind::Int32:
      return static_cast<std::int32_t>(value);
    default:
      return static_cast<std::int64_t>(value);
  }
}

// Named lists and maps that are not wrapped are written as what they name.
bool is_plain_list(const Type& type) { return type.kind == TypeKind::List && !type.wrapped; }

}  // namespace

Result<void> ProtobufReader::read(const Type& type, std::string_view message, Value& into) {
  at_ = message.data();
  const char* const end = message.data() + message.size();
  into.set = true;
  push({Kind::Message, &type, &into, end, end});
  while (!frames_.empty() && error_.empty()) {
    Frame& top = frames_.back();
    switch (top.kind) {
      case Kind::Message:
        read_message(top);
        break;
      case Kind::Items:
        read_items(top);
        break;
      case Kind::Entry:
        read_entry(top);
        break;
    }
  }
  if (!error_.empty()) return fail(std::move(error_));
  return {};
}

void ProtobufReader::push(Frame frame) {
  if (frames_.size() == kMaxJsonDepth) {
    fail_with("proto: exceeded max depth");
    return;
  }
  frames_.push_back(frame);
}

void ProtobufReader::fail_with(std::string_view message) {
  if (error_.empty()) error_ = message;
}

std::uint64_t ProtobufReader::varint(const char* limit) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at_ >= limit) {
      fail_with(kUnexpectedEnd);
      return 0;
    }
    const auto byte = static_cast<unsigned char>(*at_++);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return value;
  }
  fail_with("proto: integer overflow");
  return 0;
}

std::string_view ProtobufReader::bytes(const char* limit) {
  const std::uint64_t size = varint(limit);
  if (!error_.empty()) return {};
  if (size > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    fail_with("proto: negative length found during unmarshaling");
    return {};
  }
  if (size > static_cast<std::uint64_t>(limit - at_)) {
    fail_with(kUnexpectedEnd);
    return {};
  }
  const std::string_view text(at_, size);
  at_ += size;
  return text;
}

bool ProtobufReader::next_tag(const char* end, std::uint32_t& number, unsigned& wire) {
  if (at_ >= end) return false;
  const std::uint64_t tag = varint(frames_.back().limit);
  if (!error_.empty()) return false;
  number = static_cast<std::uint32_t>(tag >> 3U);
  wire = static_cast<unsigned>(tag & 7U);
  return true;
}

// Passes over one whole field, whose tag begins at `from`: a group with all that is in it.
void ProtobufReader::skip_field(const char* from, const char* limit) {
  at_ = from;
  std::size_t depth = 0;
  do {
    if (at_ >= limit) {
      fail_with(kUnexpectedEnd);
      return;
    }
    const std::uint64_t tag = varint(limit);
    switch (static_cast<unsigned>(tag & 7U)) {
      case kVarint:
        varint(limit);
        break;
      case kFixed64:
      case kFixed32: {
        const std::ptrdiff_t size = (tag & 7U) == kFixed64 ? 8 : 4;
        if (limit - at_ < size) fail_with(kUnexpectedEnd);
        at_ += std::min(size, limit - at_);
        break;
      }
      case kLengthDelimited:
        bytes(limit);
        break;
      case kStartGroup:
        ++depth;
        break;
      case kEndGroup:
        if (depth == 0) {
          fail_with("proto: unexpected end of group");
          return;
        }
        --depth;
        break;
      default:
        fail_with("proto: illegal wireType " + std::to_string(tag & 7U));
        return;
    }
    if (!error_.empty()) return;
  } while (depth != 0);
}

// Fields mostly come in the order of the struct.
const Field* ProtobufReader::find_field(Frame& frame, std::uint32_t number) const noexcept {
  const auto fields = frame.type->fields;
  const auto is_it = [number](const Field& field) {
    return field.number == static_cast<std::int64_t>(number);
  };
  // A list's elements repeat their number.
  const std::size_t guess = frame.next_field;
  for (std::size_t i = guess; i < std::min(guess + 2, fields.size()); ++i) {
    if (!is_it(fields[i])) continue;
    frame.next_field = static_cast<std::uint8_t>(i);
    return &fields[i];
  }
  const auto found = std::find_if(fields.begin(), fields.end(), is_it);
  if (found == fields.end()) return nullptr;
  frame.next_field = static_cast<std::uint8_t>(found - fields.begin());
  return &*found;
}

bool ProtobufReader::is_sound(const Frame& frame, std::uint32_t number, unsigned wire) {
  const auto signed_number = static_cast<std::int32_t>(number);
  if (wire != kEndGroup && signed_number > 0) return true;
  std::string message = "proto: " + std::string(frame.type->short_name());
  if (wire == kEndGroup) {
    message += ": wiretype end group for non-group";
  } else {
    message += ": illegal tag " + std::to_string(signed_number) + " (wire type " +
               std::to_string(wire) + ")";
  }
  fail_with(message);
  return false;
}

void ProtobufReader::read_message(Frame& frame) {
  const std::size_t depth = frames_.size();
  const char* start = at_;
  std::uint32_t number = 0;
  unsigned wire = 0;
  while (next_tag(frame.end, number, wire)) {
    if (!is_sound(frame, number, wire)) return;
    const Field* const field = find_field(frame, number);
    if (field == nullptr) {
      skip_field(start, frame.end);
    } else if ((field->wire_types >> wire & 1U) == 0) {
      fail_with("proto: wrong wireType = " + std::to_string(wire) + " for field " +
                std::string(field->inlined ? field->type->short_name() : field->name));
    } else {
      read_field(frame, *field, wire);
      if (frames_.size() != depth) return;
    }
    if (!error_.empty()) return;
    start = at_;
  }
  if (error_.empty()) frames_.pop_back();
}

void ProtobufReader::read_field(Frame& frame, const Field& field, unsigned wire) {
  Value& whole = *frame.value;
  const auto place = static_cast<std::uint8_t>(frame.first_member + field.first_member);
  if (field.inlined) {
    const std::string_view message = bytes(frame.end);
    if (!error_.empty()) return;
    at_ = message.data();
    const char* const end = message.data() + message.size();
    push({Kind::Message, field.type, &whole, end, end, place});
    return;
  }
  if (whole.object == nullptr) whole.object = StructValue::make(arena_);
  Value& value = whole.object->at(place, arena_);
  if (is_plain_list(*field.type)) {
    read_list_element(*field.type, wire, value, frame.end);
  } else {
    read_value(*field.type, wire, value, frame.end);
  }
}

void ProtobufReader::read_list_element(const Type& type, unsigned wire, Value& into,
                                       const char* limit) {
  into.set = true;
  if (into.list == nullptr) into.list = arena_.make<ListValue>();
  if (wire == kLengthDelimited && is_varint(type.element->kind)) {
    return read_packed(*type.element, *into.list, limit);
  }
  read_value(*type.element, wire, into.list->add(arena_), limit);
}

void ProtobufReader::read_packed(const Type& element, ListValue& list, const char* limit) {
  const std::string_view packed = bytes(limit);
  if (!error_.empty()) return;
  const char* const end = packed.data() + packed.size();
  at_ = packed.data();
  while (at_ < end) {
    // Go reads these to the end of the message around them.
    const std::uint64_t value = varint(limit);
    if (!error_.empty()) return;
    list.add(arena_).assign(cut_to(element.kind, value));
  }
}

// One value after its tag; a message gets a frame.
void ProtobufReader::read_value(const Type& type, unsigned /*wire*/, Value& into,
                                const char* limit) {
  if (is_varint(type.kind)) {
    into.assign(cut_to(type.kind, varint(limit)));
    return;
  }
  if (type.kind == TypeKind::Double) {
    if (limit - at_ < 8) {
      fail_with(kUnexpectedEnd);
      return;
    }
    std::memcpy(&into.number, at_, 8);
    into.set = true;
    at_ += 8;
    return;
  }
  const std::string_view message = bytes(limit);
  if (!error_.empty()) return;
  const char* const end = message.data() + message.size();
  switch (type.kind) {
    case TypeKind::String:
    case TypeKind::Bytes:
      into.assign(message);
      return;
    case TypeKind::Struct:
      into.set = true;
      at_ = message.data();
      return push({Kind::Message, &type, &into, end, end});
    case TypeKind::List:
      into.set = true;
      if (into.list == nullptr) into.list = arena_.make<ListValue>();
      at_ = message.data();
      return push({Kind::Items, &type, &into, end, end});
    case TypeKind::Map:
      into.set = true;
      if (into.map == nullptr) into.map = arena_.make<MapValue>();
      at_ = message.data();
      push({Kind::Entry, &type, &into, end, limit});
      if (!error_.empty()) return;
      frames_.back().element = arena_.make<Value>();
      // Bytes and wrapped lists that an entry leaves out are empty, not nil.
      frames_.back().element->set = type.element->kind == TypeKind::Bytes || type.element->wrapped;
      return;
    case TypeKind::Time:
    case TypeKind::MicroTime:
      return read_moment(into, message, type.kind);
    case TypeKind::IntOrString:
      return read_int_or_string(into, message);
    default:
      return read_single_text(into, message, type.kind);
  }
}

// A named list as a message of its own: `{1: repeated element}`.
void ProtobufReader::read_items(Frame& frame) {
  const std::size_t depth = frames_.size();
  const char* start = at_;
  std::uint32_t number = 0;
  unsigned wire = 0;
  while (next_tag(frame.end, number, wire)) {
    if (!is_sound(frame, number, wire)) return;
    if (number != 1) {
      skip_field(start, frame.end);
    } else if (wire != kLengthDelimited) {
      fail_with("proto: wrong wireType = " + std::to_string(wire) + " for field Items");
    } else {
      read_value(*frame.type->element, wire, frame.value->list->add(arena_), frame.end);
      if (frames_.size() != depth) return;
    }
    if (!error_.empty()) return;
    start = at_;
  }
  if (error_.empty()) frames_.pop_back();
}

// An entry of a map: the generated code does not look at wire types here.
void ProtobufReader::read_entry(Frame& frame) {
  const std::size_t depth = frames_.size();
  const char* start = at_;
  std::uint32_t number = 0;
  unsigned wire = 0;
  while (next_tag(frame.end, number, wire)) {
    if (number == 1) {
      frame.key = bytes(frame.limit);
    } else if (number == 2) {
      const bool is_list = frame.type->element->wrapped;
      *frame.element = Value();
      frame.element->set = is_list;
      read_value(*frame.type->element, wire, *frame.element, frame.limit);
      if (frames_.size() != depth) return;
    } else {
      skip_field(start, frame.limit);
      if (at_ > frame.end) fail_with(kUnexpectedEnd);
    }
    if (!error_.empty()) return;
    start = at_;
  }
  if (!error_.empty()) return;
  at_ = frame.end;
  frame.value->map->at(frame.key, arena_).value = *frame.element;
  frames_.pop_back();
}

}  // namespace kaudit::apiserver::objects
