#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::explorer {

/// How the built-in receiver takes a list of events.
enum class Mood : std::uint8_t {
  Take,    ///< 200
  Slow,    ///< takes it, and answers 200 later
  Fail,    ///< 500
  Refuse,  ///< 403
  Hang,    ///< neither takes it nor answers
  Forget,  ///< takes it, and closes the connection without an answer
};
/// `take`, `slow`, …: as the page and its API have it.
std::string_view to_string(Mood mood) noexcept;
std::optional<Mood> parse_mood(std::string_view text) noexcept;

/// What the receiver is told.
struct ReceiverOrder {
  static constexpr std::int64_t kMaxLists = 1'000'000;
  static constexpr std::chrono::milliseconds kMaxDelay{120'000};

  Mood mood = Mood::Take;
  std::int64_t lists = 0;  ///< for so many lists, then Take; 0: until told otherwise
  std::chrono::milliseconds delay{3'000};  ///< of Slow
};

/// Reads `{"mood":"fail","lists":2,"delayMs":3000}`, of which only the mood must be there. Error:
/// what is wrong with it.
Result<ReceiverOrder> read_order(const objects::Json& json);

}  // namespace kaudit::apiserver::explorer
