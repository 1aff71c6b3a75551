// The messages that stand for one value: times, quantities, texts of JSON; and the envelope.
#include "apiserver/objects/codec/protobuf_reader.hpp"
#include "apiserver/objects/codec/quantity.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr std::size_t kMostFields = 3;

// What such a message is made of: for each number from 1 on the wire type that is accepted, and
// what came last.
struct Scalars {
  unsigned wires[kMostFields];
  std::uint64_t number[kMostFields] = {};
  std::string_view text[kMostFields] = {};
  bool given[kMostFields] = {};
};

// A plain little reader: these messages hold no others.
class ScalarReader {
 public:
  explicit ScalarReader(std::string_view message)
      : at_(message.data()), end_(message.data() + message.size()) {}

  bool run(Scalars& into, std::size_t fields) {
    while (at_ < end_) {
      const char* const start = at_;
      std::uint64_t tag = 0;
      if (!varint(tag)) return false;
      const auto number = static_cast<std::int32_t>(tag >> 3U);
      const auto wire = static_cast<unsigned>(tag & 7U);
      if (wire == 4 || number <= 0) return fail_with("proto: illegal tag");
      if (static_cast<std::size_t>(number) > fields) {
        at_ = start;
        if (!skip()) return false;
        continue;
      }
      const auto place = static_cast<std::size_t>(number - 1);
      if (wire != into.wires[place]) return fail_with("proto: wrong wireType");
      into.given[place] = true;
      if (wire == 0 ? !varint(into.number[place]) : !bytes(into.text[place])) return false;
    }
    return true;
  }
  const std::string& error() const { return error_; }

 private:
  bool fail_with(std::string message) {
    error_ = std::move(message);
    return false;
  }

  bool varint(std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ == end_) return fail_with("unexpected EOF");
      const auto byte = static_cast<unsigned char>(*at_++);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return true;
    }
    return fail_with("proto: integer overflow");
  }

  bool bytes(std::string_view& text) {
    std::uint64_t size = 0;
    if (!varint(size)) return false;
    if (size > static_cast<std::uint64_t>(end_ - at_)) return fail_with("unexpected EOF");
    text = {at_, size};
    at_ += size;
    return true;
  }

  bool skip() {
    std::size_t depth = 0;
    do {
      std::uint64_t tag = 0;
      std::uint64_t ignored = 0;
      std::string_view text;
      if (!varint(tag)) return false;
      switch (static_cast<unsigned>(tag & 7U)) {
        case 0:
          if (!varint(ignored)) return false;
          break;
        case 1:
        case 5: {
          const std::ptrdiff_t size = (tag & 7U) == 1 ? 8 : 4;
          if (end_ - at_ < size) return fail_with("unexpected EOF");
          at_ += size;
          break;
        }
        case 2:
          if (!bytes(text)) return false;
          break;
        case 3:
          ++depth;
          break;
        case 4:
          if (depth == 0) return fail_with("proto: unexpected end of group");
          --depth;
          break;
        default:
          return fail_with("proto: illegal wireType " + std::to_string(tag & 7U));
      }
    } while (depth != 0);
    return true;
  }

  const char* at_;
  const char* end_;
  std::string error_;
};

}  // namespace

// Only an empty message is the zero time. Nanoseconds are cut to what JSON shows.
void ProtobufReader::read_moment(Value& into, std::string_view message, TypeKind kind) {
  into = Value();
  into.assign(Timestamp::kZeroSeconds);
  if (message.empty()) return;
  Scalars scalars{{0, 0}};
  ScalarReader reader(message);
  if (!reader.run(scalars, 2)) {
    fail_with(reader.error());
    return;
  }
  auto seconds = static_cast<std::int64_t>(scalars.number[0]);
  if (kind == TypeKind::MicroTime) {
    std::int64_t micros = static_cast<std::int32_t>(scalars.number[1]) / 1000;
    seconds += micros / 1'000'000;
    micros %= 1'000'000;
    if (micros < 0) {
      micros += 1'000'000;
      --seconds;
    }
    into.size = static_cast<std::uint32_t>(micros);
  }
  into.assign(seconds);
}

void ProtobufReader::read_int_or_string(Value& into, std::string_view message) {
  // Messages merge: what came before stays where this one says nothing.
  Scalars scalars{{0, 0, 2}};
  ScalarReader reader(message);
  if (!reader.run(scalars, 3)) {
    fail_with(reader.error());
    return;
  }
  const std::uint64_t which = scalars.number[0];
  if (which == 1) {
    into.assign(scalars.text[2]);
    into.which = IntOrText::Text;
  } else {
    into.assign(std::int64_t{static_cast<std::int32_t>(scalars.number[1])});
    into.which = which == 0 ? IntOrText::Int : IntOrText::Impossible;
  }
}

void ProtobufReader::read_single_text(Value& into, std::string_view message, TypeKind kind) {
  const bool is_duration = kind == TypeKind::Duration;
  Scalars scalars{{is_duration ? 0U : 2U}};
  ScalarReader reader(message);
  if (!reader.run(scalars, 1)) {
    fail_with(reader.error());
    return;
  }
  if (is_duration) {
    into.assign(static_cast<std::int64_t>(scalars.number[0]));
    return;
  }
  if (!scalars.given[0]) {
    // A pointer to a value that was not given is one to the zero value.
    if (!into.set) into.assign(kind == TypeKind::Quantity ? "0" : std::string_view());
    return;
  }
  if (kind == TypeKind::Quantity) {
    const auto quantity = canonical_quantity(scalars.text[0]);
    if (!quantity) {
      fail_with(quantity.error().message);
      return;
    }
    into.assign(arena_.keep(*quantity));
    return;
  }
  into.assign(scalars.text[0]);
}

Result<Envelope> read_envelope(std::string_view body, Arena& arena) {
  if (body.empty()) return fail("empty data");
  if (!body.starts_with(kProtobufMagic)) {
    return fail(
        "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  }
  body.remove_prefix(kProtobufMagic.size());
  if (body.empty()) return fail("empty body");
  static const Type& type = *type_by_id("runtime.Unknown");
  Value value;
  if (auto read = ProtobufReader(arena).read(type, body, value); !read) {
    return tl::unexpected(read.error());
  }
  // The schema calls the object `-`, as Go's tag does.
  const auto text = [&](std::string_view name) -> std::string_view {
    const Member* const member = type.find(name);
    const auto place = static_cast<std::size_t>(member - type.members.data());
    const Value* const found = value.object ? value.object->find(place) : nullptr;
    return found != nullptr ? found->view() : std::string_view();
  };
  return Envelope{text("apiVersion"), text("kind"), text("-")};
}

}  // namespace kaudit::apiserver::objects
