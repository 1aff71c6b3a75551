#include "apiserver/explorer/rows.hpp"

#include "apiserver/explorer/record_json.hpp"
#include "base/json/json_text.hpp"
#include "base/json/json_writer.hpp"
#include "base/json/object_writer.hpp"

namespace kaudit::apiserver::explorer {

std::uint64_t append_rows(std::string& out, const Recorder& recorder, std::uint64_t since,
                          std::size_t limit) {
  const Ring& ring = recorder.ring();
  std::size_t there = 0;
  ring.visit_changed(since, [&there](const RequestRecord& /*record*/) { ++there; });
  std::size_t skipped = there > limit ? there - limit : 0;
  std::size_t seen = 0;
  std::string rows;
  const std::uint64_t version = ring.visit_changed(since, [&](const RequestRecord& record) {
    if (seen++ < skipped) return;
    if (!rows.empty()) rows += ',';
    append_row(rows, record);
  });
  const Ring::State state = ring.state();
  out += R"({"version":)" + std::to_string(version);
  out += R"(,"skipped":)" + std::to_string(skipped);
  out += R"(,"remembered":)" + std::to_string(state.requests);
  out += R"(,"rememberedBytes":)" + std::to_string(state.bytes);
  out += R"(,"forgotten":)" + std::to_string(state.forgotten);
  out += R"(,"dropped":)" + std::to_string(recorder.dropped());
  out += R"(,"rows":[)" + rows + "]}";
  return version;
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
