#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "apiserver/http/http2/http2_stream.hpp"

namespace kaudit::apiserver::http {

/// The streams of one HTTP/2 connection: which are open, which may still send, and what has
/// happened to them since somebody asked. Not for use by several threads.
class Http2Streams {
 public:
  using StreamPtr = std::shared_ptr<Http2Stream>;

  bool empty() const noexcept { return open_.empty(); }
  /// Null when it is not open. Good until it is closed or another one opens: what nghttp2 calls for
  /// each header field need not count who holds the stream.
  const StreamPtr* find(std::int32_t id) const;

  /// A head begins to come.
  void open(std::int32_t id);
  /// The head is whole.
  void start(StreamPtr stream) { started_.push_back(std::move(stream)); }
  /// Something of it has changed.
  void note(const StreamPtr& stream);
  /// It is open no longer; somebody may still hold it.
  void close(std::int32_t id) { open_.erase(id); }
  std::vector<StreamPtr> take_all();

  /// We have ended it, and the client does not know yet.
  void remember_reset(std::int32_t id);
  /// Whether a client may send a frame of this stream: one that is open or new, or that we have
  /// reset without its knowing yet.
  bool may_still_come(std::int32_t id) const;

  /// Requests whose head has come, and streams of which something has changed, since the last call.
  std::vector<StreamPtr> take_started() { return std::exchange(started_, {}); }
  std::vector<StreamPtr> take_changed();
  bool has_news() const noexcept { return !started_.empty() || !changed_.empty(); }

 private:
  std::int32_t last_opened_ = 0;
  std::unordered_map<std::int32_t, StreamPtr> open_;
  std::deque<std::int32_t> reset_;  ///< by us, the last ones: their frames may be under way
  std::vector<StreamPtr> started_;
  std::vector<StreamPtr> changed_;
};

}  // namespace kaudit::apiserver::http
