// What each type makes of a JSON value, and what it says of one that it cannot use.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "apiserver/objects/codec/json_reader.hpp"
#include "apiserver/objects/codec/quantity.hpp"
#include "base/text/base64.hpp"
#include "base/text/duration.hpp"
#include "base/text/quote.hpp"
#include "base/text/rfc3339.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr std::size_t kMostComplaints = 100;
// Each complaint costs the length of its path even when it was made before; a client that repeats
// one without end gets no further ones.
constexpr unsigned kMostAttempts = 10'000;

}  // namespace

// True when the value got a frame of its own.
bool JsonReader::read_value(const Type& type, const Field* field, bool pointer, Value& into) {
  if (!is_null()) return read_set(type, field, into);
  switch (type.kind) {
    case TypeKind::String:
    case TypeKind::Bool:
    case TypeKind::Int32:
    case TypeKind::Int64:
    case TypeKind::Double:
    case TypeKind::IntOrString:
      if (pointer) into = Value();
      break;
    case TypeKind::Struct:
      if (pointer || type.special != Special::None) into = Value();
      break;
    case TypeKind::Duration:
      if (!pointer) return read_set(type, field, into);
      into = Value();
      break;
    default:
      into = Value();
      break;
  }
  skip_word("null");
  return false;
}

bool JsonReader::read_set(const Type& type, const Field* field, Value& into) {
  switch (type.kind) {
    case TypeKind::String:
      if (*at_ != '"') {
        mismatch(field != nullptr && !field->go_type.empty() ? field->go_type : type.go_name);
      } else {
        read_text(into);
      }
      return false;
    case TypeKind::Bool:
      if (*at_ != 't' && *at_ != 'f') {
        mismatch(type.go_name);
      } else {
        into.assign(std::int64_t{*at_ == 't'});
        skip_word(*at_ == 't' ? "true" : "false");
      }
      return false;
    case TypeKind::Int32:
    case TypeKind::Int64:
      read_integer(type, into);
      return false;
    case TypeKind::Double:
      read_double(into);
      return false;
    case TypeKind::Bytes:
      read_bytes(into);
      return false;
    case TypeKind::Time:
    case TypeKind::MicroTime:
      read_time(type, into);
      return false;
    case TypeKind::Duration:
      read_duration(into);
      return false;
    case TypeKind::Quantity:
      read_quantity(into);
      return false;
    case TypeKind::IntOrString:
      read_int_or_string(into);
      return false;
    case TypeKind::Raw:
    case TypeKind::FieldsV1:
    case TypeKind::Json:
    case TypeKind::Any: {
      const std::string_view text = skipped();
      into.assign(is_utf8(text) ? text : arena_.keep(valid_utf8(text)));
      into.compact = true;
      return false;
    }
    case TypeKind::Struct:
      if (type.special != Special::None) return open_union(type, into);
      return open(type, field, into, false);
    case TypeKind::List:
    case TypeKind::Map:
      return open(type, field, into, false);
  }
  return false;
}

// The structs of apiextensions that are one of several things. Their decoders start over and are
// never strict. (apiextensions v1 marshal.go)
bool JsonReader::open_union(const Type& type, Value& into) {
  into = Value();
  into.set = true;
  StructValue& object = *(into.object = StructValue::make(arena_));
  const auto open_field = [&](std::size_t place) {
    const Field& field = *type.members[place].field;
    return open(*field.type, &field, object.at(place, arena_), true);
  };
  switch (type.special) {
    case Special::SchemaOrBool: {
      const std::size_t allows = type.find("Allows") - type.members.data();
      const std::size_t schema = type.find("Schema") - type.members.data();
      if (*at_ != '{' && *at_ != 't' && *at_ != 'f') {
        fail_with("boolean or JSON schema expected", Outcome::Ends);
        return false;
      }
      object.at(allows, arena_).assign(std::int64_t{*at_ != 'f'});
      if (*at_ == '{') return open_field(schema);
      skip();
      return false;
    }
    case Special::SchemaOrArray:
    case Special::SchemaOrStrings: {
      const auto* const list =
          type.find("JSONSchemas") ? type.find("JSONSchemas") : type.find("Property");
      if (*at_ == '{') return open_field(type.find("Schema") - type.members.data());
      if (*at_ == '[') return open_field(list - type.members.data());
      skip();
      return false;
    }
    case Special::None:
      break;
  }
  return false;
}

