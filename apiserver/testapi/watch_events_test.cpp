#include "apiserver/testapi/watch_events.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kaudit::apiserver::testapi {
namespace {

std::string frame(std::string_view payload) {
  std::string text(3, '\0');
  text.push_back(static_cast<char>(payload.size()));
  return text.append(payload);
}

TEST(WatchEvents, AreTakenApartByTheirFraming) {
  EXPECT_EQ(first_event("{}\n{}\n", WatchFraming::Lines), 3U);
  EXPECT_EQ(first_event("{}", WatchFraming::Lines), 0U) << "not all there";
  EXPECT_EQ(first_event(frame("abc") + frame("d"), WatchFraming::Frames), 7U);
  EXPECT_EQ(first_event(frame("abc").substr(0, 6), WatchFraming::Frames), 0U);
  EXPECT_EQ(first_event("\x81\x02{}\x81\x02{}", WatchFraming::Messages), 4U);
  EXPECT_EQ(first_event("\x81\x7e", WatchFraming::Messages), 0U);
  const std::string longer = std::string("\x81\x7e\x01\x00", 4) + std::string(256, 'x');
  EXPECT_EQ(first_event(longer, WatchFraming::Messages), 260U);
  EXPECT_FALSE(is_event("\x88\x00", WatchFraming::Messages)) << "the socket's own close";
}

TEST(WatchEvents, KnowBookmarks) {
  EXPECT_TRUE(is_bookmark(R"({"type":"BOOKMARK","object":{}})", WatchFraming::Lines));
  EXPECT_FALSE(is_bookmark(R"({"type":"ADDED","object":{"a":"BOOKMARK"}})", WatchFraming::Lines));
  EXPECT_TRUE(is_bookmark(frame("\x0a\x08"
                                "BOOKMARK"),
                          WatchFraming::Frames));
  EXPECT_TRUE(is_bookmark("\x81\x1f{\"type\":\"BOOKMARK\"}", WatchFraming::Messages));
}

TEST(WatchEvents, GoneIsAnErrorOfCode410InEachFraming) {
  const std::string line = gone_event(WatchFraming::Lines);
  EXPECT_EQ(line.substr(0, 26), R"({"type":"ERROR","object":{)");
  EXPECT_NE(line.find(R"("reason":"Expired","code":410})"), std::string::npos);
  const std::string framed = gone_event(WatchFraming::Frames);
  EXPECT_EQ(first_event(framed, WatchFraming::Frames), framed.size());
  EXPECT_NE(framed.find("ERROR"), std::string::npos);
  EXPECT_NE(framed.find("Expired"), std::string::npos);
}

}  // namespace
}  // namespace kaudit::apiserver::testapi
