#pragma once

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace kaudit::apiserver::request::testing {

/// Calls `check(case)` with every case of a file of JSON lines: that in testdata, and when
/// KAUDIT_VECTORS is set the full set `vector_path` below that folder too.
template <typename Check>
void for_each_case(const std::string& testdata_name, const std::string& vector_path, Check check) {
  std::vector<std::string> files{std::string(KAUDIT_TESTDATA) + "/" + testdata_name};
  if (const char* const vectors = std::getenv("KAUDIT_VECTORS")) {
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

}  // namespace kaudit::apiserver::request::testing
