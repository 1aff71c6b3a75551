#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/body_head.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/types/typed_value.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/json/spare_text.hpp"

namespace kaudit::apiserver::objects {

/// Reads one body, whatever its format, into a typed value, step by step, so that each caller can
/// refuse in its own words. The body must outlive it.
class BodyDecoder {
 public:
  BodyDecoder(std::string_view body, BodyFormat format) : body_(body), format_(format) {}
  /// Of a tree. It is open if that nests no deeper than kMaxJsonDepth, which open() finds out.
  explicit BodyDecoder(const Json& tree) : format_(BodyFormat::Json), from_tree_(true) {
    tree.append_to(*compact_);
  }

  /// read_at_once() of JSON that needs no open(), as programs send it. What is wrong with another
  /// body, if anything, the other functions find out.
  bool read_as_sent(const Type& type, TypeMeta expected, FieldValidation validation);
  /// Takes the text apart as far as its type needs. Error: it is not of that format.
  Result<void> open();
  /// What the body says of its type. Error: it says so in a wrong way.
  Result<BodyHead> head();
  /// True when it is certain without head() that the body is of that kind or names none, and
  /// value() has been read as such: the usual case, which saves a look at the body.
  bool read_at_once(const Type& type, TypeMeta expected, FieldValidation validation);
  /// Reads the object as one of that type.
  Result<void> read(const Type& type, FieldValidation validation);
  /// Sets kind and apiVersion, applies defaults, and writes the object.
  Result<std::string> finish(const Type& type, TypeMeta head, Defaulting defaulting);
  /// The same as a tree.
  Result<Json> finish_tree(const Type& type, TypeMeta head, Defaulting defaulting);

  std::vector<std::string>& complaints() noexcept { return complaints_; }
  /// The body as compact JSON; not of protobuf.
  const std::string& compact() const noexcept { return *compact_; }
  /// What YAML says of keys that repeat; "" when none do.
  const std::string& yaml_complaint() const noexcept { return yaml_complaint_; }

 private:
  Result<void> open_text(std::string_view text);
  Result<void> open_yaml(std::string& json);
  bool names(TypeMeta expected) const noexcept;
  void complete(const Type& type, TypeMeta head, Defaulting defaulting);

  std::string_view body_;
  BodyFormat format_;
  bool from_tree_ = false;
  SpareText compact_;
  std::string yaml_complaint_;  // of keys that repeat, which are gone from the JSON
  std::string_view message_;    // of protobuf
  BodyHead envelope_;
  Arena arena_;
  Value value_;
  bool other_case_ = false;  // JsonReader::saw_head_in_other_case
  std::vector<std::string> complaints_;
};

}  // namespace kaudit::apiserver::objects
