// Any bytes as an expression, and as an event that it is asked of: no crash, and an error's place
// is within the text, and no index leaves out what matches.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "audit/search/event_filter.hpp"
#include "audit/search/explanation.hpp"
#include "audit/search/filter_index.hpp"
#include "audit/search/output_template.hpp"

using namespace kaudit::audit::search;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t border = all.find('\0');
  const std::string_view text = all.substr(0, border);
  const std::string_view event =
      border == std::string_view::npos ? std::string_view("{}") : all.substr(border + 1);
  const auto expression = parse_expression(text);
  if (!expression) {
    if (expression.error().offset > text.size()) std::abort();
    return describe(expression.error(), text).empty() ? 1 : 0;
  }
  for (const Quirks quirks : {Quirks::Repaired, Quirks::Falco}) {
    FieldSet fields;
    const auto filter = Filter::compile(*expression, fields, quirks);
    if (!filter) continue;
    Evaluation evaluation(fields, quirks);
    if (!evaluation.load(event)) continue;
    const bool matches = filter->matches(evaluation);
    if (matches != filter->part_matches(0, evaluation)) std::abort();
    FilterIndex index;
    index.add(*filter);
    index.finish();
    FilterIndex::Candidates candidates;
    index.find(evaluation, candidates);
    bool possible = false;
    candidates.for_each([&possible](std::size_t) { possible = true; });
    if (matches && !possible) std::abort();
    std::string out;
    append_explanation(out, *expression, *filter, fields, evaluation);
  }
  // What is written of an expression can be read, and says the same.
  const auto again = parse_expression(text_of(*expression), nullptr, kMaxRuleNesting);
  if (again && text_of(*again) != text_of(*expression)) std::abort();
  return 0;
}
