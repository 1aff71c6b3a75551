#include "apiserver/explorer/rows/rows.hpp"

#include <span>
#include <utility>

#include "apiserver/explorer/rows/row_json.hpp"
#include "base/json/json_text.hpp"
#include "base/json/json_writer.hpp"
#include "base/json/object_writer.hpp"

namespace kaudit::apiserver::explorer {

RowFeed::RowFeed(const Recorder& recorder, RowFilter filter, std::uint64_t since)
    : recorder_(recorder), filter_(std::move(filter)), seen_(since) {}

void RowFeed::append_news(std::string& out, std::size_t limit) {
  const bool all = seen_ == 0;
  const News news = filter_.is_blank() ? all_changes(limit) : matching_changes(limit);
  const Ring::State state = recorder_.ring().state();
  forget_old(state);
  out += R"({"version":)" + std::to_string(seen_);
  if (all) out += R"(,"all":true)";
  out += R"(,"skipped":)" + std::to_string(news.skipped);
  out += R"(,"first":)" + std::to_string(state.first);
  out += R"(,"remembered":)" + std::to_string(state.requests);
  out += R"(,"rememberedBytes":)" + std::to_string(state.bytes);
  out += R"(,"forgotten":)" + std::to_string(state.forgotten);
  out += R"(,"dropped":)" + std::to_string(recorder_.dropped());
  out += R"(,"unseen":)" + std::to_string(recorder_.unseen());
  out += R"(,"rows":[)" + news.rows + R"(],"gone":[)" + news.gone + "]}";
}

RowFeed::News RowFeed::all_changes(std::size_t limit) {
  News news;
  const Ring::Changes changes =
      recorder_.ring().visit_latest_changed(seen_, limit, [&news](const RequestRecord& record) {
        if (!news.rows.empty()) news.rows += ',';
        append_row(news.rows, record);
      });
  seen_ = changes.version;
  news.skipped = changes.skipped;
  return news;
}

/// Whether the request is shown from now on. One that has another delivery and no other event is
/// not asked again.
bool RowFeed::goes_on(std::uint64_t number, const RowFilter::Subject& subject) {
  const auto shown = shown_.find(number);
  if (shown != shown_.end() && subject.latest && shown->second == subject.latest.get()) return true;
  return filter_.matches(subject);
}

RowFeed::News RowFeed::matching_changes(std::size_t limit) {
  // Asked outside of the visit, so that the recorder is not held up for as long as a filter takes.
  std::vector<std::pair<std::uint64_t, RowFilter::Subject>> changed;
  seen_ = recorder_.ring().visit_changed(seen_, [&changed](const RequestRecord& record) {
    changed.emplace_back(record.number, RowFilter::subject_of(record));
  });
  News news;
  std::vector<std::uint64_t> matching;
  for (const auto& [number, subject] : changed) {
    if (goes_on(number, subject)) {
      matching.push_back(number);
      shown_.insert_or_assign(number, subject.latest.get());
    } else if (shown_.erase(number) > 0) {
      news.gone += (news.gone.empty() ? "" : ",") + std::to_string(number);
    }
  }
  news.skipped = matching.size() > limit ? matching.size() - limit : 0;
  recorder_.ring().visit(std::span(matching).subspan(news.skipped),
                         [&news](const RequestRecord& record) {
                           if (!news.rows.empty()) news.rows += ',';
                           append_row(news.rows, record);
                         });
  return news;
}

void RowFeed::forget_old(const Ring::State& state) {
  if (shown_.size() <= 2 * recorder_.ring().limits().requests) return;
  std::erase_if(shown_, [&state](const auto& shown) { return shown.first < state.first; });
}

void append_backends(std::string& out, const std::vector<audit::Report>& reports) {
  out += "[";
  for (const audit::Report& report : reports) {
    if (out.back() != '[') out += ',';
    JsonWriter writer(out);
    ObjectWriter object(writer);
    object.text(R"("backend":)", report.backend);
    object.member(R"("pending":)").integer(static_cast<std::int64_t>(report.pending));
    object.member(R"("lost":)").integer(static_cast<std::int64_t>(report.lost_events()));
    std::string losses;
    for (const audit::Loss& loss : report.losses) {
      losses += losses.empty() ? "{" : ",";
      append_json_string(losses, loss.reason);
      losses += ":" + std::to_string(loss.events);
    }
    object.member(R"("losses":)").raw(losses.empty() ? "{}" : losses + "}");
    std::string figures;
    for (const audit::Figure& figure : report.figures) {
      if (figure.kind == audit::Figure::Kind::Histogram) continue;
      figures += figures.empty() ? "[" : ",";
      figures += R"({"name":)";
      append_json_string(figures, figure.name);
      figures += R"(,"help":)";
      append_json_string(figures, figure.help);
      figures += R"(,"value":)" + json_number(figure.value) + "}";
    }
    object.member(R"("figures":)").raw(figures.empty() ? "[]" : figures + "]");
  }
  out += "]";
}

}  // namespace kaudit::apiserver::explorer
