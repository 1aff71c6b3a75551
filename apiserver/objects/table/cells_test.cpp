#include <string>

#include <gtest/gtest.h>

#include "apiserver/objects/table/cell_text.hpp"
#include "apiserver/objects/table/columns.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::objects::table {
namespace {

constexpr Timestamp kNow{1'767'323'045, 0};  // 2026-01-02T03:04:05Z

/// The cells of an object, as JSON text, by column.
Json cells(const char* group, const char* resource, const std::string& object,
           const char* version = "v1") {
  const objects::Resource* found = objects::find_resource(group, version, resource);
  EXPECT_NE(found, nullptr);
  const auto json = Json::parse(object);
  EXPECT_TRUE(json) << object;
  const auto columns = columns_of(*found);
  const Json::Array made = cells_of(columns, {*json, kNow});
  Json all{Json::Object()};
  for (std::size_t i = 0; i < columns.size(); ++i) all.set(columns[i].name, made[i]);
  return all;
}

std::string cell(const Json& all, const char* column) {
  const Json* value = all.find(column);
  return value == nullptr ? "(no such column)" : value->dump();
}

TEST(HumanDuration, ShowsTwoUnitsWhereTheFirstIsSmall) {
  constexpr std::int64_t kDay = 86'400;
  EXPECT_EQ(human_duration(-2), "<invalid>");
  EXPECT_EQ(human_duration(-1), "0s");
  EXPECT_EQ(human_duration(0), "0s");
  EXPECT_EQ(human_duration(119), "119s");
  EXPECT_EQ(human_duration(120), "2m");
  EXPECT_EQ(human_duration(599), "9m59s");
  EXPECT_EQ(human_duration(600), "10m");
  EXPECT_EQ(human_duration(10'799), "179m");
  EXPECT_EQ(human_duration(10'800), "3h");
  EXPECT_EQ(human_duration(10'860), "3h1m");
  EXPECT_EQ(human_duration(8 * 3600), "8h");
  EXPECT_EQ(human_duration(2 * kDay - 1), "47h");
  EXPECT_EQ(human_duration(2 * kDay + 3600), "2d1h");
  EXPECT_EQ(human_duration(8 * kDay), "8d");
  EXPECT_EQ(human_duration(2 * 365 * kDay - 1), "729d");
  EXPECT_EQ(human_duration(2 * 365 * kDay + kDay), "2y1d");
  EXPECT_EQ(human_duration(8 * 365 * kDay), "8y");
}

TEST(Paths, ReachIntoListsAndStopWhereNothingIs) {
  const Json object =
      *Json::parse(R"({"a":[{"t":"x","v":"1"},{"t":"y","v":"2"}],"l":["p","q"],"n":null})");
  EXPECT_EQ(text_at(object, ".a[1].v"), "2");
  EXPECT_EQ(text_at(object, ".a[t=y].v"), "2");
  EXPECT_EQ(at(object, ".a[t=z].v"), nullptr);
  EXPECT_EQ(at(object, ".a[9]"), nullptr);
  EXPECT_EQ(at(object, ".nothing.there"), nullptr);
  EXPECT_EQ(joined(texts_at(object, ".l"), ","), "p,q");
  EXPECT_EQ(joined(texts_at(object, ".a[*].v"), ","), "1,2");
  EXPECT_FALSE(has(object, ".n"));
}

TEST(Columns, ExistForEveryResource) {
  for (const objects::Resource& resource : objects::all_resources()) {
    const auto columns = columns_of(resource);
    ASSERT_GE(columns.size(), 2U) << resource.qualified_name;
    const Json empty{Json::Object()};
    EXPECT_EQ(cells_of(columns, {empty, kNow}).size(), columns.size());
  }
}

TEST(PodCells, OfARunningPod) {
  const Json all = cells("", "pods", R"({"metadata":{"name":"web",
      "creationTimestamp":"2026-01-02T03:00:00Z"},
      "spec":{"nodeName":"n1","containers":[{"name":"a"},{"name":"b"}],"readinessGates":[{"conditionType":"x"}]},
      "status":{"phase":"Running","podIPs":[{"ip":"10.0.0.7"}],
      "conditions":[{"type":"Ready","status":"True"}],"containerStatuses":[
      {"name":"a","ready":true,"restartCount":2,"state":{"running":{}},
       "lastState":{"terminated":{"finishedAt":"2026-01-02T03:03:05Z"}}},
      {"name":"b","ready":false,"restartCount":1,"state":{"running":{}}}]}})");
  EXPECT_EQ(cell(all, "Name"), R"("web")");
  EXPECT_EQ(cell(all, "Ready"), R"("1/2")");
  EXPECT_EQ(cell(all, "Status"), R"("Running")");
  EXPECT_EQ(cell(all, "Restarts"), "\"3 (60s ago)\"");
  EXPECT_EQ(cell(all, "Age"), R"("4m5s")");
  EXPECT_EQ(cell(all, "IP"), R"("10.0.0.7")");
  EXPECT_EQ(cell(all, "Node"), R"("n1")");
  EXPECT_EQ(cell(all, "Nominated Node"), R"("\u003cnone\u003e")");
  EXPECT_EQ(cell(all, "Readiness Gates"), R"("0/1")");
}

std::string pod_status(const std::string& spec, const std::string& status,
                       const std::string& metadata = "") {
  return cell(cells("", "pods",
                    R"({"metadata":{"name":"p")" + metadata + R"(},"spec":{)" + spec +
                        R"(},"status":{)" + status + "}}"),
              "Status");
}

TEST(PodCells, SayTheReasonThatMattersMost) {
  EXPECT_EQ(pod_status("", R"("phase":"Pending")"), R"("Pending")");
  EXPECT_EQ(pod_status("", R"("phase":"Failed","reason":"Evicted")"), R"("Evicted")");
  EXPECT_EQ(
      pod_status(
          "",
          R"("phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"ImagePullBackOff"}}}])"),
      R"("ImagePullBackOff")");
  EXPECT_EQ(
      pod_status(
          "", R"("phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":3}}}])"),
      R"("ExitCode:3")");
  EXPECT_EQ(
      pod_status("",
                 R"("phase":"Failed","containerStatuses":[{"state":{"terminated":{"signal":9}}}])"),
      R"("Signal:9")");
  EXPECT_EQ(
      pod_status(
          R"("initContainers":[{"name":"i"},{"name":"j"}])",
          R"("phase":"Pending","initContainerStatuses":[{"name":"i","state":{"terminated":{"exitCode":0}}},{"name":"j","state":{"running":{}}}])"),
      R"("Init:1/2")");
  EXPECT_EQ(
      pod_status(
          R"("initContainers":[{"name":"i"}])",
          R"("phase":"Pending","initContainerStatuses":[{"name":"i","state":{"terminated":{"exitCode":1,"reason":"Error"}}}])"),
      R"("Init:Error")");
  EXPECT_EQ(
      pod_status(
          "",
          R"("phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"SchedulingGated"}])"),
      R"("SchedulingGated")");
  EXPECT_EQ(
      pod_status("", R"("phase":"Running")", R"(,"deletionTimestamp":"2026-01-02T03:04:05Z")"),
      R"("Terminating")");
}

