#include "audit/event_memory.hpp"

#include <gtest/gtest.h>

namespace kaudit::audit {
namespace {

TEST(MemoryOf, CountsTextsAndBodies) {
  Event event;
  const std::size_t empty = memory_of(event);
  EXPECT_GE(empty, sizeof(Event));
  event.request_uri.assign(1000, 'u');
  EXPECT_EQ(memory_of(event), empty + 1000);
  event.response_object = RawJson::trusted(std::string(50'000, '1'));
  EXPECT_EQ(memory_of(event), empty + 51'000);
  event.user.edit().groups = {std::string(100, 'g')};
  event.annotations = {{"key", std::string(100, 'v')}};
  EXPECT_GT(memory_of(event), empty + 51'200);
}

TEST(MemoryOf, CountsTheTextsTwiceWhenTheirEncodedFormIsKept) {
  Event event;
  event.request_uri.assign(1000, 'u');
  const std::size_t alone = memory_of(event);
  event.encoded.want();
  EXPECT_EQ(memory_of(event), alone + 1000);
}

}  // namespace
}  // namespace kaudit::audit
