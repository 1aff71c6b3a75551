#include "apiserver/streaming/process/tar.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kaudit::apiserver::streaming::process {
namespace {

using Type = FileTree::Entry::Type;

TarEntry entry(std::string name, Type type, std::string content) {
  return {
      std::move(name),
      {type, type == Type::Folder ? 0755U : 0640U, 1'700'000'000,
       type == Type::Folder ? nullptr : std::make_shared<const std::string>(std::move(content))}};
}

void append(std::string& archive, const TarEntry& each) {
  append_tar_header(archive, each);
  if (each.entry.type != Type::File) return;
  archive += *each.entry.content + tar_padding(each.entry.size());
}

TEST(Tar, ReadsWhatItHasWrittenFromPiecesOfAnySize) {
  const std::string long_name = "d/" + std::string(90, 'a') + "/" + std::string(90, 'b');
  const std::string longer_name(300, 'n');
  std::string archive;
  for (const TarEntry& each :
       {entry("d/", Type::Folder, ""), entry("d/empty", Type::File, ""),
        entry("d/file", Type::File, std::string(1000, 'x')), entry("d/link", Type::Link, "file"),
        entry(long_name, Type::File, "long"), entry(longer_name, Type::File, "longer"),
        entry("d/far", Type::Link, std::string(200, 'l'))}) {
    append(archive, each);
  }
  append_tar_end(archive);
  for (const std::size_t piece : {1U, 100U, 512U, 100'000U}) {
    TarReader reader;
    std::vector<TarEntry> entries;
    for (std::size_t at = 0; at < archive.size(); at += piece) {
      reader.read(std::string_view(archive).substr(at, piece));
      for (TarEntry& each : reader.take_entries()) entries.push_back(std::move(each));
    }
    EXPECT_EQ(reader.error(), "");
    EXPECT_TRUE(reader.ended());
    ASSERT_EQ(entries.size(), 7U) << piece;
    EXPECT_EQ(entries[0].entry.type, Type::Folder);
    EXPECT_EQ(entries[0].entry.mode, 0755U);
    EXPECT_EQ(entries[0].entry.modified, 1'700'000'000);
    EXPECT_EQ(entries[1].entry.size(), 0U);
    EXPECT_EQ(*entries[2].entry.content, std::string(1000, 'x'));
    EXPECT_EQ(entries[3].entry.type, Type::Link);
    EXPECT_EQ(*entries[3].entry.content, "file");
    EXPECT_EQ(entries[4].name, long_name);
    EXPECT_EQ(entries[5].name, longer_name);
    EXPECT_EQ(*entries[6].entry.content, std::string(200, 'l'));
  }
}

TEST(Tar, SaysWhatItCannotRead) {
  TarReader garbage;
  garbage.read(std::string(512, 'x'));
  EXPECT_EQ(garbage.error(), "This does not look like a tar archive");

  // Announces more than a tree takes: known before a byte of it has come.
  TarEntry huge = entry("huge", Type::File, std::string(FileTree::kMaxBytes + 1, 'x'));
  std::string archive;
  append_tar_header(archive, huge);
  TarReader reader;
  reader.read(archive);
  EXPECT_EQ(reader.error(), "huge: Cannot write: No space left on device");
}

TEST(Tar, KnowsWhetherAnArchiveIsCutOff) {
  std::string archive;
  append(archive, entry("file", Type::File, std::string(1000, 'x')));
  TarReader reader;
  reader.read(std::string_view(archive).substr(0, 700));
  EXPECT_FALSE(reader.between_entries());
  reader.read(std::string_view(archive).substr(700));
  EXPECT_TRUE(reader.between_entries());
  EXPECT_FALSE(reader.ended());
}

}  // namespace
}  // namespace kaudit::apiserver::streaming::process
