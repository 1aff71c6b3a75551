#include "apiserver/objects/codec/protobuf_writer.hpp"

#include <algorithm>
#include <cstring>

#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr std::size_t kFirstMessageSize = 1024;
constexpr Value kZeroValue{};

constexpr std::uint32_t kWireVarint = 0;
constexpr std::uint32_t kWireFixed64 = 1;
constexpr std::uint32_t kWireText = 2;

/// The fields of each struct that protobuf has, by falling numbers: Go's order is often another.
class FieldOrders {
 public:
  static std::span<const std::uint8_t> of(const Type& type) {
    static const FieldOrders all;
    return all.orders_[static_cast<std::size_t>(&type - named_types().data())];
  }

 private:
  FieldOrders() {
    for (const Type& type : named_types()) orders_.push_back(order_of(type));
  }

  static std::vector<std::uint8_t> order_of(const Type& type) {
    std::vector<std::uint8_t> order;
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      if (type.fields[i].number != 0) order.push_back(static_cast<std::uint8_t>(i));
    }
    std::sort(order.begin(), order.end(), [&](std::uint8_t a, std::uint8_t b) {
      return type.fields[a].number > type.fields[b].number;
    });
    return order;
  }

  std::vector<std::vector<std::uint8_t>> orders_;
};

/// The entries of a map, by their keys.
void sort_entries(MapValue& map) {
  if (map.ascending) return;
  std::sort(map.entries, map.entries + map.size,
            [](const MapEntry& a, const MapEntry& b) { return a.key < b.key; });
  map.ascending = true;
  map.index = nullptr;
}

bool is_repeated(const Type& type) { return type.kind == TypeKind::List && !type.wrapped; }

std::uint32_t length_of(const ListValue* list) { return list == nullptr ? 0 : list->size; }

}  // namespace

void BackwardBuffer::make_room(std::size_t size) {
  if (begin_ >= size) return;
  const std::size_t used = this->size();
  std::string larger(std::max(kFirstMessageSize, 2 * (used + size)), '\0');
  std::memcpy(larger.data() + larger.size() - used, bytes_.data() + begin_, used);
  begin_ = larger.size() - used;
  bytes_ = std::move(larger);
}

void BackwardBuffer::prepend(std::string_view text) {
  if (text.empty()) return;
  make_room(text.size());
  begin_ -= text.size();
  std::memcpy(bytes_.data() + begin_, text.data(), text.size());
}

void BackwardBuffer::prepend_varint(std::uint64_t number) {
  char digits[10];
  std::size_t count = 0;
  for (; number >= 0x80; number >>= 7U) {
    digits[count++] = static_cast<char>((number & 0x7FU) | 0x80U);
  }
  digits[count++] = static_cast<char>(number);
  prepend({digits, count});
}

void BackwardBuffer::prepend_text(std::uint32_t number, std::string_view text) {
  prepend(text);
  prepend_varint(text.size());
  prepend_varint(number << 3U | kWireText);
}

void BackwardBuffer::prepend_number(std::uint32_t number, std::uint64_t value) {
  prepend_varint(value);
  prepend_varint(number << 3U | kWireVarint);
}

void BackwardBuffer::close_message(std::uint32_t number, std::size_t end) {
  prepend_varint(size() - end);
  prepend_varint(number << 3U | kWireText);
}

Result<void> ProtobufWriter::prepend(const Type& type, const Value& value) {
  const auto fields = static_cast<std::uint32_t>(FieldOrders::of(type).size());
  frames_.push_back({Kind::Message, &type, &value, fields});
  while (!frames_.empty() && error_.empty()) {
    Frame& top = frames_.back();
    switch (top.kind) {
      case Kind::Message:
        write_fields(top);
        break;
      case Kind::Elements:
        write_elements(top);
        break;
      case Kind::Entries:
        write_entries(top);
        break;
      case Kind::Entry:
        write_entry(top);
        break;
    }
  }
  frames_.clear();
  if (!error_.empty()) return fail(std::exchange(error_, {}));
  return {};
}

void ProtobufWriter::close(const Frame& frame) {
  if (frame.number != 0) out_.close_message(frame.number, frame.end);
  frames_.pop_back();
}

// As in the reader, these go on until a child needs a frame of its own. write_value() says when.

void ProtobufWriter::write_fields(Frame& frame) {
  const auto order = FieldOrders::of(*frame.type);
  while (frame.left != 0) {
    // The last of the order has the lowest number.
    const std::size_t place = order.size() - frame.left--;
    if (write_field(frame, frame.type->fields[order[place]]) || !error_.empty()) return;
  }
  close(frame);
}

