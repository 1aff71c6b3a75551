#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "apiserver/api/testing/world.hpp"
#include "apiserver/authz/authorizer.hpp"

namespace kaudit::apiserver::api {
namespace {

using testing::Answered;
using testing::Asked;
using testing::World;

const std::string kPods = "/api/v1/namespaces/default/pods";

const std::vector<std::pair<std::string, std::string>> kWebSocket = {
    {"Connection", "Upgrade"},
    {"Upgrade", "websocket"},
    {"Sec-WebSocket-Version", "13"},
    {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
    {"Sec-WebSocket-Protocol", "v5.channel.k8s.io"}};
const std::vector<std::pair<std::string, std::string>> kSpdy = {{"Connection", "Upgrade"},
                                                                {"Upgrade", "SPDY/3.1"}};

std::string pod(const std::string& name, const std::string& containers,
                const std::string& annotations = "{}") {
  return R"({"metadata":{"name":")" + name + R"(","annotations":)" + annotations +
         R"(},"spec":{"containers":)" + containers + "}}";
}

const std::string kOne = R"([{"name":"c","image":"i","env":[{"name":"A","value":"b"}]}])";
const std::string kTwo = R"([{"name":"a","image":"i"},{"name":"b","image":"i"}])";

void make(World& world, const std::string& body) {
  const Answered made = world.ask({"POST", kPods, {}, body});
  ASSERT_EQ(made.status, 201) << made.body;
}

TEST(ConnectTest, TheEventHasTheCommandAndNothingOfTheStreams) {
  World world;
  make(world, pod("p", kOne));
  const Answered exec =
      world.ask({"GET", kPods + "/p/exec?command=printenv&command=A&stdout=1", kWebSocket});
  EXPECT_TRUE(exec.finished);
  EXPECT_NE(exec.body.find("b\n"), std::string::npos);
  EXPECT_NE(exec.body.find(R"({"metadata":{},"status":"Success"})"), std::string::npos);
  EXPECT_EQ(exec.event->response_status->code, 101);
  EXPECT_TRUE(exec.event->response_object.empty());
  EXPECT_EQ(exec.event->request_uri, kPods + "/p/exec?command=printenv&command=A&stdout=1");
}

TEST(ConnectTest, RefusesWhatNamesNoContainer) {
  World world;
  make(world, pod("two", kTwo));
  const auto message = [&](const std::string& query) {
    const Answered exec = world.ask({"GET", kPods + "/two/" + query, kWebSocket});
    EXPECT_EQ(exec.status, 400) << exec.body;
    EXPECT_EQ(exec.event->response_status->reason, "BadRequest");
    return exec.event->response_status->message;
  };
  EXPECT_EQ(message("exec?command=ls&stdout=1"),
            "a container name must be specified for pod two, choose one of: [a b]");
  EXPECT_EQ(message("attach?container=x&stdout=1"), "container x is not valid for pod two");
  EXPECT_EQ(world.ask({"GET", kPods + "/nope/exec?command=ls", kWebSocket}).status, 404);
  EXPECT_EQ(world.ask({"POST", kPods + "/two/portforward"}).event->response_status->message,
            "Upgrade request required");
}

class NoCreate final : public authz::Authorizer {
 public:
  authz::Authorization authorize(const audit::Attributes& attributes) const override {
    using Decision = authz::Authorization::Decision;
    EXPECT_EQ(attributes.verb, "create");
    EXPECT_EQ(attributes.resource, "pods");
    EXPECT_NE(attributes.subresource, "");
    return {attributes.name == "mine" ? Decision::Allow : Decision::NoOpinion, "not yours"};
  }
};

TEST(ConnectTest, AGetNeedsThePermissionToCreateAsWell) {
  World world(ApiOptions{.store = nullptr, .authorizer = std::make_shared<NoCreate>()});
  make(world, pod("p", kOne));
  make(world, pod("mine", kOne));
  for (const std::string subresource :
       {"exec?command=ls&stdout=1", "attach?stdout=1", "portforward"}) {
    const Answered refused = world.ask({"GET", kPods + "/p/" + subresource, kWebSocket});
    EXPECT_EQ(refused.status, 403) << subresource;
    EXPECT_EQ(refused.event->response_status->message, "pods \"p\" is forbidden: not yours");
  }
  EXPECT_EQ(world.ask({"GET", kPods + "/mine/exec?command=ls&stdout=1", kWebSocket})
                .event->response_status->code,
            101);
  // A POST has been asked for `create` by the chain.
  const auto leave = [](RequestScope& scope) {
    scope.cancellation.cancel(Cancellation::Reason::ClientGone);
  };
  EXPECT_EQ(world.ask({"POST", kPods + "/p/exec?command=ls&stdout=1", kSpdy}, leave)
                .event->response_status->code,
            101);
}

TEST(ConnectTest, WithoutTheFeatureGateAGetNeedsNoMoreThanItsVerb) {
  World world(ApiOptions{.store = nullptr,
                         .authorizer = std::make_shared<NoCreate>(),
                         .connect_check = ConnectCheck::Verb});
  make(world, pod("p", kOne));
  EXPECT_EQ(world.ask({"GET", kPods + "/p/exec?command=ls&stdout=1", kWebSocket})
                .event->response_status->code,
            101);
}

TEST(ConnectTest, ABadAnnotationIsRefusedWithItsPlace) {
  World world;
  make(world,
       pod("p", kOne,
           R"({"kaudit.io/exec":"{\"commands\":1}","kaudit.io/port-forward":"10.0.0.1:80"})"));
  const auto message = [&](const std::string& subresource) {
    const Answered refused = world.ask({"GET", kPods + "/p/" + subresource, kWebSocket});
    EXPECT_EQ(refused.status, 400);
    return refused.event->response_status->message;
  };
  EXPECT_EQ(message("exec?command=ls&stdout=1"),
            "the annotation kaudit.io/exec of pod p: commands: must be a list");
  EXPECT_EQ(message("portforward"),
            "the annotation kaudit.io/port-forward of pod p: \"10.0.0.1:80\" is not a loopback "
            "address; only 127.0.0.0/8 and [::1] are");
}

TEST(ConnectTest, TheFilesOfAPodGoWithIt) {
  const auto files = std::make_shared<streaming::process::PodFiles>();
  World world(ApiOptions{.store = nullptr, .pod_files = files});
  make(world, pod("p", kOne));
  world.ask({"GET", kPods + "/p/exec?command=touch&command=/tmp/x&stdout=1", kWebSocket});
  EXPECT_GT(files->held(), 0U);
  world.ask({"DELETE", kPods + "/p?gracePeriodSeconds=0"});
  EXPECT_EQ(files->held(), 0U);
}

TEST(ConnectTest, LogLinesAreThoseOfTheAnnotation) {
  World world;
  make(world, pod("p", kTwo, R"({"kaudit.io/logs":"one\ntwo\n","kaudit.io/logs.b":"of b"})"));
  EXPECT_EQ(world.ask({"GET", kPods + "/p/log?container=a"}).body, "one\ntwo\n");
  EXPECT_EQ(world.ask({"GET", kPods + "/p/log?container=a&tailLines=1"}).body, "two\n");
  EXPECT_EQ(world.ask({"GET", kPods + "/p/log?container=b"}).body, "of b\n");
}

}  // namespace
}  // namespace kaudit::apiserver::api
