#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/policy/input/named_resource.hpp"
#include "cli/policy/input/request_attributes.hpp"

namespace kaudit::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RequestAttributes read(const std::string& line) {
  auto request = read_request_line(line);
  EXPECT_TRUE(request) << line << ": " << (request ? "" : request.error().message);
  return request.value_or(RequestAttributes{});
}

TEST(RequestLine, DerivesWhatAServerWouldDerive) {
  const RequestAttributes request =
      read("GET /apis/apps/v1/namespaces/x/deployments/web/scale?watch=1 --as alice --group devs");
  EXPECT_TRUE(request.resource_request);
  EXPECT_EQ(request.verb, "get");
  EXPECT_EQ(request.api_group, "apps");
  EXPECT_EQ(request.api_version, "v1");
  EXPECT_EQ(request.resource, "deployments");
  EXPECT_EQ(request.subresource, "scale");
  EXPECT_EQ(request.ns, "x");
  EXPECT_EQ(request.name, "web");
  ASSERT_TRUE(request.user);
  EXPECT_EQ(request.user->username, "alice");
  EXPECT_THAT(request.user->groups, ElementsAre("devs", "system:authenticated"));
  EXPECT_EQ(read("/api/v1/namespaces/x/secrets?watch=1").verb, "watch");
  EXPECT_EQ(read("DELETE /api/v1/namespaces/x/pods").verb, "deletecollection");
  EXPECT_FALSE(read("/healthz").resource_request);
}

TEST(RequestLine, AddsTheGroupsThatAServerAdds) {
  EXPECT_THAT(read("/x --as system:anonymous").user->groups, ElementsAre("system:unauthenticated"));
  EXPECT_THAT(
      read("/x --as=system:serviceaccount:ns:name").user->groups,
      ElementsAre("system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"));
  EXPECT_THAT(read("/x --as a --group system:authenticated").user->groups,
              ElementsAre("system:authenticated"));
  EXPECT_FALSE(read("/x --unauthenticated").user);
}

TEST(RequestLine, TakesWordsInQuotes) {
  EXPECT_EQ(read("GET '/api/v1/pods' --as \"a b\"").user->username, "a b");
  EXPECT_EQ(read("GET /api/v1/pods --as ''").user->username, "");
}

TEST(RequestLine, SaysWhatIsWrong) {
  const auto error = [](const std::string& line) {
    const auto request = read_request_line(line);
    return request ? std::string("none") : request.error().message;
  };
  EXPECT_THAT(error(""), HasSubstr("is not a request"));
  EXPECT_THAT(error("GET api/v1"), HasSubstr("METHOD PATH"));
  EXPECT_THAT(error("GET /x /y"), HasSubstr("is not a request"));
  EXPECT_THAT(error("/x --as"), HasSubstr("--as needs a value"));
  EXPECT_THAT(error("/x --who me"), HasSubstr("unknown option --who"));
  EXPECT_THAT(error("/x --as 'a"), HasSubstr("not closed"));
  EXPECT_THAT(error("/x --as a --unauthenticated"), HasSubstr("neither"));
  EXPECT_THAT(error("GET /api/v1/watch"), HasSubstr("500"));
  EXPECT_THAT(error("GET /%zz"), HasSubstr("400"));
}

std::string error_of(const std::string& line) {
  const auto request = read_request_line(line);
  return request ? std::string("none") : request.error().message;
}

TEST(RequestLine, TakesRealMethodsOnly) {
  EXPECT_EQ(read("get /api/v1/pods").verb, "list") << "the same letters are the same method";
  EXPECT_THAT(error_of("GETT /api/v1/pods"), HasSubstr("did you mean GET?"));
  EXPECT_THAT(error_of("PSOT /api/v1/pods"), HasSubstr("did you mean POST?"));
  EXPECT_THAT(error_of("XYZZY /x"), HasSubstr("there are GET, POST, PUT"));
  EXPECT_THAT(error_of("list /api/v1/pods"), HasSubstr("write GET /api/v1/pods"));
  EXPECT_THAT(error_of("watch /api/v1/pods?x=1"), HasSubstr("GET /api/v1/pods?x=1&watch=1"));
  EXPECT_THAT(error_of("GET pods"), HasSubstr("did you mean get pods?"));
}

TEST(RequestLine, TakesAWholeUrl) {
  for (const std::string url :
       {"https://10.0.0.1:6443", "http://localhost", "https://user@[::1]:8443"}) {
    EXPECT_EQ(read("GET " + url + "/api/v1/namespaces/x/pods?watch=1#part").verb, "watch");
    EXPECT_EQ(read(url).path, "/");
  }
}

