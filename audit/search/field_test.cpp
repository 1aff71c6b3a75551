// What each field is, and how it differs where Falco's plugin is at fault.
#include "audit/search/field.hpp"

#include <gtest/gtest.h>

#include "audit/search/evaluation.hpp"
#include "audit/search/expression.hpp"
#include "audit/search/output_template.hpp"

namespace kaudit::audit::search {
namespace {

std::string value_of(const std::string& field, std::string_view event,
                     Quirks quirks = Quirks::Repaired) {
  const auto parsed = parse_expression(field + " exists");
  if (!parsed) return "error: " + parsed.error().message;
  FieldSet fields;
  const std::size_t slot = fields.add(parsed->check.left.field);
  Evaluation evaluation(fields, quirks);
  if (!evaluation.load(event)) return "not an event";
  std::string out;
  append_values(out, evaluation.values(slot), *parsed->check.left.field.info);
  return out;
}

constexpr std::string_view kPod =
    R"({"auditID":"1","sourceIPs":["10.0.0.1","10.0.0.2"],"objectRef":{"resource":"pods"},)"
    R"("requestObject":{"spec":{"securityContext":{"runAsUser":7,"fsGroup":8},)"
    R"("containers":[{"name":"a","image":"reg:5000/team/app:1@sha256:ab","command":["sh","-c"],)"
    R"("ports":[{"containerPort":80},{"hostPort":90,"containerPort":91}],)"
    R"("securityContext":{"privileged":true,"capabilities":{"add":["SYS_ADMIN","NET_RAW"]}}},)"
    R"({"name":"b","securityContext":{"runAsUser":5}}],)"
    R"("initContainers":[{"name":"i","image":"init"}],)"
    R"("volumes":[{"name":"v","hostPath":{"path":"/etc"}},{"name":"w","emptyDir":{}}]}},)"
    R"("responseObject":{"metadata":{"name":"web-0"}}})";

TEST(Fields, OfPods) {
  EXPECT_EQ(value_of("ka.req.pod.containers.name", kPod), "(a,b)");
  EXPECT_EQ(value_of("ka.req.pod.containers.name[1]", kPod), "(b)");
  EXPECT_EQ(value_of("ka.req.pod.containers.command", kPod), "(sh -c)");
  EXPECT_EQ(value_of("ka.req.pod.containers.host_port", kPod), "(80,90)");
  EXPECT_EQ(value_of("ka.req.pod.containers.privileged", kPod), "(true)");
  EXPECT_EQ(value_of("ka.req.pod.initContainers.image", kPod), "(init)");
  EXPECT_EQ(value_of("ka.req.pod.fs_group", kPod), "8");
  EXPECT_EQ(value_of("ka.req.pod.volumes.hostpath", kPod), "(/etc)");
  EXPECT_EQ(value_of("ka.req.pod.volumes.volume_type", kPod), "(hostPath,emptyDir)");
  EXPECT_EQ(value_of("ka.req.volume.hostpath[/et*]", kPod), "true");
  EXPECT_EQ(value_of("ka.req.volume.hostpath[/var]", kPod), "false");
  EXPECT_EQ(value_of("ka.req.container.privileged", kPod), "true");
  EXPECT_EQ(value_of("ka.target.pod.name", kPod), "web-0");
  EXPECT_EQ(value_of("ka.req.pod.host_ipc", kPod), "<NA>");
}

TEST(Fields, FaultsOfFalcosPluginAreRepaired) {
  const auto both = [](const char* field) {
    return value_of(field, kPod) + " | " + value_of(field, kPod, Quirks::Falco);
  };
  EXPECT_EQ(both("ka.sourceips"), "(10.0.0.1,10.0.0.2) | <NA>");
  EXPECT_EQ(both("ka.req.pod.containers.image"), "(reg:5000/team/app:1@sha256:ab) | <NA>");
  EXPECT_EQ(both("ka.req.pod.initContainers.image.repository"), "(init) | (init)");
  EXPECT_EQ(both("ka.req.container.image.repository"), "reg:5000/team/app | reg");
  EXPECT_EQ(both("ka.req.pod.containers.add_capabilities"),
            "(SYS_ADMIN,NET_RAW) | ([\"SYS_ADMIN\",\"NET_RAW\"])");
  EXPECT_EQ(both("ka.req.pod.containers.eff_run_as_user"), "(7,5) | (0,0)");
}

TEST(Fields, OfRolesBindingsServicesAndConfigMaps) {
  constexpr std::string_view kRole =
      R"({"auditID":"1","requestObject":{"rules":[{"verbs":["get","*"],"apiGroups":[""]},)"
      R"({"verbs":["list"],"nonResourceURLs":["/x"]}]}})";
  EXPECT_EQ(value_of("ka.req.role.rules.verbs", kRole), "(get,*,list)");
  EXPECT_EQ(value_of("ka.req.role.rules.verbs[1]", kRole), "(list)");
  EXPECT_EQ(value_of("ka.req.role.rules.nonResourceURLs", kRole), "(/x)");
  constexpr std::string_view kBinding =
      R"({"auditID":"1","requestObject":{"roleRef":{"name":"r"},"subjects":[)"
      R"({"kind":"User","name":"u"},{"kind":"ServiceAccount","name":"s","namespace":"n"}]}})";
  EXPECT_EQ(value_of("ka.req.binding.role", kBinding), "r");
  EXPECT_EQ(value_of("ka.req.binding.subjects.user_names", kBinding), "(u)");
  EXPECT_EQ(value_of("ka.req.binding.subjects.serviceaccount_ns_names", kBinding), "(n:s)");
  EXPECT_EQ(value_of("ka.req.binding.subject.has_name[x]", kBinding), "false");
  EXPECT_EQ(value_of("ka.req.binding.subject.has_name[x]", kBinding, Quirks::Falco), "true");
  constexpr std::string_view kService =
      R"({"auditID":"1","requestObject":{"spec":{"type":"NodePort","ports":[{"port":1},{"port":2}]}}})";
  EXPECT_EQ(value_of("ka.req.service.ports[1]", kService), "({\"port\":2})");
  EXPECT_EQ(value_of("ka.req.service.ports", kService, Quirks::Falco),
            "([{\"port\":1},{\"port\":2}])");
}

TEST(Fields, OfTime) {
  constexpr std::string_view kEvent =
      R"({"stageTimestamp":"2026-11-29T06:43:58.123456Z",)"
      R"("requestReceivedTimestamp":"2026-11-29T06:43:57.123456Z"})";
  EXPECT_EQ(value_of("jevt.rawtime", kEvent), "1795934638123456000");
  EXPECT_EQ(value_of("jevt.time", kEvent), "06:43:58.123456000");
  EXPECT_EQ(value_of("jevt.time.iso8601", kEvent), "2026-11-29T06:43:58.123456000Z");
  EXPECT_EQ(value_of("kaudit.latency_ms", kEvent), "1000");
}

TEST(Fields, PointersAreRfc6901) {
  constexpr std::string_view kEvent =
      R"({"annotations":{"a.io/b":"c","t~x":"d"},"list":[1,{"x":null}]})";
  EXPECT_EQ(value_of("jevt.value[/annotations/a.io~1b]", kEvent), "c");
  EXPECT_EQ(value_of("jevt.value[/annotations/t~0x]", kEvent), "d");
  EXPECT_EQ(value_of("jevt.value[/list/0]", kEvent), "1");
  EXPECT_EQ(value_of("jevt.value[/list/2]", kEvent), "<NA>");
  EXPECT_EQ(value_of("jevt.value", R"({ "a" : [ 1 , 2 ] })"), R"({"a":[1,2]})");
  EXPECT_EQ(value_of("jevt.obj", R"({"a":[1,{}]})"), "{\n  \"a\": [\n    1,\n    {}\n  ]\n}");
}

TEST(Fields, TheNearestNameIsFound) {
  EXPECT_EQ(nearest_field("ka.target.nam"), "ka.target.name");
  EXPECT_EQ(nearest_field("ka.user.group"), "ka.user.groups");
}

}  // namespace
}  // namespace kaudit::audit::search
