#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kaudit::audit {

/// How much of a request is recorded; ordered, so `level >= Level::Request` reads as it should.
/// (audit.k8s.io/v1 Level)
enum class Level : std::uint8_t { None, Metadata, Request, RequestResponse };

/// The moments in a request's life at which an event is made. (audit.k8s.io/v1 Stage)
enum class Stage : std::uint8_t { RequestReceived, ResponseStarted, ResponseComplete, Panic };

std::string_view to_string(Level level) noexcept;
std::string_view to_string(Stage stage) noexcept;
/// Exact names only; anything else is nullopt.
std::optional<Level> parse_level(std::string_view text) noexcept;
std::optional<Stage> parse_stage(std::string_view text) noexcept;

inline constexpr Stage kAllStages[] = {Stage::RequestReceived, Stage::ResponseStarted,
                                       Stage::ResponseComplete, Stage::Panic};

/// The name of a level or a stage as an event says it. A decoded event may carry any text: it is
/// kept, while a name is known wherever it comes from, and costs no copy. Copies may be used by
/// different threads.
class EventWord {
 public:
  EventWord() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): these are what it says.
  EventWord(Level level) noexcept : known_(to_string(level)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): likewise.
  EventWord(Stage stage) noexcept : known_(to_string(stage)) {}
  /// Throws std::bad_alloc.
  explicit EventWord(std::string_view text);

  // NOLINTNEXTLINE(google-explicit-constructor): it reads as a text.
  operator std::string_view() const noexcept { return other_ ? *other_ : known_; }
  /// A name, which has nothing to be escaped.
  bool is_known() const noexcept { return !other_; }

  friend bool operator==(const EventWord& a, std::string_view b) noexcept {
    return std::string_view(a) == b;
  }
  friend bool operator==(const EventWord& a, const EventWord& b) noexcept {
    return a == std::string_view(b);
  }

 private:
  std::string_view known_;
  std::shared_ptr<const std::string> other_;  ///< null: it is known
};

/// A set of stages (a policy's omitStages).
class StageSet {
 public:
  constexpr StageSet() = default;
  constexpr void insert(Stage stage) noexcept { bits_ |= bit(stage); }
  constexpr bool contains(Stage stage) const noexcept { return (bits_ & bit(stage)) != 0; }
  constexpr bool empty() const noexcept { return bits_ == 0; }
  constexpr StageSet united_with(StageSet other) const noexcept {
    StageSet both;
    both.bits_ = bits_ | other.bits_;
    return both;
  }
  friend constexpr bool operator==(StageSet, StageSet) = default;

 private:
  static constexpr std::uint8_t bit(Stage stage) noexcept {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(stage));
  }
  std::uint8_t bits_ = 0;
};

}  // namespace kaudit::audit
