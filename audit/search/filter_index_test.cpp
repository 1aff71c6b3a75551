#include "audit/search/filter_index.hpp"

#include <algorithm>
#include <array>
#include <random>

#include <gtest/gtest.h>

#include "audit/search/event_filter.hpp"

namespace kaudit::audit::search {
namespace {

/// Filters of these texts, with an index.
struct Indexed {
  explicit Indexed(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const auto expression = parse_expression(text);
      EXPECT_TRUE(expression) << text;
      filters.push_back(Filter::compile(*expression, fields, Quirks::Repaired).value());
      index.add(filters.back());
    }
    index.finish();
  }
  /// The numbers of those that an event may match.
  std::vector<std::size_t> candidates(std::string_view event) {
    Evaluation evaluation(fields, Quirks::Repaired);
    EXPECT_TRUE(evaluation.load(event)) << event;
    FilterIndex::Candidates found;
    index.find(evaluation, found);
    std::vector<std::size_t> numbers;
    found.for_each([&](std::size_t number) { numbers.push_back(number); });
    return numbers;
  }
  std::vector<std::size_t> matches(std::string_view event) {
    Evaluation evaluation(fields, Quirks::Repaired);
    EXPECT_TRUE(evaluation.load(event)) << event;
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < filters.size(); ++i) {
      if (filters[i].matches(evaluation)) numbers.push_back(i);
    }
    return numbers;
  }
  FieldSet fields;
  std::vector<Filter> filters;
  FilterIndex index;
};

using Numbers = std::vector<std::size_t>;

TEST(FilterIndex, LeavesOutWhatAsksForAnotherText) {
  Indexed all({"ka.verb = get and ka.user.name = a", "ka.verb in (create, update)",
               "ka.verb = create or ka.verb = get", "ka.uri contains x", "not ka.verb = get",
               "ka.verb = get and ka.verb = create"});
  EXPECT_EQ(all.candidates(R"({"verb":"get"})"), (Numbers{0, 2, 3, 4}));
  EXPECT_EQ(all.candidates(R"({"verb":"update"})"), (Numbers{1, 3, 4}));
  EXPECT_EQ(all.candidates(R"({"verb":"watch"})"), (Numbers{3, 4}));
  EXPECT_EQ(all.candidates("{}"), (Numbers{3, 4}));
}

TEST(FilterIndex, AsksForNothingThatIsNotSure) {
  // One branch without the field, a changed text, a comparison with another field, a list.
  Indexed all({"ka.verb = get or ka.user.name = a", "tolower(ka.verb) = get",
               "ka.verb = val(ka.stage)", "ka.user.groups in (get)", "ka.verb != get",
               "ka.verb in ()"});
  EXPECT_EQ(all.candidates(R"({"verb":"watch","user":{"groups":["get"]}})"),
            (Numbers{0, 1, 2, 3, 4}));
}

TEST(FilterIndex, LeavesOutWhatNoEventCanMatch) {
  Indexed all({"jevt.rawtime = 0", "ka.verb exists and evt.rawtime in (1, 22)",
               "ka.verb exists or jevt.rawtime = 0", "not jevt.rawtime = 0",
               "jevt.rawtime = 1764398638123456000", "jevt.rawtime != 0", "ka.verb in ()"});
  constexpr std::string_view kEvent =
      R"({"verb":"get","stageTimestamp":"2025-11-29T06:43:58.123456Z"})";
  EXPECT_EQ(all.candidates(kEvent), (Numbers{2, 3, 4, 5}));
  EXPECT_EQ(all.matches(kEvent), (Numbers{2, 3, 4, 5}));
}

