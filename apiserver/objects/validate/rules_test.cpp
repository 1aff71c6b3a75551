// Objects, and what a real server says of them: testdata/rules.jsonl.
#include "apiserver/objects/validate/rules.hpp"

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/objects/codec/codec.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

using Row = nlohmann::json;

// As a server decodes it, defaults included.
Json decoded(const Resource& resource, const Row& object) {
  return canonical_object({resource.api_version, resource.kind}, Json::parse(object.dump()).value())
      .value();
}

std::vector<std::string> lines_of(const std::vector<FieldError>& errors) {
  std::vector<std::string> lines;
  lines.reserve(errors.size());
  for (const FieldError& error : errors) {
    lines.push_back(error.reason + " " + error.field + ": " + error.message);
  }
  return lines;
}

TEST(Rules, SayWhatARealServerSays) {
  std::ifstream in(std::string(KAUDIT_TESTDATA) + "/rules.jsonl");
  ASSERT_TRUE(in) << "no rules.jsonl";
  std::string line;
  std::size_t rows = 0;
  while (std::getline(in, line)) {
    const Row row = Row::parse(line);
    const Row& object = row.at("object");
    const Resource* resource =
        find_kind(object.at("apiVersion").get<std::string>(), object.at("kind").get<std::string>());
    ASSERT_NE(resource, nullptr) << line;
    const Json after = decoded(*resource, object);
    const auto errors =
        row.contains("old")
            ? errors_of_change(*resource, "", decoded(*resource, row.at("old")), after)
            : errors_of_new(*resource, after);
    EXPECT_EQ(lines_of(errors), row.at("errors").get<std::vector<std::string>>())
        << row.at("id") << " " << object.dump();
    ++rows;
  }
  EXPECT_GE(rows, 200U);
}

}  // namespace
}  // namespace kaudit::apiserver::objects::validate
