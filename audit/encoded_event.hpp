#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

namespace kaudit {
class JsonWriter;
}

namespace kaudit::audit {

struct Event;

/// The JSON of an event but for its bodies, which are JSON already: what several outputs of one
/// event share, so that it is encoded once and then spliced into lines and lists. Immutable.
///
/// It holds about 800 bytes whatever the size of the bodies; `event` is always the one it was made
/// of.
class EncodedEvent {
 public:
  explicit EncodedEvent(const Event& event);

  /// A line of the log with its newline, as append_event() writes it.
  void write_line(JsonWriter& writer, const Event& event) const;
  std::size_t line_size(const Event& event) const noexcept;
  /// An item of an EventList, as append_list_item() writes it.
  void write_item(JsonWriter& writer, const Event& event) const;
  std::size_t item_size(const Event& event) const noexcept;

 private:
  std::size_t members_size(const Event& event) const noexcept;
  void write_members(JsonWriter& writer, const Event& event) const;

  std::string around_bodies_;
  std::size_t bodies_at_ = 0;
};

/// The JSON of what all events of a request say alike (event_json.hpp), for who encodes several of
/// them in a row. A copy of an event, which is made to be changed, starts without it. Not
/// thread-safe.
class RequestMembers {
 public:
  RequestMembers() = default;
  RequestMembers(const RequestMembers& /*of another event*/) noexcept {}
  RequestMembers& operator=(const RequestMembers& /*of another event*/) noexcept {
    forget();
    return *this;
  }
  ~RequestMembers() = default;

  /// Encodes those of the event that this is a member of.
  void make(const Event& owner);
  /// One of the members has changed.
  void forget() noexcept { json_.clear(); }
  bool are_made() const noexcept { return !json_.empty(); }
  std::string_view before_stage() const noexcept { return part(0, stage_at_); }
  std::string_view after_stage() const noexcept { return part(stage_at_, received_at_); }
  std::string_view received() const noexcept { return part(received_at_, json_.size()); }

 private:
  std::string_view part(std::size_t begin, std::size_t end) const noexcept {
    return {json_.data() + begin, end - begin};
  }

  std::string json_;  ///< the three, one after the other
  std::size_t stage_at_ = 0;
  std::size_t received_at_ = 0;
};

/// Where an event keeps its encoded form beside itself. The form is made when it is first asked for
/// and lives as long as the event: with an event that waits in one backend's queue, it waits for
/// that backend to splice it. A copy of an event, which is made to be changed, starts without one.
///
/// All const members may be called from any thread.
class EncodedSlot {
 public:
  EncodedSlot() = default;
  EncodedSlot(const EncodedSlot& /*of another event*/) noexcept {}
  EncodedSlot& operator=(const EncodedSlot& other) noexcept;
  ~EncodedSlot() { drop(); }

  /// Says that the event has several outputs: from now on what encodes it keeps the result. Without
  /// that nothing is kept, since making it costs one more allocation and copy.
  void want() const noexcept { wanted_.store(true, std::memory_order_relaxed); }
  bool wanted() const noexcept { return wanted_.load(std::memory_order_relaxed); }

  /// The form of the event this is a member of, if it is kept or wanted; null otherwise.
  const EncodedEvent* find(const Event& owner) const {
    if (const EncodedEvent* form = form_.load(std::memory_order_acquire)) return form;
    return wanted() ? &make(owner) : nullptr;
  }
  /// The form, made and kept if need be.
  const EncodedEvent& get(const Event& owner) const {
    const EncodedEvent* form = form_.load(std::memory_order_acquire);
    return form != nullptr ? *form : make(owner);
  }

 private:
  const EncodedEvent& make(const Event& owner) const;
  void drop() noexcept;

  mutable std::atomic<const EncodedEvent*> form_{nullptr};
  mutable std::atomic<bool> wanted_{false};
};

}  // namespace kaudit::audit
