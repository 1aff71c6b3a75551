#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace kaudit {

/// One JSON value as shared, immutable bytes that are valid, compact and HTML-escaped (`<`, `>`,
/// `&`, U+2028, U+2029 as `\u003c` …), ready to be spliced into an event. Escapes, numbers, member
/// order, duplicate members and even bytes that are not UTF-8 stay as they came. (audit-semantics
/// 1; runtime.Unknown.Raw) Copies share the bytes. Safe to read from several threads.
class RawJson {
 public:
  /// No value: the member is left out.
  RawJson() = default;

  /// Validates, compacts and escapes in one pass, without recursion. Refuses what encoding/json
  /// refuses, what is nested more than kMaxJsonDepth deep too; the message has the offset.
  static Result<RawJson> parse(std::string_view text);

  /// Takes text that is already valid, compact and escaped (our own encoders' output) without
  /// looking at it.
  static RawJson trusted(std::string compact);
  /// The same of text that is a part of something else, which it shares.
  static RawJson part_of(std::shared_ptr<const void> owner, std::string_view text) noexcept {
    return {std::move(owner), text};
  }

  bool empty() const noexcept { return owner_ == nullptr; }
  std::string_view view() const noexcept { return text_; }

 private:
  RawJson(std::shared_ptr<const void> owner, std::string_view text) noexcept
      : owner_(std::move(owner)), text_(text) {}

  std::shared_ptr<const void> owner_;
  std::string_view text_;
};

}  // namespace kaudit
