#include "apiserver/api/write/object_names.hpp"

#include <cstdlib>
#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/objects/validate/words/label_names.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::NameRule;
using objects::validate::label_value_errors;
using objects::validate::qualified_name_errors;

void expect_names_of(const std::string& path) {
  static const std::pair<const char*, NameRule> kRules[] = {
      {"dnsSubdomain", NameRule::DnsSubdomain},
      {"dnsLabel", NameRule::DnsLabel},
      {"dns1035Label", NameRule::Dns1035Label},
      {"pathSegment", NameRule::PathSegment},
  };
  static const std::pair<const char*, NameRule> kPrefixRules[] = {
      {"dnsSubdomainPrefix", NameRule::DnsSubdomain},
      {"dnsLabelPrefix", NameRule::DnsLabel},
      {"pathSegmentPrefix", NameRule::PathSegment},
  };
  std::ifstream in(path);
  ASSERT_TRUE(in) << path;
  int compared = 0;
  for (std::string line; std::getline(in, line); ++compared) {
    const auto vector = nlohmann::json::parse(line);
    const std::string name = vector["name"];
    const auto expect = [&vector](const std::string& member,
                                  const std::vector<std::string>& errors) {
      EXPECT_EQ(errors, vector[member].get<std::vector<std::string>>())
          << member << " of " << vector["name"];
    };
    for (const auto& [member, rule] : kRules) expect(member, name_errors(rule, name));
    for (const auto& [member, rule] : kPrefixRules) expect(member, name_prefix_errors(rule, name));
    expect("qualifiedName", qualified_name_errors(name));
    expect("labelValue", label_value_errors(name));
  }
  EXPECT_GT(compared, 50);
}

TEST(Names, AreJudgedAsByKubernetes) {
  expect_names_of(KAUDIT_TESTDATA "/names.jsonl");
  if (const char* vectors = std::getenv("KAUDIT_VECTORS")) {
    expect_names_of(std::string(vectors) + "/selectors/names.jsonl");
  }
}

TEST(Names, AreGeneratedAtRandomWithinTheLimit) {
  std::set<std::string> names;
  for (int i = 0; i < 100; ++i) names.insert(generated_name("pod-"));
  EXPECT_GT(names.size(), 90U);
  EXPECT_EQ(names.begin()->size(), 9U);
  EXPECT_EQ(generated_name(std::string(100, 'x')).size(), 63U);
}

}  // namespace
}  // namespace kaudit::apiserver::api
