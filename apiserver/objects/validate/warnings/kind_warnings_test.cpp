// Objects, and what a real server warns of: testdata/warnings.jsonl.
#include "apiserver/objects/validate/warnings/kind_warnings.hpp"

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/objects/codec/codec.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

using WarningRow = nlohmann::json;

Json as_decoded(const Resource& resource, const WarningRow& object) {
  return canonical_object({resource.api_version, resource.kind}, Json::parse(object.dump()).value())
      .value();
}

TEST(KindWarnings, SayWhatARealServerSays) {
  std::ifstream in(std::string(KAUDIT_TESTDATA) + "/warnings.jsonl");
  ASSERT_TRUE(in) << "no warnings.jsonl";
  std::size_t rows = 0;
  for (std::string line; std::getline(in, line); ++rows) {
    const WarningRow row = WarningRow::parse(line);
    const WarningRow& object = row.at("object");
    const Resource* resource =
        find_kind(object.at("apiVersion").get<std::string>(), object.at("kind").get<std::string>());
    ASSERT_NE(resource, nullptr) << line;
    const Json after = as_decoded(*resource, object);
    const auto warnings =
        row.contains("old")
            ? warnings_of_change(*resource, "", as_decoded(*resource, row.at("old")), after)
            : warnings_of_new(*resource, after);
    EXPECT_EQ(warnings, row.value("warnings", std::vector<std::string>()))
        << row.at("id") << " " << object.dump();
  }
  EXPECT_GE(rows, 70U);
}

TEST(KindWarnings, LookAtAddressesInAStatus) {
  const auto service = Json::parse(
      R"({"metadata":{"name":"a"},"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.04"}]}}})");
  const Resource* resource = find_kind("v1", "Service");
  EXPECT_EQ(warnings_of_change(*resource, "status", *service, *service),
            std::vector<std::string>{"status.loadBalancer.ingress[0]: non-standard IP address "
                                     "\"1.2.3.04\" is invalid: use \"1.2.3.4\""});
  EXPECT_TRUE(warnings_of_change(*resource, "scale", *service, *service).empty());
}

TEST(KindWarnings, AreBoundedWhateverIsListed) {
  std::string ports;
  for (int i = 0; i < 5'000; ++i) {
    ports += std::string(i == 0 ? "" : ",") + R"({"containerPort":1})";
  }
  const auto pod = Json::parse(
      R"({"metadata":{"name":"a"},"spec":{"containers":[{"name":"c","ports":[)" + ports + "]}]}}");
  EXPECT_EQ(warnings_of_new(*find_kind("v1", "Pod"), *pod).size(), 1000U);
}

}  // namespace
}  // namespace kaudit::apiserver::objects::validate
