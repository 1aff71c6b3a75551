#include <string>
#include <tuple>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/read/scheme_name_port.hpp"
#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::World;

TEST(SchemeNamePort, SplitsAtColons) {
  const std::tuple<const char*, const char*, const char*, const char*> cases[] = {
      {"a", "", "a", ""},
      {"a:", "", "a", ""},
      {"a:80", "", "a", "80"},
      {"a:web", "", "a", "web"},
      {":a:", "", "a", ""},
      {"http:a:80", "http", "a", "80"},
      {"https:a:", "https", "a", ""},
  };
  for (const auto& [text, scheme, name, port] : cases) {
    const auto parsed = SchemeNamePort::parse(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->scheme, scheme) << text;
    EXPECT_EQ(parsed->name, name) << text;
    EXPECT_EQ(parsed->port, port) << text;
  }
  for (const char* text : {"", ":80", "https::80", "ftp:a:80", "HTTP:a:80", "a:b:c:d", ":::"}) {
    EXPECT_FALSE(SchemeNamePort::parse(text)) << text;
  }
}

class ProxyTest : public ::testing::Test {
 protected:
  Answered send(const std::string& method, const std::string& target, const std::string& body = "",
                http::Header header = {"Content-Type", "application/json"}) {
    return world.ask(
        {method, target, {{std::string(header.name), std::string(header.value)}}, body});
  }
  std::string told(const std::string& target, const std::string& method = "GET") {
    const Answered answered = send(method, target);
    return std::to_string(answered.status) + " " +
           Json::parse(answered.body)["message"].get<std::string>();
  }
  void make_pod(const std::string& name, const std::string& ip) {
    ASSERT_EQ(send("POST", kPods,
                   R"({"metadata":{"name":")" + name +
                       R"("},"spec":{"containers":[{"name":"c","image":"i",)"
                       R"("ports":[{"containerPort":8080}]}]}})")
                  .status,
              201);
    if (ip.empty()) return;
    ASSERT_EQ(
        world
            .ask({"PATCH",
                  kPods + "/" + name + "/status",
                  {{"Content-Type", "application/merge-patch+json"}},
                  R"({"status":{"podIP":")" + ip + R"(","podIPs":[{"ip":")" + ip + R"("}]}})"})
            .status,
        200);
  }

  const std::string kNamespace = "/api/v1/namespaces/default";
  const std::string kPods = kNamespace + "/pods";
  const std::string kServices = kNamespace + "/services";
  const std::string kRefused = "503 error trying to reach service: dial tcp ";
  World world;
};

TEST_F(ProxyTest, FindsThePodBehindItsSchemeAndPort) {
  make_pod("web", "10.1.2.3");
  EXPECT_EQ(told(kPods + "/web/proxy/"), kRefused + "10.1.2.3:8080: connect: connection refused");
  EXPECT_EQ(told(kPods + "/web:80/proxy/a/b", "POST"),
            kRefused + "10.1.2.3:80: connect: connection refused");
  EXPECT_EQ(told(kPods + "/https:web:443/proxy/", "OPTIONS"),
            kRefused + "10.1.2.3:443: connect: connection refused");
  EXPECT_EQ(told(kPods + "/web:none/proxy/"),
            kRefused.substr(0, kRefused.size() - 1) + ": lookup tcp/none: unknown port");
  EXPECT_EQ(told(kPods + "/nope:80/proxy/"), "404 pods \"nope\" not found");
  EXPECT_EQ(told(kPods + "/ftp:web:80/proxy/"), "400 invalid pod request \"ftp:web:80\"");
  EXPECT_EQ(told(kPods + "/web/proxy/?dryRun=All"), "400 dryRun is not supported");
  EXPECT_EQ(send("BREW", kPods + "/web/proxy/").status, 405);
}

TEST_F(ProxyTest, GoesToNoAddressOfTheServersOwn) {
  make_pod("young", "");
  make_pod("local", "127.0.0.1");
  make_pod("six", "2001:db8::1");
  EXPECT_EQ(told(kPods + "/young/proxy/"), "400 address not allowed");
  EXPECT_EQ(told(kPods + "/local/proxy/"), "400 address not allowed");
  EXPECT_EQ(told(kPods + "/six/proxy/"),
            kRefused + "[2001:db8::1]:8080: connect: connection refused");
}

