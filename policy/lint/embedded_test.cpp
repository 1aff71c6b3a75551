// A policy inside of another file is found and checked with the lines of that file.
#include "policy/lint/embedded.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/base64.hpp"
#include "policy/lint/check.hpp"
#include "policy/lint/fixes/mend.hpp"

namespace kaudit::policy::lint {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A policy with `verb` for `verbs` in its fifth line, each line as far in as is said.
std::string policy_in(std::size_t blanks) {
  std::string text;
  for (const char* line : {"apiVersion: audit.k8s.io/v1", "kind: Policy",
                           "rules:", "- level: Request", "  verb: [get]", "- level: Metadata"}) {
    text += std::string(blanks, ' ') + line + "\n";
  }
  return text;
}

struct Outer {
  const char* name;
  std::string text;
  const char* where;
  yaml::Position verb;  ///< where the mistake is in the file
};

void PrintTo(const Outer& outer, std::ostream* out) { *out << outer.name; }

class EachOuter : public ::testing::TestWithParam<Outer> {};

TEST_P(EachOuter, HoldsAPolicyThatIsFoundAndChecked) {
  const Outer& outer = GetParam();
  const CheckReport report = check(outer.text);
  ASSERT_THAT(report.found, SizeIs(1));
  EXPECT_EQ(report.found[0].where, outer.where);
  EXPECT_EQ(report.rules, 2U);
  bool misspelt = false;
  for (const Finding& finding : report.findings) {
    EXPECT_GE(finding.code, Code::MisspeltField) << finding.message;
    if (finding.code != Code::MisspeltField) continue;
    misspelt = true;
    EXPECT_EQ(finding.position.line, outer.verb.line) << finding.message;
    EXPECT_EQ(finding.position.column, outer.verb.column) << finding.message;
  }
  EXPECT_TRUE(misspelt);
}

INSTANTIATE_TEST_SUITE_P(
    Embedded, EachOuter,
    ::testing::Values(
        Outer{"Kops",
              "apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {name: k}\nspec:\n"
              "  fileAssets:\n  - name: other\n    content: x\n  - name: audit-policy\n"
              "    path: /srv/audit.yaml\n    content: |\n" +
                  policy_in(6) + "  kubernetesVersion: v1.30\n",
              "spec.fileAssets[1].content",
              {15, 9}},
        Outer{"ConfigMap",
              "apiVersion: v1\nkind: ConfigMap\ndata:\n  policy.yaml: |-\n" + policy_in(4) +
                  "metadata: {name: audit}\n",
              "data.policy.yaml",
              {9, 7}},
        Outer{
            "Secret",
            "apiVersion: v1\nkind: Secret\ndata:\n  policy: " + base64_encode(policy_in(0)) + "\n",
            "data.policy",
            {4, 11}},
        Outer{"Talos",
              "machine: {type: controlplane}\ncluster:\n  apiServer:\n    auditPolicy:\n" +
                  policy_in(6) + "    image: k\n",
              "cluster.apiServer.auditPolicy",
              {9, 9}},
        Outer{"CloudInit",
              "#cloud-config\nwrite_files:\n- path: /etc/audit.yaml\n  content: |\n" + policy_in(4),
              "write_files[0].content",
              {9, 7}},
        Outer{"CloudInitBase64",
              "#cloud-config\nwrite_files:\n- path: /etc/audit.yaml\n  encoding: b64\n  content: " +
                  base64_encode(policy_in(0)) + "\n",
              "write_files[0].content",
              {5, 12}},
        Outer{"OpenShift",
              "apiVersion: kubecontrolplane.config.openshift.io/v1\nauditConfig:\n  enabled: true\n"
              "  policyConfiguration:\n" +
                  policy_in(4),
              "auditConfig.policyConfiguration",
              {9, 7}},
        Outer{"Rke",
              "services:\n  kube-api:\n    audit_log:\n      configuration:\n        policy:\n" +
                  policy_in(10),
              "services.kube-api.audit_log.configuration.policy",
              {10, 13}},
        Outer{"ClusterApi",
              "kind: KubeadmControlPlane\nspec:\n  kubeadmConfigSpec:\n    files:\n"
              "    - path: /etc/a\n      content: \"\"\n    - path: /etc/b\n      content: |\n" +
                  policy_in(8),
              "spec.kubeadmConfigSpec.files[1].content",
              {13, 11}},
        Outer{"HelmTemplate",
              "{{- if .Values.audit }}\nkind: ConfigMap\ndata:\n  audit: |\n" + policy_in(4) +
                  "{{- end }}\n",
              "data.audit",
              {9, 7}},
        Outer{"SecondDocument",
              "kind: Namespace\nmetadata: {name: x}\n---\n" + policy_in(0),
              "",
              {8, 3}},
        Outer{"List",
              "kind: List\nitems:\n- kind: Policy\n  apiVersion: audit.k8s.io/v1\n"
              "  rules:\n  - level: Request\n    verb: [get]\n  - level: Metadata\n",
              "items[0]",
              {7, 5}},
        Outer{"Json",
              "{\"kind\": \"ConfigMap\", \"data\": {\"p.yaml\": \"apiVersion: "
              "audit.k8s.io/v1\\nkind: Policy\\nrules:\\n- level: Request\\n  verb: [get]\\n- "
              "level: Metadata\\n\"}}\n",
              "data[\"p.yaml\"]",
              {1, 42}}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(Embedded, IsNotLookedForInAPolicy) {
  EXPECT_THAT(find_embedded(policy_in(0)), IsEmpty());
  EXPECT_THAT(find_embedded("# a comment\n---\n" + policy_in(0) + "---\n" + policy_in(0)),
              IsEmpty());
  EXPECT_THAT(find_embedded("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [\n"), IsEmpty());
  EXPECT_THAT(find_embedded("kind: ConfigMap\ndata: {a: b}\n"), IsEmpty());
}

TEST(Embedded, IsMendedWhereItStands) {
  const std::string head = "kind: ConfigMap\ndata:\n  p.yaml: |\n";
  std::string policy = policy_in(4);
  policy.replace(policy.find("Request"), 7, "None");
  const MendReport report = mend(head + policy + "  other: x\n");
  EXPECT_THAT(report.text, HasSubstr("    - level: None\n      verbs: [get]\n"));
  EXPECT_THAT(report.text, HasSubstr("  other: x\n"));
  EXPECT_THAT(report.proposed, HasSubstr("\n    - level: None\n      userGroups: "));
  EXPECT_THAT(check(report.proposed).found, SizeIs(1));
}

}  // namespace
}  // namespace kaudit::policy::lint
