#include "apiserver/explorer/trace/traces.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

#include "apiserver/explorer/trace/trace_text.hpp"
#include "base/json/json_text.hpp"

namespace kaudit::apiserver::explorer {
namespace {

constexpr std::size_t kMaxTraces = 100;

std::optional<std::uint64_t> number_in(const objects::Json* json) {
  if (json == nullptr || json->number() == nullptr) return std::nullopt;
  const std::string_view text = json->number()->text;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

std::vector<RequestRecord> asked_for(const objects::Json& question, const Ring& ring) {
  std::vector<RequestRecord> records;
  if (const std::string_view id = question.text("auditID"); !id.empty()) {
    if (auto record = ring.find(id)) records.push_back(*std::move(record));
  } else if (const auto after = number_in(question.find("after"))) {
    ring.visit_changed(0, [&](const RequestRecord& record) {
      if (record.number > *after && records.size() < kMaxTraces) records.push_back(record);
    });
  }
  return records;
}

}  // namespace

void append_traces(std::string& out, const objects::Json& question, const Recorder& recorder,
                   const std::vector<audit::Report>& backends) {
  const objects::Json* const wanted = question.find("colour");
  const bool coloured = wanted != nullptr && wanted->boolean() != nullptr && *wanted->boolean();
  std::vector<std::string> names;
  for (const audit::Report& report : backends) names.push_back(report.backend);
  std::string text;
  std::size_t pending = 0;
  for (const RequestRecord& record : asked_for(question, recorder.ring())) {
    if (!record.ended() || !record.delivered_by(names)) ++pending;
    if (record.run) append_trace(text, record, coloured ? Colour::On : Colour::Off);
  }
  out += R"({"last":)" + std::to_string(recorder.ring().state().last);
  out += R"(,"pending":)" + std::to_string(pending);
  out += R"(,"text":)";
  append_json_string(out, text);
  out += "}";
}

}  // namespace kaudit::apiserver::explorer