TEST(Cells, KeepNumbersWhereTheServerDoes) {
  const Json deployment =
      cells("apps", "deployments", R"({"metadata":{"name":"d"},"spec":{"replicas":3,
      "selector":{"matchLabels":{"b":"2","a":"1"},"matchExpressions":[{"key":"t","operator":"In","values":["y","x"]}]},
      "template":{"spec":{"containers":[{"name":"c","image":"i:1"},{"name":"e","image":"j"}]}}},
      "status":{"readyReplicas":1,"updatedReplicas":2}})");
  EXPECT_EQ(cell(deployment, "Ready"), R"("1/3")");
  EXPECT_EQ(cell(deployment, "Up-to-date"), "2");
  EXPECT_EQ(cell(deployment, "Available"), "0");
  EXPECT_EQ(cell(deployment, "Containers"), R"("c,e")");
  EXPECT_EQ(cell(deployment, "Images"), R"("i:1,j")");
  EXPECT_EQ(cell(deployment, "Selector"), "\"a=1,b=2,t in (x,y)\"");
  EXPECT_EQ(
      cell(cells("", "configmaps", R"({"data":{"a":"b"},"binaryData":{"c":"ZA=="}})"), "Data"),
      "2");
  EXPECT_EQ(cell(cells("batch", "cronjobs", R"({"spec":{"suspend":false}})"), "Suspend"),
            R"("False")");
  EXPECT_EQ(cell(cells("policy", "poddisruptionbudgets", R"({"spec":{"minAvailable":2}})"),
                 "Min Available"),
            R"("2")");
}

