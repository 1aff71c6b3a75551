#include "backends/webhook/kubeconfig/kubeconfig.hpp"

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "backends/testing/backend_fixtures.hpp"

namespace kaudit::backends::webhook {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Refused on purpose (audit-semantics 8.10, 8.11): a token over http to another machine, exec
/// plugins.
const std::set<std::string> kOurRefusals = {
    "cases/045-token-http.yaml", "cases/075-exec-and-token.yaml", "cases/078-exec-v1beta1.yaml"};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

void expect_config(const client::ClientConfig& config, const json& expected,
                   const std::string& folder) {
  const auto server = client::parse_server(expected["host"].get<std::string>());
  ASSERT_TRUE(server.has_value());
  EXPECT_EQ(config.server.scheme, server->scheme);
  EXPECT_EQ(config.server.address(), server->address());
  EXPECT_EQ(client::request_path(config.server), client::request_path(*server));
  EXPECT_EQ(config.tls.ca.is_given(), expected["hasCA"].get<bool>());
  EXPECT_EQ(config.tls.ca.file, replaced(expected["caFile"], "{DIR}", folder));
  EXPECT_EQ(config.tls.verification == client::Verification::Skipped,
            expected["insecure"].get<bool>());
  EXPECT_EQ(config.tls.server_name, expected["tlsServerName"].get<std::string>());
  const auto has = [&](const char* what) {
    return expected["auth"].dump().find(what) != std::string::npos;
  };
  EXPECT_EQ(config.tls.certificate.is_given(), has("\"cert\""));
  EXPECT_EQ(config.tls.key.is_given(), has("\"key\""));
  EXPECT_EQ(config.credentials.basic.has_value() && !config.server.user, has("\"basic\""));
  EXPECT_EQ(!config.impersonation.user.empty(), has("\"impersonate\""));
  EXPECT_EQ(config.credentials.token_file, replaced(expected["tokenFile"], "{DIR}", folder));
  // Kubernetes has read a token file by now; here that is the client's business.
  if (config.credentials.token_file.empty()) {
    EXPECT_EQ(config.credentials.token, expected["token"].get<std::string>());
  }
  EXPECT_EQ(config.proxy.has_value(), expected.contains("proxy"));
}

TEST(KubeconfigVectorsTest, VerdictsAndMeaningAreThoseOfKubernetes) {
  int cases = 0;
  for (const auto& folder : testing::vector_folders("kubeconfig")) {
    std::ifstream lines(folder / "expected.jsonl");
    ASSERT_TRUE(lines) << folder;
    for (std::string line; std::getline(lines, line); ++cases) {
      const json expected = json::parse(line);
      const std::string file = expected["file"];
      SCOPED_TRACE(file);
      const auto config = load_kubeconfig((folder / file).string());
      if (kOurRefusals.contains(file)) {
        EXPECT_FALSE(config.has_value());
      } else if (expected["verdict"] == "refuse") {
        EXPECT_FALSE(config.has_value());
      } else if (expected["verdict"] == "ok") {
        ASSERT_TRUE(config.has_value()) << config.error().message;
        expect_config(*config, expected, folder.lexically_normal().string());
      }
    }
  }
  EXPECT_GE(cases, 80);
}

struct KubeconfigTest : ::testing::Test {
  testing::TemporaryFolder folder;

