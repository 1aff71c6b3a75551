#pragma once

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/objects/types/typed_members.hpp"
#include "apiserver/objects/types/typed_value.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/json/compact_json.hpp"
#include "base/text/base64.hpp"
#include "base/text/duration.hpp"
#include "base/text/rfc3339.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::apiserver::objects {

/// Writes values that hold no others as Go's encoding/json does: into the `Sink` of a
/// TypedWalk.
template <typename Sink>
class LeafWriter {
 public:
  explicit LeafWriter(Sink& out) : out_(out) {}

  /// Why a value could not be written; "" when all could.
  const std::string& error() const noexcept { return error_; }

  void write(const Type& type, const Value& value) {
    switch (type.kind) {
      case TypeKind::String:
        return write_text(value);
      case TypeKind::Bool:
        return out_.boolean(value.set && value.integer != 0);
      case TypeKind::Int32:
      case TypeKind::Int64:
        return out_.integer(value.set ? value.integer : 0);
      case TypeKind::Double:
        return write_double(value.set ? value.number : 0);
      case TypeKind::Bytes:
        return write_bytes(value);
      case TypeKind::Time:
      case TypeKind::MicroTime:
        return write_time(type, value);
      case TypeKind::Duration:
        return out_.string(duration_text(std::chrono::nanoseconds(value.set ? value.integer : 0)));
      case TypeKind::Quantity:
        return out_.plain(value.set ? value.view() : "0");
      case TypeKind::IntOrString:
        return write_int_or_string(value);
      case TypeKind::Raw:
      case TypeKind::FieldsV1:
      case TypeKind::Json:
      case TypeKind::Any:
        return write_raw(type, value);
      case TypeKind::Struct:
      case TypeKind::List:
      case TypeKind::Map:
        return;
    }
  }

  /// Of a type that is a string.
  void write_text(const Value& value) {
    const std::string_view text = value.set ? value.view() : std::string_view();
    value.compact ? out_.plain(text) : out_.string(text);
  }

 private:
  void write_double(double number) {
    if (!std::isfinite(number)) {
      error_ = std::string("json: unsupported value: ") + (std::isnan(number) ? "NaN"
                                                           : number > 0       ? "+Inf"
                                                                              : "-Inf");
      return;
    }
    out_.number(number);
  }

  void write_bytes(const Value& value) {
    if (!value.set) return out_.null();
    out_.plain(base64_encode(value.view()));
  }

  void write_time(const Type& type, const Value& value) {
    if (is_zero_time(value)) return out_.null();
    char text[kTimeSize];
    const char* const end =
        write_rfc3339(text, {value.integer, value.size * 1000},
                      type.kind == TypeKind::Time ? TimeForm::Time : TimeForm::MicroTime);
    out_.plain({text, static_cast<std::size_t>(end - text)});
  }

  void write_int_or_string(const Value& value) {
    if (!value.set) return out_.integer(0);
    switch (value.which) {
      case IntOrText::Int:
        return out_.integer(value.integer);
      case IntOrText::Text:
        return out_.string(value.view());
      case IntOrText::Impossible:
        error_ = "impossible IntOrString.Type";
        return;
    }
  }

  // From JSON it is compact already; from protobuf nobody has looked at it.
  void write_raw(const Type& type, const Value& value) {
    if (!value.set || value.text == nullptr || (type.kind == TypeKind::Json && value.size == 0)) {
      return out_.null();
    }
    if (value.compact) return out_.raw(value.view());
    const auto compact = compact_json(value.view());
    if (!compact) {
      error_ = "json: error calling MarshalJSON: " + describe(compact.error(), value.view());
      return;
    }
    if (!is_utf8(*compact)) {
      error_ = "raw JSON that is not UTF-8";
      return;
    }
    out_.raw(*compact);
  }

  Sink& out_;
  std::string error_;
};

}  // namespace kaudit::apiserver::objects
