#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/objects/schema/value_errors.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/validate/words/field_error.hpp"

namespace kaudit::apiserver::custom {

/// A place in a definition as its errors name it: `spec.versions[0].schema`.
class Place {
 public:
  explicit Place(std::string text) : text_(std::move(text)) {}

  const std::string& text() const noexcept { return text_; }
  Place child(std::string_view name) const {
    return Place(text_.empty() ? std::string(name) : (text_ + ".").append(name));
  }
  Place index(std::size_t number) const {
    return Place(text_ + "[" + std::to_string(number) + "]");
  }
  Place key(std::string_view name) const { return Place((text_ + "[").append(name) + "]"); }

 private:
  std::string text_;
};

/// What is wrong with a definition.
class ErrorList {
 public:
  using FieldError = objects::validate::FieldError;
  using Json = objects::Json;

  void invalid(const Place& place, const Json& value, std::string_view detail) {
    add(objects::schema::invalid_value(place.text(), value, detail));
  }
  void required(const Place& place, std::string_view detail = "") {
    add(objects::schema::required_value(place.text(), detail));
  }
  void forbidden(const Place& place, std::string_view detail) {
    add(FieldError::forbidden(place.text(), detail));
  }
  void unsupported(const Place& place, std::string_view value,
                   std::initializer_list<std::string_view> supported) {
    std::vector<Json> values;
    for (const std::string_view each : supported) values.emplace_back(each);
    add(objects::schema::unsupported_value(place.text(), Json(value), values));
  }
  void add(FieldError error) {
    if (errors_.size() < kMost) errors_.push_back(std::move(error));
  }
  void add_all(std::vector<FieldError> errors) {
    for (FieldError& error : errors) add(std::move(error));
  }

  bool empty() const noexcept { return errors_.empty(); }
  std::vector<FieldError> take() { return std::move(errors_); }

 private:
  // More help nobody, and a schema of a megabyte could have as many.
  static constexpr std::size_t kMost = 500;

  std::vector<FieldError> errors_;
};

}  // namespace kaudit::apiserver::custom
