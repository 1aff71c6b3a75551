#include "apiserver/streaming/spdy/session.hpp"

#include <algorithm>
#include <limits>

#include "apiserver/streaming/spdy/wire_numbers.hpp"

namespace kaudit::apiserver::streaming::spdy {
namespace {

constexpr std::size_t kHeadSize = 8;
constexpr std::size_t kMaxEventBytes = std::size_t{64} * 1024;
constexpr std::size_t kMaxDataFrame = std::size_t{32} * 1024;
constexpr std::uint16_t kVersion = 3;
constexpr std::uint32_t kControlBit = 0x8000'0000U;
constexpr std::uint32_t kIdMask = 0x7fff'ffffU;
constexpr std::uint8_t kFin = 1;
constexpr std::uint8_t kUnidirectional = 2;
constexpr std::uint32_t kInitialWindowSetting = 7;
constexpr std::int64_t kMaxWindow = std::numeric_limits<std::int32_t>::max();

enum Type : std::uint16_t {
  kSynStream = 1,
  kSynReply = 2,
  kRstStream = 3,
  kSettings = 4,
  kPing = 6,
  kGoAway = 7,
  kHeaders = 8,
  kWindowUpdate = 9,
};

StreamId id_at(std::string_view payload, std::size_t offset) {
  return number_at(payload, offset, 4) & kIdMask;
}

}  // namespace

std::size_t Session::read(std::string_view bytes) {
  std::size_t taken = 0;
  while (!over_ && event_bytes_ < kMaxEventBytes) {
    const std::string_view rest = bytes.substr(taken);
    const bool was_in_data = in_data_;
    const std::size_t step = in_data_ ? read_data(rest) : read_frame(rest);
    taken += step;
    if (step == 0 && in_data_ == was_in_data) break;
  }
  return over_ ? bytes.size() : taken;
}

std::size_t Session::read_frame(std::string_view bytes) {
  if (bytes.size() < kHeadSize) return 0;
  const std::uint32_t first = number_at(bytes, 0, 4);
  const auto flags = static_cast<std::uint8_t>(bytes[4]);
  const std::uint32_t length = number_at(bytes, 5, 3);
  if ((first & kControlBit) == 0) {
    data_stream_ = first;
    data_remaining_ = length;
    data_ends_ = (flags & kFin) != 0;
    in_data_ = true;
    return kHeadSize;
  }
  if (((first >> 16U) & 0x7fffU) != kVersion || length > kMaxControlFrame) {
    break_off();
    return 0;
  }
  if (bytes.size() < kHeadSize + length) return 0;
  control_frame(static_cast<std::uint16_t>(first & 0xffffU), flags,
                bytes.substr(kHeadSize, length));
  return kHeadSize + length;
}

std::size_t Session::read_data(std::string_view bytes) {
  const std::size_t size =
      std::min({std::size_t{data_remaining_}, bytes.size(), kMaxEventBytes - event_bytes_});
  const auto at = streams_.find(data_stream_);
  // What is still under way when a stream ends belongs to nobody.
  const bool wanted = at != streams_.end() && !at->second.client_done;
  if (wanted && size > 0) {
    add_event({Event::Kind::Data, data_stream_, std::string(bytes.substr(0, size)), {}});
  }
  data_remaining_ -= static_cast<std::uint32_t>(size);
  if (data_remaining_ > 0) return size;
  in_data_ = false;
  if (wanted && data_ends_) client_finished(data_stream_);
  return size;
}

void Session::control_frame(std::uint16_t type, std::uint8_t flags, std::string_view payload) {
  const auto at_least = [&](std::size_t size) {
    if (payload.size() < size) break_off();
    return payload.size() >= size;
  };
  switch (type) {
    case kSynStream:
      if (at_least(10)) syn_stream(flags, payload);
      return;
    case kSynReply:
    case kHeaders:
      if (at_least(4)) later_headers(flags, payload);
      return;
    case kRstStream:
      if (!at_least(8)) return;
      if (const auto at = streams_.find(id_at(payload, 0)); at != streams_.end()) {
        held_back_ -= at->second.waiting.size();
        add_event({Event::Kind::Reset, at->first, {}, {}});
        streams_.erase(at);
      }
      return;
    case kSettings:
      if (at_least(4)) settings(payload);
      return;
    case kPing:
      // The client's own pings have odd numbers; even ones would answer ours.
      if (at_least(4) && (number_at(payload, 0, 4) & 1U) != 0) {
        append_control(kPing, 0, payload.substr(0, 4));
      }
      return;
    case kGoAway:
      over_ = true;
      return;
    case kWindowUpdate:
      if (at_least(8)) window_update(payload);
      return;
    default:
      return;  // unknown frames are to be ignored
  }
}

void Session::syn_stream(std::uint8_t flags, std::string_view payload) {
  const StreamId stream = id_at(payload, 0);
  // Read whatever becomes of the stream: the next block builds on it.
  auto headers = inflater_.read(payload.substr(10));
  if (!headers) {
    break_off();
    return;
  }
  if (going_away_) return;
  if (stream % 2 == 0 || stream <= last_stream_) {
    append_reset(stream, ResetReason::ProtocolError);
    return;
  }
  last_stream_ = stream;
  if (streams_.size() >= kMaxStreams) {
    append_reset(stream, ResetReason::RefusedStream);
    return;
  }
  Stream& opened = streams_[stream];
  opened.window = initial_window_;
  opened.done = (flags & kUnidirectional) != 0;
  opened.ended = opened.done;
  add_event({Event::Kind::Opened, stream, {}, *std::move(headers)});
  if ((flags & kFin) != 0) client_finished(stream);
}

/// Nothing that is asked of the server stands in them.
void Session::later_headers(std::uint8_t flags, std::string_view payload) {
  if (!inflater_.read(payload.substr(4))) {
    break_off();
    return;
  }
  if ((flags & kFin) != 0) client_finished(id_at(payload, 0));
}

void Session::settings(std::string_view payload) {
  constexpr std::size_t kEntry = 8;
  const std::size_t count = number_at(payload, 0, 4);
  if (count > (payload.size() - 4) / kEntry) {
    break_off();
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t offset = 4 + i * kEntry;
    if (number_at(payload, offset + 1, 3) != kInitialWindowSetting) continue;
    const std::int64_t window = number_at(payload, offset + 4, 4) & kIdMask;
    const std::int64_t change = window - initial_window_;
    initial_window_ = window;
    client_counts_ = true;
    for (auto at = streams_.begin(); at != streams_.end();) {
      const auto next = std::next(at);
      at->second.window = std::min(at->second.window + change, kMaxWindow);
      flush(at);
      at = next;
    }
  }
}

void Session::window_update(std::string_view payload) {
  client_counts_ = true;
  const auto at = streams_.find(id_at(payload, 0));
  if (at == streams_.end()) return;
  at->second.window = std::min(at->second.window + id_at(payload, 4), kMaxWindow);
  flush(at);
}

void Session::client_finished(StreamId stream) {
  const auto at = streams_.find(stream);
  if (at == streams_.end() || at->second.client_done) return;
  at->second.client_done = true;
  add_event({Event::Kind::Finished, stream, {}, {}});
  drop_if_done(at);
}

void Session::add_event(Event event) {
  event_bytes_ += event.data.size() + sizeof(Event);
  for (const auto& [name, value] : event.headers) event_bytes_ += name.size() + value.size();
  events_.push_back(std::move(event));
}

std::vector<Event> Session::take_events() {
  event_bytes_ = 0;
  return std::exchange(events_, {});
}

void Session::accept(StreamId stream) {
  if (!streams_.contains(stream)) return;
  std::string payload;
  append_number(payload, stream, 4);
  payload += deflater_.write({});
  append_control(kSynReply, 0, payload);
}

void Session::reset(StreamId stream, ResetReason reason) {
  const auto at = streams_.find(stream);
  if (at == streams_.end()) return;
  append_reset(stream, reason);
  held_back_ -= at->second.waiting.size();
  streams_.erase(at);
}

void Session::send(StreamId stream, std::string_view data) {
  const auto at = streams_.find(stream);
  if (at == streams_.end() || at->second.done) return;
  at->second.waiting += data;
  held_back_ += data.size();
  flush(at);
}

void Session::finish(StreamId stream) {
  const auto at = streams_.find(stream);
  if (at == streams_.end() || at->second.done) return;
  at->second.done = true;
  flush(at);
}

void Session::taken(StreamId stream, std::size_t size) {
  if (size == 0 || !streams_.contains(stream) || streams_[stream].client_done) return;
  std::string payload;
  append_number(payload, stream, 4);
  append_number(payload, size, 4);
  append_control(kWindowUpdate, 0, payload);
}

void Session::go_away() {
  if (std::exchange(going_away_, true)) return;
  std::string payload;
  append_number(payload, last_stream_, 4);
  append_number(payload, 0, 4);
  append_control(kGoAway, 0, payload);
}

void Session::break_off() {
  go_away();
  over_ = true;
}

/// Sends what waits as far as the window lets it, and the stream's end behind the last of it.
void Session::flush(Streams::iterator at) {
  Stream& stream = at->second;
  std::string_view rest = stream.waiting;
  while (!rest.empty() && (!client_counts_ || stream.window > 0)) {
    std::size_t size = std::min(rest.size(), kMaxDataFrame);
    if (client_counts_) size = std::min(size, static_cast<std::size_t>(stream.window));
    stream.ended = size == rest.size() && stream.done;
    append_data(at->first, rest.substr(0, size), stream.ended ? kFin : 0);
    stream.window -= static_cast<std::int64_t>(size);
    held_back_ -= size;
    rest.remove_prefix(size);
  }
  stream.waiting.erase(0, stream.waiting.size() - rest.size());
  if (stream.done && !stream.ended && stream.waiting.empty()) {
    stream.ended = true;
    append_data(at->first, {}, kFin);
  }
  drop_if_done(at);
}

void Session::drop_if_done(Streams::iterator at) {
  if (at->second.ended && at->second.client_done) streams_.erase(at);
}

void Session::append_control(std::uint16_t type, std::uint8_t flags, std::string_view payload) {
  append_number(output_, kControlBit >> 16U | kVersion, 2);
  append_number(output_, type, 2);
  append_number(output_, flags, 1);
  append_number(output_, payload.size(), 3);
  output_ += payload;
}

void Session::append_reset(StreamId stream, ResetReason reason) {
  std::string payload;
  append_number(payload, stream, 4);
  append_number(payload, static_cast<std::uint32_t>(reason), 4);
  append_control(kRstStream, 0, payload);
}

void Session::append_data(StreamId stream, std::string_view data, std::uint8_t flags) {
  append_number(output_, stream, 4);
  append_number(output_, flags, 1);
  append_number(output_, data.size(), 3);
  output_ += data;
}

}  // namespace kaudit::apiserver::streaming::spdy
