#include "base/files/byte_source.hpp"

#include <string>
#include <zlib.h>

#include <gtest/gtest.h>

#include "base/files/byte_window.hpp"

namespace kaudit {
namespace {

std::string packed(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Outcome {
  std::string text;
  std::string failure;
};

/// All that a source has, read in pieces of so many bytes.
Outcome all_of(ByteSource& source, std::size_t piece) {
  Outcome outcome;
  std::string buffer(piece, '\0');
  for (;;) {
    const auto got = source.read(buffer.data(), piece);
    if (!got) {
      outcome.failure = got.error().message;
      return outcome;
    }
    if (*got == 0) return outcome;
    outcome.text.append(buffer, 0, *got);
  }
}

Outcome unpacked(const std::string& bytes, std::size_t piece = 4096) {
  return all_of(*unpacked_source(memory_source(bytes)), piece);
}

std::string many_lines() {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

TEST(UnpackedSource, LeavesPlainBytesAsTheyAre) {
  for (const std::string& text : {std::string(), std::string("\x1f"), std::string("ab\0c", 4)}) {
    EXPECT_EQ(unpacked(text, 2).text, text);
  }
}

TEST(UnpackedSource, UnpacksGzipWhateverThePieces) {
  const std::string text = many_lines();
  for (const std::size_t piece : {2U, 100U, 1U << 20U}) {
    EXPECT_EQ(unpacked(packed(text), piece).text, text);
  }
}

TEST(UnpackedSource, ReadsMembersOneAfterTheOtherAndPassesOverPadding) {
  const auto outcome =
      unpacked(packed("one\n") + packed("") + packed("two\n") + std::string(9, '\0'));
  EXPECT_EQ(outcome.text, "one\ntwo\n");
  EXPECT_EQ(outcome.failure, "");
}

TEST(UnpackedSource, GivesWhatThereIsOfACutFileAndThenSaysSo) {
  const std::string text = many_lines();
  std::string bytes = packed(text);
  bytes.resize(bytes.size() / 2);
  const auto outcome = unpacked(bytes);
  EXPECT_GT(outcome.text.size(), text.size() / 3);
  EXPECT_TRUE(text.starts_with(outcome.text));
  EXPECT_EQ(outcome.failure, "the gzip data ends too early: the file was cut off");
}

TEST(UnpackedSource, SaysThatDataIsDamaged) {
  std::string bytes = packed(many_lines());
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 50; ++i) bytes[i] = '\xff';
  EXPECT_TRUE(unpacked(bytes).failure.starts_with("the gzip data is damaged"));
}

TEST(ByteSource, NamesAFileThatIsNotThere) {
  const auto source = open_byte_source("/nowhere/audit.log");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().message, "/nowhere/audit.log: no such file or directory");
  EXPECT_EQ(open_byte_source("/").error().message, "/: is a directory");
}

TEST(ByteWindow, GrowsToItsLimitAndGoesOnWhenItIsCutAtTheFront) {
  const std::string text = many_lines();
  ByteWindow window(memory_source(text), 100'000);
  MoreBytes last{};
  while ((last = window.more()) == MoreBytes::Got) {
  }
  EXPECT_EQ(last, MoreBytes::Full);
  EXPECT_GE(window.view().size(), 100'000U);
  std::string read;
  for (;;) {
    read += window.view();
    window.consume(window.view().size());
    if (window.more() == MoreBytes::End) break;
  }
  EXPECT_EQ(read, text);
  EXPECT_EQ(window.offset(), text.size());
}

}  // namespace
}  // namespace kaudit
