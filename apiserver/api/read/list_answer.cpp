#include "apiserver/api/read/list_answer.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/compression.hpp"
#include "apiserver/objects/codec/protobuf_body.hpp"
#include "apiserver/serialization.hpp"
#include "apiserver/store/fetch_ahead.hpp"

namespace kaudit::apiserver::api {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kPiece = std::size_t{64} * 1024;

bool is_needed_whole(const Call& call) {
  const RequestScope& scope = call.scope;
  const Representation& as = call.representation;
  if (scope.request().method == "HEAD" || as.format() == ObjectFormat::Yaml ||
      (scope.audit != nullptr && scope.audit->wants_response_object())) {
    return true;
  }
  return as.format() == ObjectFormat::Json && !is_compact_json(scope, as.serialization);
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

/// What is around a list's items, and how they are written.
struct ListForm {
  std::string head;
  std::string tail;
  const objects::Type* type;  ///< of the items in protobuf; null: as JSON

  std::string_view before_item(std::size_t place) const noexcept {
    if (type != nullptr) return "";
    return place == 0 ? "{" : ",{";
  }
  /// Nothing when it cannot be written. Good until the next call.
  std::string_view item(objects::ProtobufBody& body, const objects::Object& object) const {
    if (type == nullptr) return object.item();
    return body.item(*type, object.text()).value_or(std::string_view());
  }
};

ListForm json_form(const Call& call, const Slice& slice) {
  return {list_head(call, slice), list_tail(call, slice) + "\n", nullptr};
}

/// Lengths stand before what they count, so all items are written a first time for their size:
/// that costs time, but holds nothing.
std::optional<ListForm> protobuf_form(const Call& call, const Slice& slice) {
  const objects::Type* const type =
      objects::find_type(call.resource.api_version, call.resource.kind);
  if (type == nullptr) return std::nullopt;
  ListForm form{"", "", type};
  objects::ProtobufBody body;
  std::uint64_t bytes = 0;
  for (const objects::ObjectPtr& object : slice.objects) {
    const std::size_t size = form.item(body, *object).size();
    if (size == 0) return std::nullopt;
    bytes += size;
  }
  auto ends = objects::protobuf_list_ends(list_head(call, slice) + "]}", bytes);
  if (!ends) return std::nullopt;
  form.head = std::move(ends->head);
  form.tail = std::move(ends->tail);
  return form;
}

/// A Table of it, or of its objects the metadata.
Result<std::string> shown_text(const Call& call, const Slice& slice,
                               const objects::table::View& view) {
  auto text = objects::table::ListText::begin(
      call.resource, view, list_head(call, slice) + list_tail(call, slice), Timestamp::now());
  if (!text) return tl::unexpected(text.error());
  for (const objects::ObjectPtr& object : slice.objects) {
    if (auto added = text->add(object->text()); !added) return tl::unexpected(added.error());
  }
  return std::move(*text).end();
}

Expected<RawJson> shown_list(const Call& call, const Slice& slice) {
  const auto view = view_of(call);
  if (!view) return tl::unexpected(view.error());
  return in_form(shown_text(call, slice, *view));
}

// It outlives the call, so what it needs is its own.
boost::asio::awaitable<void> write_list(RequestScope& scope, ListForm form,
                                        store::ObjectList objects, std::optional<GzipStream> gzip) {
  const auto start = Clock::now();
  PieceWriter writer(scope.exchange, std::move(gzip));
  writer.add(form.head);
  objects::ProtobufBody body;
  std::size_t place = 0;
  std::vector<store::ObjectRun> runs = runs_of(std::move(objects));
  store::FetchAhead ahead(runs);
  for (store::ObjectRun& run : runs) {
    for (const objects::ObjectPtr& object : run.objects) {
      ahead.step();
      writer.add(form.before_item(place++));
      const std::string_view item = form.item(body, *object);
      if (item.size() >= kPiece) {
        co_await writer.write_large(item);
      } else {
        writer.add(item);
      }
      if (writer.has_piece()) co_await writer.flush();
    }
    run = {};
  }
  writer.add(form.tail);
  co_await writer.end();
  scope.latencies.response_write = Clock::now() - start;
}

}  // namespace

Answer list_answer(Call& call, Slice slice) {
  if (call.representation.form != objects::table::Form::Whole) {
    const auto start = Clock::now();
    return answer_with_shown(call, 200, shown_list(call, slice), start);
  }
  if (text_size(slice.objects, kStreamedListSize) < kStreamedListSize || is_needed_whole(call)) {
    return answer_with_text(call, list_text(call, slice));
  }
  const ObjectFormat format = call.representation.format();
  auto form = format == ObjectFormat::Protobuf ? protobuf_form(call, slice)
                                               : std::optional(json_form(call, slice));
  if (!form) return answer_with_text(call, list_text(call, slice));
  http::Headers headers;
  headers.set("Content-Type", std::string(media_type(format)));
  std::optional<GzipStream> gzip;
  if (takes_gzip(call.scope.request())) {
    gzip.emplace();
    mark_as_gzip(headers);
  }
  return Answer::stream(
      200, std::move(headers),
      write_list(call.scope, *std::move(form), std::move(slice.objects), std::move(gzip)));
}

}  // namespace kaudit::apiserver::api
