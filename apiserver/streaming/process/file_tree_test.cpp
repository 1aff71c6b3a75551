#include "apiserver/streaming/process/file_tree.hpp"

#include <string>

#include <gtest/gtest.h>

#include "apiserver/streaming/process/pod_files.hpp"

namespace kaudit::apiserver::streaming::process {
namespace {

FileTree::Entry file(std::string content) {
  return {FileTree::Entry::Type::File, 0644, 0,
          std::make_shared<const std::string>(std::move(content))};
}

std::shared_ptr<FileBudget> budget(std::size_t size = std::size_t{1} << 30U) {
  return std::make_shared<FileBudget>(size);
}

TEST(FileTree, HasAbsolutePathsThatNeverLeaveTheRoot) {
  EXPECT_EQ(absolute_path("/", "etc"), "/etc");
  EXPECT_EQ(absolute_path("/a/b", "../c/./d//"), "/a/c/d");
  EXPECT_EQ(absolute_path("/a", "/x"), "/x");
  EXPECT_EQ(absolute_path("/a", "../../../../etc/passwd"), "/etc/passwd");
  EXPECT_EQ(absolute_path("/", "."), "/");
  EXPECT_EQ(parent_of("/a/b"), "/a");
  EXPECT_EQ(parent_of("/a"), "/");
  EXPECT_EQ(base_name("/a/b"), "b");
}

TEST(FileTree, KeepsFilesBelowFolders) {
  FileTree tree(budget());
  EXPECT_EQ(tree.put("/nowhere/x", file("x")).error().message, "No such file or directory");
  ASSERT_TRUE(tree.make_folders("/srv/www/html", 0));
  ASSERT_TRUE(tree.put("/srv/www/index", file("hello")));
  ASSERT_TRUE(tree.put("/srv/www-old", file("")));
  ASSERT_TRUE(tree.append("/srv/www/index", " world", 0));
  EXPECT_EQ(*tree.find("/srv/www/index")->content, "hello world");
  EXPECT_EQ(tree.put("/srv/www", file("x")).error().message, "Is a directory");
  EXPECT_EQ(tree.make_folders("/srv/www/index/x", 0).error().message, "Not a directory");
  EXPECT_EQ(tree.below("/srv/www").size(), 3U);
  EXPECT_EQ(tree.in("/srv").size(), 2U);
  EXPECT_TRUE(tree.remove("/srv/www"));
  EXPECT_FALSE(tree.find("/srv/www/html"));
  EXPECT_TRUE(tree.find("/srv/www-old"));
  EXPECT_FALSE(tree.remove("/srv/www"));
}

TEST(FileTree, IsBoundedInBytesEntriesAndPaths) {
  FileTree tree(budget());
  constexpr std::string_view kFull = "No space left on device";
  EXPECT_EQ(tree.put("/big", file(std::string(FileTree::kMaxBytes + 1, 'x'))).error().message,
            kFull);
  EXPECT_EQ(tree.put("/" + std::string(FileTree::kMaxPath, 'x'), file("")).error().message,
            "File name too long");
  Result<void> put;
  std::size_t files = 0;
  while (put && files <= FileTree::kMaxEntries) {
    put = tree.put("/tmp/" + std::to_string(files++), file(""));
  }
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().message, kFull);
}

TEST(FileTree, GivesItsBudgetBack) {
  const auto shared = budget(100'000);
  {
    FileTree tree(shared);
    ASSERT_TRUE(tree.put("/a", file(std::string(60'000, 'x'))));
    EXPECT_FALSE(tree.put("/b", file(std::string(60'000, 'x'))));
    ASSERT_TRUE(tree.put("/a", file("small")));
    ASSERT_TRUE(tree.put("/b", file(std::string(60'000, 'x'))));
    tree.remove("/tmp");
    tree.remove("/b");
    EXPECT_LT(shared->used(), 5'000U);
  }
  EXPECT_EQ(shared->used(), 0U);
}

TEST(PodFiles, KeepsOneTreeForAContainerUntilItsPodIsGone) {
  PodFiles files;
  const auto first = files.open("uid", "c");
  EXPECT_TRUE(first.fresh);
  ASSERT_TRUE(first.tree->put("/x", file("x")));
  EXPECT_FALSE(files.open("uid", "c").fresh);
  EXPECT_TRUE(files.open("uid", "c").tree->find("/x"));
  EXPECT_TRUE(files.open("uid", "other").fresh);
  files.forget("uid");
  EXPECT_TRUE(files.open("uid", "c").fresh);
}

TEST(PodFiles, ForgetsTheTreesThatWereNotUsedForTheLongestTime) {
  PodFiles files;
  for (int i = 0; i < 10; ++i) {
    const auto opened = files.open("uid" + std::to_string(i), "c");
    ASSERT_TRUE(opened.tree->put("/big", file(std::string(std::size_t{15} << 20U, 'x'))));
  }
  EXPECT_LE(files.held(), PodFiles::kMaxBytes);
  EXPECT_FALSE(files.open("uid9", "c").fresh);
  EXPECT_TRUE(files.open("uid0", "c").fresh);
}

}  // namespace
}  // namespace kaudit::apiserver::streaming::process
