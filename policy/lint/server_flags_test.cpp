// Every form in which people keep kube-apiserver's flags. (issues of cluster-api, rke2 and kops
// that asked how to set them there)
#include "policy/lint/server_flags.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kaudit::policy::lint {
namespace {

std::string mode(const std::string& text) { return find_server_flags(text).log_mode; }

struct Shape {
  const char* name;
  const char* text;
};

class FlagShapes : public ::testing::TestWithParam<Shape> {};

TEST_P(FlagShapes, AreUnderstood) {
  EXPECT_EQ(mode(GetParam().text), "blocking-strict");
  EXPECT_GE(find_server_flags(GetParam().text).audit_flags, 1U);
}

INSTANTIATE_TEST_SUITE_P(
    All, FlagShapes,
    ::testing::Values(
        Shape{"Line", "kube-apiserver --audit-log-path=- --audit-log-mode=blocking-strict"},
        Shape{"TwoWords", "--audit-log-mode blocking-strict --audit-log-path -"},
        Shape{"Quoted", "KUBE_AUDIT=\"--audit-log-mode='blocking-strict'\"\n"},
        Shape{"Manifest",
              "spec:\n  containers:\n  - command:\n    - kube-apiserver\n"
              "    # - --audit-log-mode=batch\n    - --audit-log-mode=blocking-strict # strict!\n"},
        Shape{"ItemAfterItem",
              "command:\n- kube-apiserver\n- --audit-log-mode\n- blocking-strict\n"},
        Shape{"ShellInManifest",
              "command: [/bin/sh, -c, \"kube-apiserver --audit-log-mode=blocking-strict 2>&1\"]\n"},
        Shape{"Unit",
              "[Service]\n# --audit-log-mode=batch\nExecStart=/bin/kube-apiserver \\\n"
              "  --audit-log-path=/x \\\n  --audit-log-mode blocking-strict\n"},
        Shape{"KubeadmMap",
              "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer:\n"
              "  extraArgs:\n    audit-log-mode: blocking-strict\n"},
        Shape{"KubeadmList",
              "kind: InitConfiguration\n---\napiVersion: kubeadm.k8s.io/v1beta4\n"
              "kind: ClusterConfiguration\napiServer:\n  extraArgs:\n  - name: audit-log-mode\n"
              "    value: blocking-strict\n"},
        Shape{"Rke2",
              "kube-apiserver-arg:\n- audit-log-path=/x\n- audit-log-mode=blocking-strict\n"},
        Shape{"K3sOne", "kube-apiserver-arg: audit-log-mode=blocking-strict\n"},
        Shape{"K3sLine", "k3s server --kube-apiserver-arg=audit-log-mode=blocking-strict"},
        Shape{"Kops",
              "kind: Cluster\nspec:\n  kubeAPIServer:\n    auditLogMaxAge: 10\n"
              "    auditLogMode: blocking-strict\n"},
        Shape{"Talos",
              "cluster:\n  apiServer:\n    extraArgs:\n"
              "      audit-log-mode: blocking-strict\n"},
        Shape{"Minikube", "minikube start --extra-config=apiserver.audit-log-mode=blocking-strict"},
        Shape{"MinikubeProfile",
              "{\"ExtraOptions\":[{\"Component\":\"apiserver\",\"Key\":\"audit-log-mode\","
              "\"Value\":\"blocking-strict\"}]}"},
        Shape{"Kind",
              "kind: Cluster\nnodes:\n- role: control-plane\n  kubeadmConfigPatches:\n  - |\n"
              "    kind: ClusterConfiguration\n    apiServer:\n      extraArgs:\n"
              "        audit-log-mode: blocking-strict\n"},
        Shape{"HelmTemplate",
              "{{- if .x }}\napiServer:\n  audit-log-mode: blocking-strict\n{{ end }}\n"}),
    [](const auto& shape) { return std::string(shape.param.name); });

TEST(ServerFlags, OfSomethingElseAreNone) {
  for (const char* text : {"", "kind: Policy\nrules: []\n", "kube-apiserver --secure-port=0",
                           "# --audit-log-mode=batch\n",
                           "volumes:\n- name: audit-log-dir\n  hostPath: {path: /x}\n"}) {
    EXPECT_EQ(find_server_flags(text).audit_flags, 0U) << text;
  }
}

TEST(ServerFlags, CountTheLastOfARepeatedOne) {
  EXPECT_EQ(mode("--audit-log-mode=batch --audit-log-mode=blocking"), "blocking");
  EXPECT_EQ(find_server_flags("audit-webhook-mode: batch\n").webhook_mode, "batch");
}

}  // namespace
}  // namespace kaudit::policy::lint
