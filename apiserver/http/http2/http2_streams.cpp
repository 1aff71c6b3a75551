#include "apiserver/http/http2/http2_streams.hpp"

#include <algorithm>
#include <cstddef>

namespace kaudit::apiserver::http {
namespace {

/// Streams of which it is known that we have reset them.
constexpr std::size_t kRememberedResets = 1'000;

}  // namespace

const Http2Streams::StreamPtr* Http2Streams::find(std::int32_t id) const {
  const auto found = open_.find(id);
  return found == open_.end() ? nullptr : &found->second;
}

void Http2Streams::open(std::int32_t id) {
  last_opened_ = id;
  open_.emplace(id, std::make_shared<Http2Stream>(id));
}

void Http2Streams::note(const StreamPtr& stream) {
  if (!std::exchange(stream->change_noted, true)) changed_.push_back(stream);
}

std::vector<Http2Streams::StreamPtr> Http2Streams::take_all() {
  std::vector<StreamPtr> all;
  all.reserve(open_.size());
  for (auto& [id, stream] : open_) all.push_back(std::move(stream));
  open_.clear();
  return all;
}

void Http2Streams::remember_reset(std::int32_t id) {
  if (reset_.size() == kRememberedResets) reset_.pop_front();
  reset_.push_back(id);
}

bool Http2Streams::may_still_come(std::int32_t id) const {
  return id > last_opened_ || id % 2 == 0 || open_.contains(id) ||
         std::find(reset_.begin(), reset_.end(), id) != reset_.end();
}

std::vector<Http2Streams::StreamPtr> Http2Streams::take_changed() {
  for (const StreamPtr& stream : changed_) stream->change_noted = false;
  return std::exchange(changed_, {});
}

}  // namespace kaudit::apiserver::http
