#include "apiserver/http/input_buffer.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace kaudit::apiserver::http {
namespace {

void append(InputBuffer& buffer, std::string_view text, std::size_t room) {
  const auto space = buffer.prepare(room);
  ASSERT_EQ(space.size(), room);
  std::copy(text.begin(), text.end(), space.begin());
  buffer.commit(text.size());
}

TEST(InputBuffer, HoldsWhatWasCommittedAndNotConsumed) {
  InputBuffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.view(), "");
  append(buffer, "abc", 16);
  append(buffer, "defg", 16);
  EXPECT_EQ(buffer.view(), "abcdefg");
  buffer.consume(5);
  EXPECT_EQ(buffer.view(), "fg");
  buffer.consume(100);
  EXPECT_TRUE(buffer.empty());
}

TEST(InputBuffer, KeepsItsBytesWhileTheyMoveAndGrow) {
  InputBuffer buffer;
  std::string expected;
  for (int round = 0; round < 300; ++round) {
    const std::string text(static_cast<std::size_t>(round), static_cast<char>('a' + round % 26));
    append(buffer, text, 512);
    expected += text;
    buffer.consume(100);
    expected.erase(0, 100);
    ASSERT_EQ(buffer.view(), expected) << round;
  }
}

TEST(InputBuffer, GivesItsMemoryBackOnlyWhenEmpty) {
  InputBuffer buffer;
  append(buffer, "abc", 16);
  buffer.release();
  EXPECT_EQ(buffer.view(), "abc");
  buffer.consume(3);
  buffer.release();
  EXPECT_EQ(buffer.view(), "");
  append(buffer, "again", 8);
  EXPECT_EQ(buffer.view(), "again");
}

TEST(InputBuffer, ReleasedMemoryIsUsedAgain) {
  InputBuffer one;
  append(one, "abc", InputBuffer::kUsualBytes);
  const char* const bytes = one.view().data();
  one.consume(3);
  one.release();
  InputBuffer other;
  append(other, "defg", InputBuffer::kUsualBytes);
  EXPECT_EQ(other.view(), "defg");
  EXPECT_EQ(other.view().data(), bytes);
  append(one, "h", InputBuffer::kUsualBytes);
  EXPECT_EQ(one.view(), "h");
  EXPECT_EQ(other.view(), "defg");
}

TEST(InputBuffer, HasAnEnd) {
  InputBuffer buffer;
  append(buffer, "abc", 16);
  EXPECT_THROW(buffer.prepare(InputBuffer::kMostBytes - 2), std::length_error);
  EXPECT_EQ(buffer.view(), "abc");
}

}  // namespace
}  // namespace kaudit::apiserver::http
