#include "cli/conformance/receiver/canonical_json.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/json/compact_json.hpp"
#include "cli/conformance/receiver/event_maker.hpp"
#include "cli/conformance/receiver/sent_ledger.hpp"

namespace kaudit::cli {
namespace {

std::string canonical(const char* text) { return canonical_json(compact_json(text).value()); }

TEST(CanonicalJson, IsOneTextForOneValue) {
  EXPECT_EQ(canonical(R"({"b": 1, "a": [1E5, "\u00e9"]})"),
            canonical("{\"a\":[100000.0,\"\xC3\xA9\"],\"b\":1.0}"));
  EXPECT_EQ(canonical(R"("\u003c")"), canonical(R"("<")"));
  EXPECT_NE(canonical("[1,2]"), canonical("[2,1]"));
  EXPECT_NE(canonical("null"), canonical("{}"));
}

TEST(CanonicalJson, KeepsNumbersExactly) {
  EXPECT_EQ(canonical_number("-0"), "0");
  EXPECT_EQ(canonical_number("0.00"), "0");
  EXPECT_EQ(canonical_number("10.50"), canonical_number("1.05e1"));
  EXPECT_NE(canonical_number("12345678901234567890.50"),
            canonical_number("1.2345678901234567e+19"));
  EXPECT_NE(canonical_number("1E-400"), canonical_number("0"));
  EXPECT_EQ(canonical_number("1e99999999999999999999"), "1e99999999999999999999");
}

TEST(SentLedger, FindsWhatIsLostDoubledAndAltered) {
  EventMaker maker;
  SentLedger ledger;
  const auto events = maker.events(3);
  for (const std::string& event : events) ledger.add("a", event, Standing::Acknowledged);
  ledger.begin_comparison();
  EXPECT_TRUE(ledger.compare(R"({"extra":1,)" + events[0].substr(1)));
  EXPECT_TRUE(ledger.compare(events[0]));
  std::string altered = events[1];
  altered.replace(altered.find("kaudit-kit"), 10, "kaudit-cat");
  EXPECT_TRUE(ledger.compare(altered));
  EXPECT_FALSE(ledger.compare(maker.event()));
  EXPECT_FALSE(ledger.compare("nonsense"));
  EXPECT_FALSE(ledger.is_complete());
  std::string seen;
  ledger.each([&seen](const SentLedger::Sent& sent) {
    seen += std::to_string(sent.copies) + sent.altered + ";";
  });
  EXPECT_NE(seen.find("2;"), std::string::npos);
  EXPECT_NE(seen.find("0;"), std::string::npos);
  EXPECT_NE(seen.find("1userAgent differs;"), std::string::npos);
}

}  // namespace
}  // namespace kaudit::cli
