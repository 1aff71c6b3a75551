#include "apiserver/api/read/list_answer.hpp"

#include <chrono>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/api/negotiation.hpp"
#include "apiserver/compression.hpp"

namespace kaudit::apiserver::api {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kPiece = std::size_t{64} * 1024;

bool is_needed_whole(const Call& call) {
  const RequestScope& scope = call.scope;
  const Representation& as = call.representation;
  return scope.request().method == "HEAD" || as.format != Representation::Format::Json ||
         as.form != objects::table::Form::Whole || as.indented ||
         layout_of(scope.request(), scope.url.parameter("pretty")) == Layout::Indented ||
         (scope.audit != nullptr && scope.audit->wants_response_object());
}

std::size_t size_of(const std::vector<objects::ObjectPtr>& objects) {
  return std::accumulate(objects.begin(), objects.end(), std::size_t{0},
                         [](std::size_t sum, const objects::ObjectPtr& object) {
                           return sum + object->text().size();
                         });
}

/// Hands what it is given to the client in pieces, compressed where that was agreed on. What is
/// larger than a piece is not copied.
class PieceWriter {
 public:
  PieceWriter(http::Exchange& exchange, std::optional<GzipStream> gzip)
      : exchange_(exchange), gzip_(std::move(gzip)) {}

  void add(std::string_view text) { text_.append(text); }
  bool has_piece() const noexcept { return text_.size() >= kPiece; }

  boost::asio::awaitable<void> flush() {
    co_await write(text_);
    text_.clear();
  }
  /// Right away, after what has been added.
  boost::asio::awaitable<void> write_large(std::string_view text) {
    co_await flush();
    while (!text.empty()) {
      co_await write(text.substr(0, kPiece));
      text.remove_prefix(std::min(kPiece, text.size()));
    }
  }
  boost::asio::awaitable<void> end() {
    co_await flush();
    if (!gzip_) co_return;
    gzip_->end(packed_);
    co_await write_packed();
  }

 private:
  boost::asio::awaitable<void> write(std::string_view text) {
    if (!gzip_) {
      co_await exchange_.write(text);
      co_return;
    }
    gzip_->append(packed_, text);
    if (packed_.size() >= kPiece) co_await write_packed();
  }
  boost::asio::awaitable<void> write_packed() {
    co_await exchange_.write(packed_);
    packed_.clear();
  }

  http::Exchange& exchange_;
  std::optional<GzipStream> gzip_;
  std::string text_;
  std::string packed_;
};

// It outlives the call, so what it needs is its own.
boost::asio::awaitable<void> write_list(RequestScope& scope, std::string head, std::string tail,
                                        std::vector<objects::ObjectPtr> objects,
                                        std::optional<GzipStream> gzip) {
  const auto start = Clock::now();
  PieceWriter writer(scope.exchange, std::move(gzip));
  writer.add(head);
  bool first = true;
  for (objects::ObjectPtr& object : objects) {
    if (!std::exchange(first, false)) writer.add(",");
    writer.add("{");
    if (object->item().size() >= kPiece) {
      co_await writer.write_large(object->item());
    } else {
      writer.add(object->item());
    }
    object.reset();
    if (writer.has_piece()) co_await writer.flush();
  }
  writer.add(tail);
  writer.add("\n");
  co_await writer.end();
  scope.latencies.response_write = Clock::now() - start;
}

}  // namespace

Answer list_answer(Call& call, Slice slice) {
  if (size_of(slice.objects) < kStreamedListSize || is_needed_whole(call)) {
    return answer(call, Reply{200, RawJson::trusted(list_text(call, slice))});
  }
  http::Headers headers;
  headers.set("Content-Type", std::string(media_type(call.representation)));
  std::optional<GzipStream> gzip;
  if (takes_gzip(call.scope.request())) {
    gzip.emplace();
    mark_as_gzip(headers);
  }
  return Answer::stream(200, std::move(headers),
                        write_list(call.scope, list_head(call, slice), list_tail(call, slice),
                                   std::move(slice.objects), std::move(gzip)));
}

}  // namespace kaudit::apiserver::api