bool ProtobufWriter::write_field(const Frame& frame, const Field& field) {
  const auto number = static_cast<std::uint32_t>(field.number);
  const auto place = static_cast<std::uint8_t>(frame.first_member + field.first_member);
  const Value& whole = *frame.value;
  if (field.inlined) {
    const auto fields = static_cast<std::uint32_t>(FieldOrders::of(*field.type).size());
    frames_.push_back(
        {Kind::Message, field.type, &whole, fields, number, out_.size(), place, nullptr});
    return true;
  }
  const Value* value = whole.set && whole.object ? whole.object->find(place) : nullptr;
  if (value == nullptr) value = &kZeroValue;
  const TypeKind kind = field.type->kind;
  const bool can_be_nil =
      field.pointer || kind == TypeKind::List || kind == TypeKind::Map || kind == TypeKind::Bytes;
  if (can_be_nil && !value->set) return false;
  return write_value(*field.type, *value, number);
}

// Elements of a list that is a message of its own are its fields 1.
void ProtobufWriter::write_elements(Frame& frame) {
  const bool wrapped = frame.type->wrapped;
  while (frame.left != 0) {
    const Value& element = frame.value->list->values[--frame.left];
    if (write_value(*frame.type->element, element, wrapped ? 1 : frame.number)) return;
    if (!error_.empty()) return;
  }
  if (wrapped) return close(frame);
  frames_.pop_back();
}

void ProtobufWriter::write_entries(Frame& frame) {
  if (frame.left == 0) {
    frames_.pop_back();
    return;
  }
  const MapEntry& entry = frame.value->map->entries[--frame.left];
  frames_.push_back(
      {Kind::Entry, frame.type, &entry.value, 2, frame.number, out_.size(), 0, &entry});
}

void ProtobufWriter::write_entry(Frame& frame) {
  if (frame.left-- == 2) {
    const Type& element = *frame.type->element;
    const bool left_out = element.kind == TypeKind::Bytes && !frame.value->set;
    if (!left_out) write_value(element, *frame.value, 2);
    return;
  }
  out_.prepend_text(1, frame.entry->key);
  close(frame);
}

// True when the value got a frame of its own.
bool ProtobufWriter::write_value(const Type& type, const Value& value, std::uint32_t number) {
  switch (type.kind) {
    case TypeKind::Struct: {
      const auto fields = static_cast<std::uint32_t>(FieldOrders::of(type).size());
      frames_.push_back({Kind::Message, &type, &value, fields, number, out_.size()});
      return true;
    }
    case TypeKind::List:
      if (length_of(value.set ? value.list : nullptr) == 0) {
        if (!is_repeated(type)) out_.prepend_text(number, {});
        return false;
      }
      frames_.push_back({Kind::Elements, &type, &value, value.list->size, number, out_.size()});
      return true;
    case TypeKind::Map:
      if (!value.set || value.map == nullptr) return false;
      sort_entries(*value.map);
      frames_.push_back({Kind::Entries, &type, &value, value.map->size, number, out_.size()});
      return true;
    default:
      write_leaf(type, value, number);
      return false;
  }
}

void ProtobufWriter::write_leaf(const Type& type, const Value& value, std::uint32_t number) {
  const std::uint64_t integer = value.set ? static_cast<std::uint64_t>(value.integer) : 0;
  const std::size_t end = out_.size();
  switch (type.kind) {
    case TypeKind::Bool:
    case TypeKind::Int32:
    case TypeKind::Int64:
      return out_.prepend_number(number, integer);
    case TypeKind::Double: {
      const double given = value.set ? value.number : 0;
      char bytes[sizeof given];
      std::memcpy(bytes, &given, sizeof given);
      out_.prepend({bytes, sizeof given});
      return out_.prepend_varint(number << 3U | kWireFixed64);
    }
    case TypeKind::String:
    case TypeKind::Bytes:
      return out_.prepend_text(number, value.set ? value.view() : std::string_view());
    case TypeKind::Time:
    case TypeKind::MicroTime:
      write_moment(type, value);
      break;
    case TypeKind::IntOrString:
      write_int_or_string(value);
      break;
    case TypeKind::Duration:
      out_.prepend_number(1, integer);
      break;
    case TypeKind::Quantity:
      out_.prepend_text(1, value.set ? value.view() : "0");
      break;
    case TypeKind::Raw:
    case TypeKind::FieldsV1:
    case TypeKind::Json:
      if (value.set) out_.prepend_text(1, value.view());
      break;
    default:
      error_ = std::string(type.go_name) + " has no protobuf";
      return;
  }
  out_.close_message(number, end);
}

// The zero time is an empty message.
void ProtobufWriter::write_moment(const Type& type, const Value& value) {
  if (!value.set || (value.integer == Timestamp::kZeroSeconds && value.size == 0)) return;
  const bool fine = type.kind == TypeKind::MicroTime;
  out_.prepend_number(2, fine ? std::uint64_t{value.size} * 1000 : 0);
  out_.prepend_number(1, static_cast<std::uint64_t>(value.integer));
}

// All three members, whichever counts.
void ProtobufWriter::write_int_or_string(const Value& value) {
  const bool is_text = value.set && value.which == IntOrText::Text;
  const std::int64_t number = value.set && !is_text ? value.integer : 0;
  out_.prepend_text(3, is_text ? value.view() : std::string_view());
  out_.prepend_number(2, static_cast<std::uint64_t>(number));
  out_.prepend_number(1, is_text ? 1 : 0);
}

}  // namespace kaudit::apiserver::objects
