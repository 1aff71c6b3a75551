#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text/base64.hpp"

/// Reading of recorded answers, for tests only.
namespace kaudit::testing {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t feed = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, feed));
    text.remove_prefix(std::min(feed + 1, text.size()));
  }
  return lines;
}

/// The module's own sample of a set, and the full set when KAUDIT_VECTORS names a folder that has
/// it.
inline std::vector<std::filesystem::path> vector_folders(const std::string& testdata,
                                                         const std::string& set) {
  std::vector<std::filesystem::path> folders{std::filesystem::path(testdata) / set};
  if (const char* const full = std::getenv("KAUDIT_VECTORS"); full != nullptr) {
    folders.push_back(std::filesystem::path(full) / set);
  }
  return folders;
}

inline std::vector<nlohmann::json> read_json_lines(const std::filesystem::path& path) {
  std::vector<nlohmann::json> values;
  for (const std::string& line : lines_of(read_file(path))) {
    values.push_back(nlohmann::json::parse(line));
  }
  return values;
}

/// The bytes of a member `name`, or of `nameBase64` where they are not UTF-8.
inline std::string bytes_of(const nlohmann::json& value, const std::string& name) {
  const auto encoded = value.find(name + "Base64");
  return encoded == value.end() ? value.at(name).get<std::string>()
                                : base64_decode(encoded->get<std::string>()).value();
}

/// Calls `check(case)` with every case of a file of JSON lines: that in testdata, and when
/// KAUDIT_VECTORS is set the full set `vector_path` below that folder too.
template <typename Check>
void for_each_case(const std::string& testdata_name, const std::string& vector_path, Check check) {
  std::vector<std::string> files{std::string(KAUDIT_TESTDATA) + "/" + testdata_name};
  if (const char* const vectors = std::getenv("KAUDIT_VECTORS"); vectors != nullptr) {
    files.push_back(std::string(vectors) + "/" + vector_path);
  }
  for (const auto& file : files) {
    std::ifstream in(file);
    ASSERT_TRUE(in) << file;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      const auto name = file + ":" + std::to_string(++number);
      SCOPED_TRACE(name + " " + line.substr(0, 200));
      check(nlohmann::json::parse(line));
    }
    EXPECT_GT(number, 0) << file;
  }
}

}  // namespace kaudit::testing
