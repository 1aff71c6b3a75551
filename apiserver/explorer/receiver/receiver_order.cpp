#include "apiserver/explorer/receiver/receiver_order.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/text/integer.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::explorer {
namespace {

struct MoodName {
  Mood mood;
  std::string_view name;
};
constexpr MoodName kMoods[] = {{Mood::Take, "take"}, {Mood::Slow, "slow"},
                               {Mood::Fail, "fail"}, {Mood::Refuse, "refuse"},
                               {Mood::Hang, "hang"}, {Mood::Forget, "forget"}};

/// A whole number from 0 to `most`; `otherwise` where there is no such member.
Result<std::int64_t> number_of(const objects::Json& json, std::string_view name, std::int64_t most,
                               std::int64_t otherwise) {
  const objects::Json* const member = json.find(name);
  if (member == nullptr) return otherwise;
  const auto* const number = member->number();
  const auto value = number == nullptr ? parse_int64("") : parse_int64(number->text);
  if (value && *value >= 0 && *value <= most) return *value;
  return fail(std::string(name) + " must be a whole number from 0 to " + std::to_string(most));
}

}  // namespace

std::string_view to_string(Mood mood) noexcept {
  return std::ranges::find(kMoods, mood, &MoodName::mood)->name;
}

std::optional<Mood> parse_mood(std::string_view text) noexcept {
  const auto* const found = std::ranges::find(kMoods, text, &MoodName::name);
  return found == std::end(kMoods) ? std::nullopt : std::optional(found->mood);
}

Result<ReceiverOrder> read_order(const objects::Json& json) {
  ReceiverOrder order;
  const auto mood = parse_mood(json.text("mood"));
  if (!mood) {
    return fail(go_quoted(json.text("mood")) +
                " is not a mood: those are take, slow, fail, refuse, hang and forget");
  }
  order.mood = *mood;
  const auto lists = number_of(json, "lists", ReceiverOrder::kMaxLists, order.lists);
  if (!lists) return tl::unexpected(lists.error());
  order.lists = *lists;
  const auto delay =
      number_of(json, "delayMs", ReceiverOrder::kMaxDelay.count(), order.delay.count());
  if (!delay) return tl::unexpected(delay.error());
  order.delay = std::chrono::milliseconds(*delay);
  return order;
}

}  // namespace kaudit::apiserver::explorer
