#include "apiserver/objects/defaults/defaults.hpp"

#include <string>

#include <gtest/gtest.h>

#include "apiserver/objects/codec/codec.hpp"

namespace kaudit::apiserver::objects {
namespace {

std::string with_defaults(TypeMeta type, std::string_view body) {
  const auto object = decode_object(type, body, BodyFormat::Json);
  return object ? object->object.dump() : "error: " + object.error().message;
}

TEST(Defaults, OfAPodAreThoseOfARealServer) {
  EXPECT_EQ(
      with_defaults({"v1", "Pod"}, R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c",)"
                                   R"("image":"busybox:1.36"}]}})"),
      R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"p"},"spec":{"containers":[{)"
      R"("name":"c","image":"busybox:1.36","resources":{},)"
      R"("terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",)"
      R"("imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always",)"
      R"("terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","securityContext":{},)"
      R"("schedulerName":"default-scheduler","enableServiceLinks":true},"status":{}})");
}

TEST(Defaults, OfATemplateAreNotAllThoseOfAPod) {
  const std::string deployment =
      with_defaults({"apps/v1", "Deployment"},
                    R"({"spec":{"template":{"spec":{"hostNetwork":true,"containers":[{"name":"c",)"
                    R"("resources":{"limits":{"cpu":"1"}},"ports":[{"containerPort":80}]}]}}}})");
  EXPECT_EQ(deployment.find("enableServiceLinks"), std::string::npos) << deployment;
  EXPECT_EQ(deployment.find("requests"), std::string::npos) << deployment;
  EXPECT_NE(deployment.find(R"("ports":[{"containerPort":80,"protocol":"TCP"}])"),
            std::string::npos)
      << deployment;
  EXPECT_NE(deployment.find(R"("strategy":{"type":"RollingUpdate","rollingUpdate":{)"
                            R"("maxUnavailable":"25%","maxSurge":"25%"}},)"
                            R"("revisionHistoryLimit":10,"progressDeadlineSeconds":600})"),
            std::string::npos)
      << deployment;
}

TEST(Defaults, CopyWhatAPodImplies) {
  const std::string pod = with_defaults(
      {"v1", "Pod"},
      R"({"spec":{"hostNetwork":true,"serviceAccount":"old","volumes":[{"name":"v"},{"name":"s",)"
      R"("secret":{}}],"containers":[{"name":"c","image":"a:5000/b","resources":{"limits":{)"
      R"("cpu":"0.5","memory":"1Gi"},"requests":{"cpu":"100m"}},"ports":[{"containerPort":80}]}]}})");
  for (const auto* part :
       {R"("requests":{"cpu":"100m","memory":"1Gi"})",
        R"("ports":[{"hostPort":80,"containerPort":80,"protocol":"TCP"}])",
        R"("serviceAccountName":"old","serviceAccount":"old")", R"({"name":"v","emptyDir":{}})",
        R"({"name":"s","secret":{"defaultMode":420}})", R"("imagePullPolicy":"Always")"}) {
    EXPECT_NE(pod.find(part), std::string::npos) << part << "\nin " << pod;
  }
}

TEST(Defaults, OfAServiceDependOnItsType) {
  EXPECT_EQ(with_defaults({"v1", "Service"}, R"({"spec":{"ports":[{"port":80}]}})"),
            R"({"kind":"Service","apiVersion":"v1","metadata":{},"spec":{"ports":[{)"
            R"("protocol":"TCP","port":80,"targetPort":80}],"type":"ClusterIP",)"
            R"("sessionAffinity":"None","internalTrafficPolicy":"Cluster"},)"
            R"("status":{"loadBalancer":{}}})");
  EXPECT_EQ(with_defaults({"v1", "Service"},
                          R"({"spec":{"type":"LoadBalancer","sessionAffinity":"ClientIP"}})"),
            R"({"kind":"Service","apiVersion":"v1","metadata":{},"spec":{"type":"LoadBalancer",)"
            R"("sessionAffinity":"ClientIP","externalTrafficPolicy":"Cluster",)"
            R"("sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}},)"
            R"("allocateLoadBalancerNodePorts":true,"internalTrafficPolicy":"Cluster"},)"
            R"("status":{"loadBalancer":{}}})");
  EXPECT_EQ(
      with_defaults({"v1", "Service"}, R"({"spec":{"sessionAffinityConfig":{"clientIP":{}}}})")
          .find("sessionAffinityConfig"),
      std::string::npos);
}

TEST(Defaults, OfAJobLookAtWhatItSays) {
  const auto spec_of = [](std::string_view spec) {
    const std::string job =
        with_defaults({"batch/v1", "Job"}, "{\"spec\":" + std::string(spec) + "}");
    const auto start = job.find("\"spec\":");
    return job.substr(start, job.find(",\"template\"") - start);
  };
  EXPECT_EQ(spec_of("{}"), R"("spec":{"parallelism":1,"completions":1,"backoffLimit":6)");
  EXPECT_EQ(spec_of(R"({"parallelism":3})"), R"("spec":{"parallelism":3,"backoffLimit":6)");
  EXPECT_EQ(spec_of(R"({"backoffLimitPerIndex":1})"),
            R"("spec":{"parallelism":1,"completions":1,"backoffLimit":2147483647,)"
            R"("backoffLimitPerIndex":1)");
}

TEST(Defaults, OfAnAutoscalerCompleteABehaviorThatIsThere) {
  const auto behavior_of = [](std::string_view spec) {
    const std::string autoscaler =
        with_defaults({"autoscaling/v2", "HorizontalPodAutoscaler"},
                      "{\"spec\":{\"maxReplicas\":3" + std::string(spec) + "}}");
    const auto start = autoscaler.find("\"behavior\":");
    if (start == std::string::npos) return std::string();
    return autoscaler.substr(start, autoscaler.find("},\"status\"") - start);
  };
  const std::string up =
      R"({"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Pods","value":4,)"
      R"("periodSeconds":15},{"type":"Percent","value":100,"periodSeconds":15}]})";
  EXPECT_EQ(behavior_of(""), "");
  EXPECT_EQ(behavior_of(R"(,"behavior":{})"),
            R"("behavior":{"scaleUp":)" + up +
                R"(,"scaleDown":{"selectPolicy":"Max","policies":[{"type":"Percent","value":100,)"
                R"("periodSeconds":15}]}})");
  EXPECT_EQ(
      behavior_of(R"(,"behavior":{"scaleDown":{"stabilizationWindowSeconds":9,"selectPolicy":)"
                  R"("Min","policies":[{"type":"Pods","value":1,"periodSeconds":2}]}})"),
      R"("behavior":{"scaleUp":)" + up +
          R"(,"scaleDown":{"stabilizationWindowSeconds":9,"selectPolicy":"Min","policies":)"
          R"([{"type":"Pods","value":1,"periodSeconds":2}]}})");
}

TEST(Defaults, OfACustomResourceDefinitionNameWhatItLeavesOut) {
  const std::string crd = with_defaults(
      {"apiextensions.k8s.io/v1", "CustomResourceDefinition"},
      R"({"spec":{"names":{"plural":"foos","kind":"FooBar"},"versions":[{"name":"v1",)"
      R"("storage":true,"served":true}]}})");
  for (const auto* part : {R"("singular":"foobar")", R"("listKind":"FooBarList")",
                           R"("storedVersions":["v1"])", R"("conversion":{"strategy":"None"})"}) {
    EXPECT_NE(crd.find(part), std::string::npos) << part << "\nin " << crd;
  }
}

}  // namespace
}  // namespace kaudit::apiserver::objects