void JsonReader::read_text(Value& into) {
  const char* const text = at_ + 1;
  into.assign(read_string());
  into.compact = into.text == text;  // as it stands
}

// False, and nothing is done, when it is anything but a few digits.
bool JsonReader::read_small_integer(Value& into) noexcept {
  constexpr std::ptrdiff_t kMostDigits = 9;
  std::int64_t number = 0;
  const char* digit = at_;
  for (; digit != end_ && *digit >= '0' && *digit <= '9'; ++digit) {
    if (digit - at_ == kMostDigits) return false;
    number = number * 10 + (*digit - '0');
  }
  if (digit == end_ || (*digit != ',' && *digit != '}' && *digit != ']') || digit == at_ ||
      (*at_ == '0' && digit - at_ > 1)) {
    return false;
  }
  at_ = digit;
  into.assign(number);
  return true;
}

void JsonReader::read_integer(const Type& type, Value& into) {
  if (read_small_integer(into)) return;
  if (*at_ != '-' && (*at_ < '0' || *at_ > '9')) return mismatch(type.go_name);
  const char* const start = at_;
  const std::string_view text = skipped();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool fits =
      type.kind == TypeKind::Int64 || (number >= std::numeric_limits<std::int32_t>::min() &&
                                       number <= std::numeric_limits<std::int32_t>::max());
  if (error != std::errc() || end != text.data() + text.size() || !fits) {
    at_ = start;
    return mismatch(type.go_name);
  }
  into.assign(number);
}

void JsonReader::read_double(Value& into) {
  if (*at_ != '-' && (*at_ < '0' || *at_ > '9')) return mismatch("float64");
  const char* const start = at_;
  const std::string_view text = skipped();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // Too small is zero, too big an error; from_chars does not tell them apart.
  if (error == std::errc::result_out_of_range) {
    number = std::strtod(std::string(text).c_str(), nullptr);
    if (std::isinf(number)) {
      at_ = start;
      return mismatch("float64");
    }
  }
  into.number = number;
  into.set = true;
}

void JsonReader::read_bytes(Value& into) {
  if (*at_ == '[') return read_byte_list(into);
  if (*at_ != '"') return mismatch("[]uint8");
  const auto bytes = base64_decode(read_string());
  if (!bytes) return fail_with(bytes.error().message, Outcome::GoesOn);
  into.assign(arena_.keep(*bytes));
}

// Go's decoder fills a slice of bytes from a list of numbers, too.
void JsonReader::read_byte_list(Value& into) {
  if (!known_) return give_up();
  std::string bytes;
  for (++at_; *at_ != ']';) {
    if (*at_ == ',') ++at_;
    const char* const start = at_;
    const bool is_number = *at_ >= '0' && *at_ <= '9';
    const std::string_view text = skipped();
    std::uint8_t byte = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), byte);
    if (text != "null" &&
        (!is_number || error != std::errc() || end != text.data() + text.size())) {
      at_ = start;
      mismatch("uint8");
    }
    bytes += static_cast<char>(byte);
  }
  ++at_;
  into.assign(arena_.keep(bytes));
}

void JsonReader::read_time(const Type& type, Value& into) {
  if (*at_ != '"') return mismatch("string", Outcome::Ends);
  const auto time = parse_rfc3339(
      read_string(), type.kind == TypeKind::Time ? TimeForm::Time : TimeForm::MicroTime);
  if (!time) return fail_with(time.error().message, Outcome::Ends);
  into.assign(time->seconds);
  into.size = time->nanoseconds / 1000;
}

void JsonReader::read_duration(Value& into) {
  if (*at_ != '"' && !is_null()) return mismatch("string", Outcome::Ends);
  std::string_view text;
  if (is_null()) {
    skip();
  } else {
    text = read_string();
  }
  const auto duration = parse_duration(text);
  if (!duration) return fail_with(duration.error().message, Outcome::Ends);
  into.assign(std::int64_t{duration->count()});
}