TEST_F(ProxyTest, RecordsTheWholeStatusOfTheRefusal) {
  make_pod("web", "10.1.2.3");
  const Answered answered = send("GET", kPods + "/web:80/proxy/x");
  EXPECT_EQ(answered.event->response_status->reason, "ServiceUnavailable");
  EXPECT_EQ(answered.event->response_status->code, 503);
  EXPECT_FALSE(answered.event->response_object.empty());
}

TEST_F(ProxyTest, SendsAnEmptyPathOnToItsSlash) {
  make_pod("web", "10.1.2.3");
  const Answered answered = send("GET", kPods + "/web/proxy?a=1");
  EXPECT_EQ(answered.status, 301);
  EXPECT_EQ(answered.headers.first("Location"), kPods + "/web/proxy/?a=1");
  EXPECT_TRUE(answered.event->response_object.empty());
  EXPECT_EQ(send("POST", kPods + "/web/proxy").status, 503);
}

TEST_F(ProxyTest, AnswersAnUpgradeAsTheDiallerDoes) {
  make_pod("web", "10.1.2.3");
  const Answered answered = send("GET", kPods + "/web/proxy/", "", {"Connection", "Upgrade"});
  EXPECT_EQ(answered.status, 500);
  EXPECT_EQ(Json::parse(answered.body)["message"],
            "dial tcp 10.1.2.3:8080: connect: connection refused");
}

TEST_F(ProxyTest, FindsAServiceByItsEndpoints) {
  make_pod("web", "10.1.2.3");
  EXPECT_EQ(told(kServices + "/shop/proxy/"), "503 no endpoints available for service \"shop\"");
  EXPECT_EQ(told(kServices + "/shop:80/proxy/"), "404 services \"shop\" not found");
  ASSERT_EQ(send("POST", kServices,
                 R"({"metadata":{"name":"shop"},"spec":{"ports":[{"name":"http","port":80}]}})")
                .status,
            201);
  EXPECT_EQ(told(kServices + "/shop:80/proxy/"), "503 no endpoints available for service \"shop\"");
  EXPECT_EQ(told(kServices + "/shop:81/proxy/"),
            "503 no service port 81 found for service \"shop\"");
  EXPECT_EQ(told(kServices + "/a:b:c:d/proxy/"), "400 invalid service request \"a:b:c:d\"");
  const std::string slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
  ASSERT_EQ(send("POST", slices, R"({"metadata":{"name":"shop-1",
    "labels":{"kubernetes.io/service-name":"shop"}},"addressType":"IPv4",
    "ports":[{"name":"http","port":8080}],"endpoints":[
    {"addresses":["10.9.9.9"]},
    {"addresses":["10.1.2.3"],"conditions":{"ready":true},
     "targetRef":{"kind":"Pod","namespace":"default","name":"web"}}]})")
                .status,
            201);
  EXPECT_EQ(told(kServices + "/shop:80/proxy/"),
            kRefused + "10.1.2.3:8080: connect: connection refused");
  EXPECT_EQ(told(kServices + "/https:shop:http/proxy/"),
            kRefused + "10.1.2.3:8080: connect: connection refused");
  EXPECT_EQ(told(kServices + "/shop:other/proxy/"),
            "503 no endpoints available for service \"shop\"");
}

TEST_F(ProxyTest, FindsAKubeletByTheNodesAddresses) {
  const std::string nodes = "/api/v1/nodes";
  ASSERT_EQ(send("POST", nodes, R"({"metadata":{"name":"n"}})").status, 201);
  EXPECT_EQ(told(nodes + "/n/proxy/metrics"),
            "500 no preferred addresses found; known addresses: []");
  ASSERT_EQ(world
                .ask({"PATCH",
                      nodes + "/n/status",
                      {{"Content-Type", "application/merge-patch+json"}},
                      R"({"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.7"}]}})"})
                .status,
            200);
  EXPECT_EQ(told(nodes + "/n/proxy/metrics"),
            kRefused + "10.0.0.7:10250: connect: connection refused");
  EXPECT_EQ(told(nodes + "/n:9100/proxy/metrics"),
            kRefused + "10.0.0.7:9100: connect: connection refused");
  EXPECT_EQ(told(nodes + "/gone:9100/proxy/metrics"), "404 nodes \"gone\" not found");
}

}  // namespace
}  // namespace kaudit::apiserver::api