TEST(FilterIndex, HoldsMoreFiltersThanAWordHasBits) {
  std::vector<std::string> texts;
  for (int i = 0; i < 150; ++i) texts.push_back("ka.verb = v" + std::to_string(i));
  Indexed all(texts);
  EXPECT_EQ(all.candidates(R"({"verb":"v149"})"), Numbers{149});
  EXPECT_EQ(all.candidates(R"({"verb":"v63"})"), Numbers{63});
  EXPECT_EQ(all.candidates(R"({"verb":"v64"})"), Numbers{64});
  EXPECT_EQ(Indexed({}).candidates("{}"), Numbers{});
}

TEST(FilterIndex, DoesWithoutWhatWouldCostTooMuch) {
  // 2,000 filters are 32 words for each of 40,000 texts; their verbs are as before.
  std::vector<std::string> texts;
  for (int i = 0; i < 2'000; ++i) {
    std::string users;
    for (int u = 0; u < 20; ++u) users += (u == 0 ? "u" : ", u") + std::to_string(20 * i + u);
    texts.push_back("ka.verb = v" + std::to_string(i % 100) + " and ka.user.name in (" + users +
                    ")");
  }
  Indexed all(texts);
  constexpr std::string_view kEvent = R"({"verb":"v7","user":{"username":"u145"}})";
  EXPECT_EQ(all.matches(kEvent), Numbers{7});
  const Numbers candidates = all.candidates(kEvent);
  EXPECT_EQ(candidates.size(), 20U);
  EXPECT_EQ(candidates.front(), 7U);
}

/// A made-up expression of a few fields and texts, so that both often meet.
class MadeUp {
 public:
  explicit MadeUp(std::uint32_t seed) : random_(seed) {}

  std::string expression(int depth) {
    switch (depth == 0 ? 0 : pick(4)) {
      case 1:
        return "(" + expression(depth - 1) + " and " + expression(depth - 1) + ")";
      case 2:
        return "(" + expression(depth - 1) + " or " + expression(depth - 1) + ")";
      case 3:
        return "not (" + expression(depth - 1) + ")";
      default:
        return check();
    }
  }
  std::string event() {
    std::string out = "{";
    for (const char* const member : {"stage", "verb"}) {
      if (pick(4) == 0) continue;
      out += '"' + std::string(member) + "\":\"" + text() + "\",";
    }
    const std::string groups = pick(2) == 0 ? R"(["a","b"])" : R"(["a"])";
    out += R"("user":{"username":")" + text() + R"(","groups":)" + groups + "}";
    return out + (pick(3) == 0 ? "}" : R"(,"objectRef":{"resource":")" + text() + "\"}}");
  }

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }
  std::string text() { return std::string(1, static_cast<char>('a' + pick(3))); }
  std::string check() {
    constexpr std::array kFields = {"ka.stage", "ka.verb", "ka.user.name", "ka.target.resource",
                                    "jevt.value[/verb]"};
    const std::string field = kFields[pick(kFields.size())];
    switch (pick(6)) {
      case 0:
        return field + " in (" + text() + ", " + text() + ")";
      case 1:
        return field + " != " + text();
      case 2:
        return field + " = val(ka.verb)";
      case 3:
        return "ka.user.groups in (" + text() + ", " + text() + ")";
      case 4:
        return "toupper(" + field + ") = A";
      default:
        return field + " = " + text();
    }
  }
  std::mt19937 random_;
};

TEST(FilterIndex, NeverLeavesOutOneThatMatches) {
  MadeUp made(18);
  std::size_t matched = 0;
  std::size_t left_out = 0;
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> texts;
    for (int i = 0; i < 70; ++i) texts.push_back(made.expression(3));
    Indexed all(texts);
    for (int i = 0; i < 20; ++i) {
      const std::string event = made.event();
      const Numbers may = all.candidates(event);
      const Numbers do_match = all.matches(event);
      EXPECT_TRUE(std::ranges::includes(may, do_match)) << event;
      matched += do_match.size();
      left_out += texts.size() - may.size();
    }
  }
  EXPECT_GT(matched, 0U);
  EXPECT_GT(left_out, 0U);
}

}  // namespace
}  // namespace kaudit::audit::search