TEST(Cells, OfServices) {
  const Json balanced =
      cells("", "services", R"({"spec":{"type":"LoadBalancer","clusterIPs":["10.1.2.3"],
      "ports":[{"port":80,"nodePort":30080,"protocol":"TCP"},{"port":53,"protocol":"UDP"}],"selector":{"a":"b"}},
      "status":{"loadBalancer":{"ingress":[{"hostname":"x.example"},{"ip":"1.2.3.4"}]}}})");
  EXPECT_EQ(cell(balanced, "External-IP"), R"("1.2.3.4,x.example")");
  EXPECT_EQ(cell(balanced, "Port(s)"), R"("80:30080/TCP,53/UDP")");
  EXPECT_EQ(cell(balanced, "Selector"), R"("a=b")");
  EXPECT_EQ(cell(cells("", "services", R"({"spec":{"type":"ClusterIP"}})"), "External-IP"),
            R"("\u003cnone\u003e")");
  EXPECT_EQ(cell(cells("", "services", R"({"spec":{"type":"ExternalName","externalName":"e"}})"),
                 "External-IP"),
            R"("e")");
}

TEST(Cells, OfBothKindsOfEvents) {
  const Json core =
      cells("", "events", R"({"lastTimestamp":"2026-01-02T03:04:00Z","type":"Normal","reason":"R",
      "involvedObject":{"kind":"Pod","name":"p","fieldPath":"spec"},"message":" hi\n","count":0,"source":{"component":"kubelet","host":"n"}})");
  EXPECT_EQ(cell(core, "Last Seen"), R"("5s")");
  EXPECT_EQ(cell(core, "Object"), R"("pod/p")");
  EXPECT_EQ(cell(core, "Message"), R"("hi")");
  EXPECT_EQ(cell(core, "Count"), "1");
  EXPECT_EQ(cell(core, "Source"), R"("kubelet, n")");
  const Json newer =
      cells("events.k8s.io", "events", R"({"eventTime":"2026-01-02T03:04:00.000000Z","note":"n",
      "regarding":{"kind":"Node","name":"x"},"deprecatedCount":4,"reportingController":"c"})");
  EXPECT_EQ(cell(newer, "Last Seen"), R"("5s")");
  EXPECT_EQ(cell(newer, "Object"), R"("node/x")");
  EXPECT_EQ(cell(newer, "Message"), R"("n")");
  EXPECT_EQ(cell(newer, "Count"), "4");
  EXPECT_EQ(cell(newer, "Source"), R"("c")");
}

TEST(Cells, OfWhatElseHasRulesOfItsOwn) {
  EXPECT_EQ(
      cell(
          cells("", "nodes",
                R"({"metadata":{"labels":{"node-role.kubernetes.io/b":"","kubernetes.io/role":"a"}},
      "spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"True"}],
      "addresses":[{"type":"ExternalIP","address":"2"},{"type":"InternalIP","address":"1"}]}})"),
          "Roles"),
      R"("a,b")");
  EXPECT_EQ(
      cell(
          cells(
              "batch", "jobs",
              R"({"spec":{"completions":3},"status":{"succeeded":1,"startTime":"2026-01-02T03:00:00Z",
      "completionTime":"2026-01-02T03:01:00Z"}})"),
          "Duration"),
      R"("60s")");
  EXPECT_EQ(cell(cells("", "persistentvolumes",
                       R"({"spec":{"accessModes":["ReadWriteMany","ReadWriteOnce"],
      "claimRef":{"namespace":"n","name":"c"}}})"),
                 "Access Modes"),
            R"("RWO,RWX")");
  EXPECT_EQ(cell(cells("storage.k8s.io", "storageclasses", R"({"metadata":{"name":"s","annotations":
      {"storageclass.kubernetes.io/is-default-class":"true"}}})"),
                 "Name"),
            "\"s (default)\"");
  EXPECT_EQ(cell(cells("rbac.authorization.k8s.io", "roles",
                       R"({"metadata":{"creationTimestamp":"2026-01-02T03:00:00Z"}})"),
                 "Created At"),
            R"("2026-01-02T03:00:00Z")");
  EXPECT_EQ(cell(cells("autoscaling", "horizontalpodautoscalers",
                       R"({"spec":{"metrics":[{"type":"Resource","resource":
      {"name":"cpu","target":{"averageUtilization":80}}},{"type":"Pods","pods":{"target":{"averageValue":"5"}}}]},
      "status":{"currentMetrics":[{"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":12}}}]}})",
                       "v2"),
                 "Targets"),
            R"("cpu: 12%/80%, \u003cunknown\u003e/5")");
  EXPECT_EQ(cell(cells("", "endpoints", R"({"subsets":[{"addresses":[{"ip":"1.1.1.1"},{"ip":"::1"}],
      "ports":[{"port":80},{"port":81}]}]})"),
                 "Endpoints"),
            R"("1.1.1.1:80,[::1]:80,1.1.1.1:81 + 1 more...")");
}

}  // namespace
}  // namespace kaudit::apiserver::objects::table
