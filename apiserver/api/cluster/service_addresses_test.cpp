// Which addresses Services get, and which they may choose.
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::World;

std::vector<std::string> errors_of(const std::string& flag) {
  const auto ranges = ServiceRanges::parse(flag);
  std::vector<std::string> texts;
  if (ranges) return texts;
  for (const Error& error : ranges.error()) texts.push_back(error.message);
  return texts;
}

TEST(AddressRange, CountsItsAddresses) {
  const auto range = AddressRange::parse("10.0.0.77/24");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->size(), 256U);
  EXPECT_EQ(range->at(1), "10.0.0.1");
  EXPECT_EQ(range->at(255), "10.0.0.255");
  EXPECT_TRUE(range->gives("10.0.0.200"));
  for (const char* no : {"10.0.0.0", "10.0.0.255", "10.0.1.1", "fd00::1", "x", ""}) {
    EXPECT_FALSE(range->gives(no)) << no;
  }
  const auto v6 = AddressRange::parse("fd00:1::/108");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->at(1), "fd00:1::1");
  EXPECT_EQ(v6->at(65536), "fd00:1::1:0");
  EXPECT_TRUE(v6->gives("fd00:1::f:ffff"));
  EXPECT_FALSE(v6->gives("fd00:1::10:0"));
  for (const char* no : {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "/24", "a/24", "fd00::/129"}) {
    EXPECT_FALSE(AddressRange::parse(no)) << no;
  }
}

TEST(ServiceRanges, AreRefusedInKubernetesWords) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(errors_of("10.0.0.0/24,fd00::/112"), Texts());
  EXPECT_EQ(errors_of("x"), Texts{"service-cluster-ip-range[0] is not a valid cidr"});
  EXPECT_EQ(errors_of("10.0.0.0/24,x"), Texts{"service-cluster-ip-range[1] is not an ip net"});
  EXPECT_EQ(errors_of("10.0.0.0/24,10.1.0.0/24"),
            Texts{"--service-cluster-ip-range[0] and --service-cluster-ip-range[1] must be of "
                  "different IP family"});
  EXPECT_EQ(errors_of("10.0.0.0/24,fd00::/112,10.1.0.0/24"),
            Texts{"--service-cluster-ip-range must not contain more than two entries"});
  EXPECT_EQ(errors_of("10.0.0.0/30").size(), 1U);
  EXPECT_EQ(errors_of("fd00::/48").size(), 1U);
}

class Services : public ::testing::Test {
 protected:
  static ApiOptions options(const std::string& ranges) {
    ApiOptions options{.store = nullptr,
                       .cluster = {.furnishing = Furnishing::Server, .root_ca = ""}};
    options.addresses = std::make_shared<ServiceAddresses>(*ServiceRanges::parse(ranges));
    return options;
  }
  static Answered make(World& world, const std::string& name, const std::string& more = "") {
    return world.ask({"POST",
                      "/api/v1/namespaces/default/services",
                      {},
                      R"({"metadata":{"name":")" + name + R"("},"spec":{"ports":[{"port":80}])" +
                          (more.empty() ? "" : "," + more) + "}}"});
  }
};

TEST_F(Services, GetAddressesOfTheRangeUntilItIsFull) {
  World world(options("10.3.0.0/29"));
  world.api().publish("127.0.0.1", 6443);
  EXPECT_EQ(Json::parse(world.ask({"GET", "/api/v1/namespaces/default/services/kubernetes"})
                            .body)["spec"]["clusterIP"],
            "10.3.0.1");
  std::set<std::string> addresses;
  for (int i = 0; i < 5; ++i) {
    const Answered made = make(world, "s" + std::to_string(i));
    ASSERT_EQ(made.status, 201) << made.body;
    addresses.insert(Json::parse(made.body)["spec"]["clusterIP"].get<std::string>());
  }
  EXPECT_EQ(addresses,
            (std::set<std::string>{"10.3.0.2", "10.3.0.3", "10.3.0.4", "10.3.0.5", "10.3.0.6"}));
  const Answered full = make(world, "more");
  EXPECT_EQ(full.status, 500);
  EXPECT_EQ(Json::parse(full.body)["message"],
            "Internal error occurred: failed to allocate a serviceIP for Service \"more\": range "
            "is full");
  // One that goes leaves its address behind.
  world.ask({"DELETE", "/api/v1/namespaces/default/services/s0"});
  EXPECT_EQ(make(world, "more").status, 201);
}

TEST_F(Services, MayChooseAFreeOne) {
  World world(options("10.3.0.0/24"));
  world.api().publish("127.0.0.1", 6443);
  const auto refusal = [&](const std::string& address) {
    const Answered made = make(world, "x", R"("clusterIP":")" + address + "\"");
    return made.status == 422 ? Json::parse(made.body)["message"].get<std::string>() : made.body;
  };
  EXPECT_EQ(make(world, "chosen", R"("clusterIP":"10.3.0.9")").status, 201);
  EXPECT_EQ(refusal("10.3.0.9"),
            "Service \"x\" is invalid: spec.clusterIPs: Invalid value: [\"10.3.0.9\"]: failed to "
            "allocate IP 10.3.0.9: provided IP is already allocated");
  EXPECT_EQ(refusal("10.3.0.1"),
            "Service \"x\" is invalid: spec.clusterIPs: Invalid value: [\"10.3.0.1\"]: failed to "
            "allocate IP 10.3.0.1: provided IP is already allocated");
  EXPECT_EQ(refusal("10.4.0.1"),
            "Service \"x\" is invalid: spec.clusterIPs: Invalid value: [\"10.4.0.1\"]: failed to "
            "allocate IP 10.4.0.1: the provided network does not match the current range");
  EXPECT_EQ(make(world, "headless", R"("clusterIP":"None")").status, 201);
}

TEST_F(Services, HaveAnAddressOfEachFamilyTheyWant) {
  World world(options("10.3.0.0/24,fd00::/112"));
  const Json both =
      Json::parse(make(world, "both", R"("ipFamilyPolicy":"PreferDualStack")").body)["spec"];
  EXPECT_EQ(both["ipFamilies"], Json({"IPv4", "IPv6"}));
  EXPECT_EQ(both["clusterIPs"].size(), 2U);
  EXPECT_EQ(both["clusterIPs"][0], both["clusterIP"]);
  EXPECT_TRUE(both["clusterIPs"][1].get<std::string>().starts_with("fd00::"));
  const Json six = Json::parse(make(world, "six", R"("ipFamilies":["IPv6"])").body)["spec"];
  EXPECT_TRUE(six["clusterIP"].get<std::string>().starts_with("fd00::"));
  EXPECT_EQ(six["clusterIPs"].size(), 1U);
}

TEST_F(Services, AreTakenAsTheyAreWithoutTheFlag) {
  World world;
  EXPECT_EQ(make(world, "a", R"("clusterIP":"172.20.0.1")").status, 201);
  EXPECT_EQ(make(world, "b", R"("clusterIP":"172.20.0.1")").status, 201);
}

}  // namespace
}  // namespace kaudit::apiserver::api