  KubeconfigResult<client::ClientConfig> load(const std::string& cluster,
                                              const std::string& user = "{}") {
    testing::write_file(folder.path("w.yaml"), "clusters: [{name: k, cluster: {" + cluster +
                                                   "}}]\nusers: [{name: u, user: " + user +
                                                   "}]\ncontexts: [{name: c, context: {cluster: k, "
                                                   "user: u}}]\ncurrent-context: c\n");
    return load_kubeconfig(folder.path("w.yaml"));
  }
  std::string refusal(const std::string& cluster, const std::string& user = "{}") {
    const auto config = load(cluster, user);
    return config ? "" : config.error().message;
  }
};

TEST_F(KubeconfigTest, TextsAreThoseOfKubeApiserver) {
  EXPECT_EQ(load_kubeconfig(folder.path("none")).error().message,
            "stat " + folder.path("none") + ": no such file or directory");
  EXPECT_EQ(refusal("insecure-skip-tls-verify: true"),
            "invalid configuration: no server found for cluster \"k\"");
  EXPECT_EQ(refusal("server: 'http://127.0.0.1'", "{token: t, username: a, password: b}"),
            "invalid configuration: more than one authentication method found for u; found [token "
            "basicAuth], only one is allowed");
  EXPECT_EQ(refusal("server: 'https://h', certificate-authority: none.crt"),
            "invalid configuration: unable to read certificate-authority " +
                folder.path("none.crt") + " for k due to open " + folder.path("none.crt") +
                ": no such file or directory");
  EXPECT_EQ(refusal("server: 'https://h', insecure-skip-tls-verify: 'true'"),
            "error loading config file \"" + folder.path("w.yaml") +
                "\": json: cannot unmarshal string into Go struct field "
                "Cluster.clusters.cluster.insecure-skip-tls-verify of type bool");
  EXPECT_EQ(refusal("server: 'ht!tp://%zz'"),
            "parse \"http://ht!tp://%zz\": invalid URL escape \"%zz\"");
}

// The recorded texts come from a build of the library by itself, whose scheme has another name.
TEST_F(KubeconfigTest, NamesTheSchemeAsReleasedServersDo) {
  testing::write_file(folder.path("pod.yaml"), "apiVersion: v1\nkind: Pod\n");
  EXPECT_EQ(load_kubeconfig(folder.path("pod.yaml")).error().message,
            "error loading config file \"" + folder.path("pod.yaml") +
                "\": no kind \"Pod\" is registered for version \"v1\" in scheme "
                "\"k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50\"");
  testing::write_file(folder.path("v2.yaml"), "apiVersion: v2\nkind: Config\n");
  EXPECT_THAT(load_kubeconfig(folder.path("v2.yaml")).error().message,
              HasSubstr("no kind \"Config\" is registered for version \"v2\" in scheme "
                        "\"k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50\""));
}

TEST_F(KubeconfigTest, AnErrorKnowsItsFieldAndLine) {
  const auto number = load("server: 'https://h'", "{token: 5}");
  ASSERT_FALSE(number.has_value());
  EXPECT_EQ(number.error().field, "users[u].user.token");
  EXPECT_EQ(number.error().position.line, 2);
  const auto proxy = load("server: 'https://h', proxy-url: 'ftp://p'");
  ASSERT_FALSE(proxy.has_value());
  EXPECT_EQ(proxy.error().field, "clusters[k].cluster.proxy-url");
  EXPECT_EQ(proxy.error().position.line, 1);
}

TEST_F(KubeconfigTest, CredentialsTravelOverHttpOnThisMachineOnly) {
  for (const char* user : {"{token: t}", "{tokenFile: t}", "{username: a}"}) {
    testing::write_file(folder.path("t"), "t\n");
    EXPECT_THAT(refusal("server: 'http://example.com/x'", user), HasSubstr("sent unencrypted"));
    for (const char* host : {"127.0.0.1:8", "[::1]", "localhost", "127.9.9.9"}) {
      EXPECT_EQ(refusal(std::string("server: 'http://") + host + "/x'", user), "") << host;
    }
    EXPECT_EQ(refusal("server: 'https://example.com/x'", user), "");
    EXPECT_THAT(refusal("server: 'http://127.0.0.1', proxy-url: 'http://proxy:1'", user),
                HasSubstr("sent unencrypted"));
  }
  EXPECT_THAT(refusal("server: 'http://a:b@example.com/x'"), HasSubstr("sent unencrypted"));
  EXPECT_EQ(refusal("server: 'http://example.com/x'", "{as: jane}"), "");
}

TEST_F(KubeconfigTest, ProgramsAreNotRun) {
  EXPECT_THAT(refusal("server: 'http://127.0.0.1'",
                      "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/true, "
                      "interactiveMode: Never}}"),
              HasSubstr("exec plugins are not run"));
  EXPECT_THAT(refusal("server: 'http://127.0.0.1'", "{auth-provider: {name: oidc}}"),
              HasSubstr("no Auth Provider found for name \"oidc\""));
}

TEST_F(KubeconfigTest, WarnsOfWhatHasNoEffect) {
  EXPECT_THAT(load("server: 'http://127.0.0.1/x?a=b'").value().warnings,
              ElementsAre(HasSubstr("the query is dropped")));
  EXPECT_THAT(load("server: 'http://127.0.0.1', tls-server-name: x").value().warnings,
              ElementsAre(HasSubstr("members about TLS have no effect")));
  EXPECT_THAT(load("server: 'http://127.0.0.1'", "{tokenFile: none}").value().warnings,
              ElementsAre(HasSubstr("no such file or directory")));
  EXPECT_THAT(load("server: 'https://127.0.0.1'").value().warnings, IsEmpty());
}

TEST_F(KubeconfigTest, AFieldThatIsMisspeltIsNamedWithItsPlaceAndTheNearest) {
  const auto refused = load("sever: 'https://h'");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "invalid configuration: no server found for cluster \"k\"");
  EXPECT_THAT(
      refused.error().advice,
      ElementsAre("line 1, column 39: unknown field \"clusters[k].cluster.sever\" is passed "
                  "over; write \"server\" if that is meant"));
  EXPECT_THAT(
      load("server: 'https://h', Proxy-URL: x, zzzzzzzz: y", "{tokenfile: x}").value().warnings,
      ElementsAre(HasSubstr("write \"proxy-url\""),
                  ::testing::EndsWith("zzzzzzzz\" is passed over"),
                  HasSubstr("write \"tokenFile\"")));
}