TEST(RequestLine, TakesACurlLine) {
  EXPECT_EQ(read("curl -sSk https://h:6443/api/v1/pods").verb, "list");
  EXPECT_EQ(read("$ curl -XDELETE -H 'A: b' $SERVER/api/v1/namespaces/x/pods/p").verb, "delete");
  EXPECT_EQ(read("curl --cacert ca -d @pod.json h:6443/api/v1/namespaces/x/pods").verb, "create");
  EXPECT_EQ(read("curl -G -d watch=1 https://h/api/v1/pods --as eve").verb, "watch");
  EXPECT_EQ(read("curl -I https://h/healthz").verb, "head");
  EXPECT_EQ(read("curl --request PATCH https://h/api/v1/nodes/n").verb, "patch");
  EXPECT_THAT(error_of("curl -k"), HasSubstr("needs a URL"));
}

TEST(RequestLine, TakesVerbsOfKubernetes) {
  const RequestAttributes listed = read("list pods -n x --as eve");
  EXPECT_EQ(in_words(listed), "list pods of the core group, namespace x");
  EXPECT_EQ(listed.user->username, "eve");
  EXPECT_EQ(in_words(read("get deploy web")),
            "get deployments of apps, name web, namespace default");
  EXPECT_EQ(in_words(read("watch secrets -A")), "watch secrets of the core group");
  EXPECT_EQ(in_words(read("get pods/web/log -n x")),
            "get pods/log of the core group, name web, namespace x");
  EXPECT_EQ(in_words(read("create pods/exec web")),
            "create pods/exec of the core group, name web, namespace default");
  EXPECT_EQ(in_words(read("create widgets.example.com w -n x")),
            "create widgets of example.com, namespace x");
  EXPECT_EQ(in_words(read("delete node n1")), "delete nodes of the core group, name n1");
  EXPECT_THAT(error_of("list pdos"), HasSubstr("did you mean pods?"));
  EXPECT_THAT(error_of("get deployments.app x"), HasSubstr("no resource"));
  EXPECT_THAT(error_of("delete pods"), HasSubstr("deletecollection pods"));
  EXPECT_THAT(error_of("list pods web"), HasSubstr("get pods web"));
}

TEST(RequestLine, TakesAKubectlLine) {
  EXPECT_EQ(in_words(read("kubectl -n x get po -o yaml")),
            "list pods of the core group, namespace x");
  EXPECT_EQ(in_words(read("kubectl get pods -w")),
            "watch pods of the core group, namespace default");
  EXPECT_EQ(in_words(read("kubectl exec -it web -n x -- sh -c 'ls --as me'")),
            "get pods/exec of the core group, name web, namespace x");
  EXPECT_EQ(in_words(read("kubectl logs -f -p web --tail 5")),
            "get pods/log of the core group, name web, namespace default");
  EXPECT_EQ(in_words(read("kubectl label pod web tier=front")),
            "patch pods of the core group, name web, namespace default");
  EXPECT_EQ(in_words(read("kubectl scale deploy web --replicas=2")),
            "patch deployments/scale of apps, name web, namespace default");
  EXPECT_EQ(in_words(read("kubectl create secret generic s")),
            "create secrets of the core group, namespace default");
  EXPECT_EQ(read("kubectl get --raw /healthz").path, "/healthz");
  EXPECT_THAT(error_of("kubectl apply -f x.yaml"), HasSubstr("PATCH /api/v1"));
  EXPECT_THAT(error_of("kubectl drain n1"), HasSubstr("METHOD PATH"));
}

TEST(Doubts, AreAboutNamesThatKubernetesDoesNotHave) {
  const auto doubt = [](const std::string& line) {
    const auto doubts = doubts_of(read(line));
    return doubts.empty() ? std::string() : doubts.front();
  };
  EXPECT_EQ(doubt("/api/v1/namespaces/x/pods"), "");
  EXPECT_EQ(doubt("/apis/example.com/v1/widgets"), "") << "a custom resource";
  EXPECT_EQ(doubt("/healthz"), "");
  EXPECT_EQ(doubt("/api/v1/pod"), "the core group has no resource \"pod\": did you mean \"pods\"?");
  EXPECT_THAT(doubt("/api/v1/namespace/pods"), HasSubstr("\"namespaces\""));
  EXPECT_EQ(doubt("/api/v1/deployments"),
            "the core group has no resource \"deployments\": it is of the group apps");
  EXPECT_THAT(doubt("/apis/app/v1/deployments"), HasSubstr("\"apps\""));
  EXPECT_THAT(doubt("/api/v1/namespaces/x/pods/web/logs"), HasSubstr("\"log\""));
}

TEST(RequestWords, AreForPeople) {
  EXPECT_EQ(in_words(read("/api/v1/namespaces/x/pods/web/log")),
            "get pods/log of the core group, name web, namespace x");
  EXPECT_EQ(in_words(read("/apis/apps/v1/deployments")), "list deployments of apps");
  EXPECT_EQ(in_words(read("POST /healthz")), "post /healthz");
}

}  // namespace
}  // namespace kaudit::cli
