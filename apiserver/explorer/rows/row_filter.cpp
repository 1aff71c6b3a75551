#include "apiserver/explorer/rows/row_filter.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/explorer/json_parts.hpp"
#include "apiserver/explorer/rows/filter_words.hpp"
#include "apiserver/request/request_source.hpp"
#include "apiserver/request/source_ips.hpp"
#include "audit/context.hpp"
#include "audit/encoder.hpp"
#include "base/json/object_writer.hpp"
#include "base/text/trim.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::apiserver::explorer {
namespace {

namespace search = audit::search;

audit::RequestFacts facts_of(const ChainRun& run) {
  return audit::RequestFacts{
      .audit_id = run.audit_id,
      .request_uri = run.target,
      .verb = run.info.verb,
      .user = run.user,
      .source =
          audit::RequestSource{request::source_ips(http::Headers(), run.peer), run.user_agent},
      .object_ref = request::object_of(run.info),
      .received = run.received};
}

/// The event that a request without events is asked as. There must be something of it.
audit::Event stand_in_for(const RowFilter::Subject& subject) {
  if (subject.whole) return audit::lowered(*subject.whole, audit::Level::None);
  const ChainRun& run = *subject.run;
  audit::Context context(facts_of(run), {.level = audit::Level::Metadata, .omit_stages = {}});
  if (run.code != 0) context.set_response_code(run.code);
  const auto event = context.make_event(audit::Stage::ResponseComplete, run.received);
  return audit::lowered(*event, audit::Level::None);
}

/// How many UTF-16 units the text's first `bytes` are.
std::size_t utf16_units(std::string_view text, std::size_t bytes) {
  text = text.substr(0, bytes);
  std::size_t units = 0;
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    units += rune.valid && rune.code_point > 0xFFFF ? 2 : 1;
    text.remove_prefix(rune.size);
  }
  return units;
}

}  // namespace

search::ExpressionResult<RowFilter> RowFilter::read(std::string_view text) {
  RowFilter filter;
  if (trim_space(text).empty()) return filter;
  if (text.size() > kMaxBytes) {
    return tl::unexpected(search::ExpressionError{kMaxBytes, "the filter is too long"});
  }
  filter.words_ = is_made_of_words(text);
  filter.expression_ = filter.words_ ? expression_of_words(text) : std::string(text);
  const auto expression = search::parse_expression(filter.expression_);
  if (!expression) return tl::unexpected(expression.error());
  filter.fields_ = std::make_unique<search::FieldSet>();
  auto compiled = search::Filter::compile(*expression, *filter.fields_, search::Quirks::Repaired);
  if (!compiled) return tl::unexpected(compiled.error());
  filter.filter_ = *std::move(compiled);
  filter.evaluation_ =
      std::make_unique<search::Evaluation>(*filter.fields_, search::Quirks::Repaired);
  return filter;
}

RowFilter::Subject RowFilter::subject_of(const RequestRecord& record) {
  return {record.events.empty() ? nullptr : record.events.back(),
          record.whole.empty() ? nullptr : record.whole.back(), record.run};
}

bool RowFilter::matches(const Subject& subject) {
  if (!filter_) return true;
  line_.clear();
  if (subject.latest) {
    audit::append_event(line_, *subject.latest);
  } else if (subject.whole || subject.run) {
    audit::append_event(line_, stand_in_for(subject));
  }
  return evaluation_->load(line_) && filter_->matches(*evaluation_);
}

void append_filter_verdict(std::string& out, std::string_view text) {
  const auto filter = RowFilter::read(text);
  JsonWriter writer(out);
  ObjectWriter object(writer);
  if (!filter) {
    object.member(R"("error":)").string(filter.error().message);
    // What is wrong with words is wrong with what they stand for: nowhere in particular.
    const std::size_t at = is_made_of_words(text) ? 0 : filter.error().offset;
    object.member(R"("at":)").integer(static_cast<std::int64_t>(utf16_units(text, at)));
    return;
  }
  object.member(R"("expression":)").string(filter->expression());
  write_flag(object.member(R"("words":)"), filter->made_of_words());
}

void append_fields(std::string& out) {
  JsonWriter writer(out);
  write_array(writer, search::all_fields(), [&writer](const search::FieldInfo& field) {
    ObjectWriter object(writer);
    object.text(R"("name":)", field.name);
    object.text(R"("path":)", field.path);
    object.text(R"("needs":)", audit::to_string(field.needs));
    if (field.list) write_flag(object.member(R"("list":)"), true);
    if (field.argument != search::Argument::None) {
      write_flag(object.member(R"("argument":)"), true);
    }
  });
}

}  // namespace kaudit::apiserver::explorer
