#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/validate/words/field_error.hpp"
#include "apiserver/objects/validate/words/field_path.hpp"

namespace kaudit::apiserver::objects::validate {

/// A value as an error shows it: text in quotes, anything else as JSON.
class Shown {
 public:
  Shown(std::string_view text);    // NOLINT(google-explicit-constructor): what is shown
  Shown(const std::string& text);  // NOLINT(google-explicit-constructor)
  Shown(const char* text);         // NOLINT(google-explicit-constructor)
  Shown(const TreeText& text);     // NOLINT(google-explicit-constructor)
  Shown(std::int64_t number);      // NOLINT(google-explicit-constructor)
  Shown(const Json& value);        // NOLINT(google-explicit-constructor)
  /// null for a member that is not there.
  Shown(const Json* value);  // NOLINT(google-explicit-constructor)
  static Shown verbatim(std::string text);

  const std::string& text() const noexcept { return text_; }

 private:
  Shown() = default;
  std::string text_;
};

/// What the rules of a kind find wrong with an object, in their order. Each adds one error in the
/// real server's words. Not thread-safe.
class Findings {
 public:
  void required(const FieldPath& path, std::string_view detail = {});
  void invalid(const FieldPath& path, const Shown& value, std::string_view detail);
  /// One for each fault.
  void invalid(const FieldPath& path, std::string_view value,
               const std::vector<std::string>& faults);
  void not_supported(const FieldPath& path, const Shown& value,
                     std::span<const std::string_view> supported);
  void forbidden(const FieldPath& path, std::string_view detail);
  void duplicate(const FieldPath& path, const Shown& value);
  void not_found(const FieldPath& path, const Shown& value);
  void too_long(const FieldPath& path, std::size_t max_bytes);
  void too_many(const FieldPath& path, std::size_t actual, std::size_t max);

  // What newer servers find by rules that are declared with a type: behind all others.
  void declared_required(const FieldPath& path);
  void declared_invalid(const FieldPath& path, const Shown& value, std::string_view detail);

  /// How many there are so far, declared ones aside.
  std::size_t size() const noexcept { return errors_.size(); }
  std::vector<FieldError> take() &&;

 private:
  static FieldError made(std::string_view reason, const FieldPath& path, std::string_view what,
                         std::string_view value, std::string_view detail);
  void add(std::string_view reason, const FieldPath& path, std::string_view what,
           std::string_view value, std::string_view detail) {
    errors_.push_back(made(reason, path, what, value, detail));
  }

  std::vector<FieldError> errors_;
  std::vector<FieldError> declared_;
};

}  // namespace kaudit::apiserver::objects::validate