TEST_F(KubeconfigTest, AContextThatLeadsNowhereSaysWhatThereIs) {
  const std::string lists =
      "clusters: [{name: k, cluster: {server: 'https://h'}}]\n"
      "contexts: [{name: c, context: {cluster: q}}, {name: d, context: {cluster: k, user: v}}]\n";
  const auto advice_of = [&](const std::string& current) {
    testing::write_file(folder.path("w.yaml"), lists + current);
    const auto config = load_kubeconfig(folder.path("w.yaml"));
    const auto lines = config ? config->warnings : config.error().advice;
    return lines.size() == 1 ? lines.front() : std::to_string(lines.size()) + " lines";
  };
  EXPECT_EQ(advice_of(""),
            "write current-context: and the name of a context; there are: \"c\", \"d\"");
  EXPECT_EQ(advice_of("current-context: z\n"),
            "current-context: no context is named \"z\"; there are: \"c\", \"d\"");
  EXPECT_EQ(advice_of("current-context: c\n"),
            "contexts[c].context.cluster: no cluster is named \"q\"; there are: \"k\"");
  EXPECT_EQ(advice_of("current-context: d\n"),
            "contexts[d].context.user: no user is named \"v\", so the webhook is anonymous; there "
            "are none");
}

TEST_F(KubeconfigTest, APortThatCannotBeIsWarnedOf) {
  EXPECT_THAT(load("server: 'https://h:70000'").value().warnings,
              ElementsAre(HasSubstr("port 70000 is above 65535")));
  EXPECT_THAT(load("server: 'https://h:65535'").value().warnings, IsEmpty());
}

TEST_F(KubeconfigTest, AUserInTheServersUrlIsACredential) {
  const auto config = load("server: 'https://u:p%40w@h/'").value();
  ASSERT_TRUE(config.credentials.basic.has_value());
  EXPECT_EQ(config.credentials.basic->name, "u");
  EXPECT_EQ(config.credentials.basic->password, "p@w");
  EXPECT_FALSE(load("server: 'https://u:p@h/'", "{token: t}").value().credentials.basic);
}

}  // namespace
}  // namespace kaudit::backends::webhook
