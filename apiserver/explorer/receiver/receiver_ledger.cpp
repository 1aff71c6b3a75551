#include "apiserver/explorer/receiver/receiver_ledger.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/explorer/json_parts.hpp"
#include "audit/search/slices.hpp"
#include "base/json/object_writer.hpp"

namespace kaudit::apiserver::explorer {
namespace {

namespace search = audit::search;
using Clock = std::chrono::steady_clock;

/// Moods in which the events of a list are taken, whatever the answer.
bool takes(Mood mood) noexcept {
  return mood == Mood::Take || mood == Mood::Slow || mood == Mood::Forget;
}

/// By what an event is known again. The time belongs to it because clients choose audit IDs.
std::string key_of(std::string_view event) {
  std::string key;
  for (const char* const name : {"auditID", "stage", "requestReceivedTimestamp"}) {
    key += search::member_of(event, name);
  }
  return key;
}

void write_count(JsonWriter& writer, std::uint64_t count) {
  writer.integer(static_cast<std::int64_t>(count));
}

}  // namespace

void ReceiverLedger::obey(const ReceiverOrder& order) {
  const Lock lock(mutex_);
  order_ = order;
  left_ = order.lists;
  ++orders_;
}

void ReceiverLedger::release() {
  const Lock lock(mutex_);
  order_ = {};
  ++orders_;
}

ReceiverLedger::Try ReceiverLedger::begin(std::string_view list) {
  const Lock lock(mutex_);
  Try begun{++lists_, order_.mood, order_.delay, orders_};
  Shown& shown = tries_.emplace_front();
  shown.number = begun.number;
  shown.at = Timestamp::now();
  shown.mood = begun.mood;
  shown.bytes = list.size();
  shown.began = Clock::now();
  take(list, shown);
  if (tries_.size() > kShownTries) tries_.pop_back();
  // What waits for the next order is not let go by this one's end.
  if (order_.mood != Mood::Take && left_ > 0 && --left_ == 0) order_ = {};
  return begun;
}

void ReceiverLedger::take(std::string_view list, Shown& shown) {
  const bool taken = takes(shown.mood);
  for (search::ElementWalk items(search::member_of(list, "items")); items.next();) {
    ++shown.events;
    if (taken && !is_new(key_of(items.value()))) ++shown.twice;
  }
  if (!taken) return;
  events_ += shown.events;
  twice_ += shown.twice;
  bytes_ += shown.bytes;
  latest_ = list.size() <= kKeptBytes ? list : std::string_view();
}

std::string ReceiverLedger::latest() const {
  const Lock lock(mutex_);
  return latest_;
}

bool ReceiverLedger::is_new(std::string key) {
  if (!known_.insert(key).second) return false;
  known_in_order_.push_back(std::move(key));
  if (known_in_order_.size() > kRemembered) {
    known_.erase(known_in_order_.front());
    known_in_order_.pop_front();
  }
  return true;
}

void ReceiverLedger::end(std::uint64_t number, std::string_view answer) {
  const Lock lock(mutex_);
  const auto shown = std::ranges::find(tries_, number, &Shown::number);
  if (shown == tries_.end()) return;
  shown->answer = answer;
  shown->took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - shown->began);
}

bool ReceiverLedger::superseded(std::uint64_t order) const {
  const Lock lock(mutex_);
  return orders_ != order;
}

void ReceiverLedger::append_to(std::string& out, std::string_view url) const {
  const Lock lock(mutex_);
  JsonWriter writer(out);
  ObjectWriter object(writer);
  object.text(R"("url":)", url);
  object.text(R"("mood":)", to_string(order_.mood));
  object.member(R"("left":)").integer(order_.mood == Mood::Take ? 0 : left_);
  object.member(R"("delayMs":)").integer(order_.delay.count());
  write_count(object.member(R"("lists":)"), lists_);
  write_count(object.member(R"("events":)"), events_);
  write_count(object.member(R"("twice":)"), twice_);
  write_count(object.member(R"("bytes":)"), bytes_);
  JsonWriter& tries = object.member(R"("tries":)");
  write_array(tries, tries_, [&tries](const Shown& shown) {
    ObjectWriter entry(tries);
    write_count(entry.member(R"("number":)"), shown.number);
    write_time(entry.member(R"("at":)"), shown.at);
    entry.text(R"("mood":)", to_string(shown.mood));
    write_count(entry.member(R"("events":)"), shown.events);
    write_count(entry.member(R"("twice":)"), shown.twice);
    write_count(entry.member(R"("bytes":)"), shown.bytes);
    entry.text(R"("answer":)", shown.answer);
    entry.member(R"("ms":)").integer(shown.took.count());
  });
}

}  // namespace kaudit::apiserver::explorer