// The decoder looks at the text itself: escapes in a string are part of it.
void JsonReader::read_quantity(Value& into) {
  Value plain;
  const char* const start = at_;
  if (*at_ == '"' && read_plain_text(plain)) {
    if (is_plainly_canonical(plain.view())) return into.assign(plain.view());
    at_ = start;
  }
  std::string_view text = skipped();
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  if (is_plainly_canonical(text)) return into.assign(text);
  const auto quantity = canonical_quantity(text);
  if (!quantity) return fail_with(quantity.error().message, Outcome::Ends);
  into.assign(*quantity == text ? text : arena_.keep(*quantity));
}

void JsonReader::read_int_or_string(Value& into) {
  if (*at_ == '"') {
    into.assign(read_string());
    into.which = IntOrText::Text;
    return;
  }
  into.which = IntOrText::Int;
  if (read_small_integer(into)) return;
  const char* const start = at_;
  const std::string_view text = skipped();
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    at_ = start;
    return mismatch("int32", Outcome::Ends);
  }
  into.assign(std::int64_t{number});
}

std::string_view JsonReader::word() const noexcept {
  switch (*at_) {
    case '"':
      return "string";
    case '{':
      return "object";
    case '[':
      return "array";
    case 't':
    case 'f':
      return "bool";
    default:
      return "number";
  }
}

// Go's UnmarshalTypeError, and past the value. The names on the way to the value are those of
// struct members only, an inlined struct has its own among them.
void JsonReader::mismatch(std::string_view go_type, Outcome outcome) {
  if (!known_) return give_up();
  std::string message = "json: cannot unmarshal ";
  const bool wants_number =
      go_type == "int32" || go_type == "int64" || go_type == "float64" || go_type == "uint8";
  const std::string_view what = word();
  message += what;
  const std::string_view text = skipped();
  if (what == "number" && wants_number) message.append(" ").append(text);
  std::string names;
  std::string_view owner;
  for (const Frame& frame : frames_) {
    if (!frame.type->is_struct()) continue;
    if (!frame.quiet || owner.empty()) owner = frame.type->short_name();
    if (!names.empty()) names += '.';
    if (frame.member->owner != frame.type) {
      names.append(frame.member->owner->short_name()).append(".");
    }
    names += frame.member->name();
  }
  if (names.empty()) {
    message += " into Go value of type ";
  } else {
    message.append(" into Go struct field ").append(owner).append(".").append(names);
    message += " of type ";
  }
  message += go_type;
  const bool nested = !frames_.empty() && frames_.back().quiet;
  fail_with(std::move(message), nested ? Outcome::Ends : outcome);
}

// An error of a type's own decoder ends the reading and is returned; of the others the first is
// returned at the end.
void JsonReader::fail_with(std::string message, Outcome outcome) {
  if (!known_) return give_up();
  if (outcome == Outcome::Ends) {
    ended_ = true;
    error_ = std::move(message);
  } else if (error_.empty()) {
    error_ = std::move(message);
  }
}

std::string JsonReader::path(std::string_view name) const {
  std::string out;
  const auto add = [&out](std::string_view part) {
    if (!out.empty()) out += '.';
    out += part;
  };
  for (std::size_t i = 0; i + 1 < frames_.size(); ++i) {
    const Frame& frame = frames_[i];
    switch (frame.type->kind) {
      case TypeKind::Struct:
        add(frame.member->name());
        break;
      case TypeKind::Map:
        add(frame.name);
        break;
      default:
        out += '[' + std::to_string(frame.index - 1) + ']';
        break;
    }
  }
  add(name);
  return out;
}

void JsonReader::complain(std::string_view what, std::string_view name) {
  if (!strict_ || frames_.back().quiet || complaints_.size() >= kMostComplaints ||
      ++attempts_ > kMostAttempts) {
    return;
  }
  std::string text(what);
  text.append(" field ").append(go_quoted(path(name)));
  if (said_.insert(text).second) complaints_.push_back(std::move(text));
}

}  // namespace kaudit::apiserver::objects
