#include "apiserver/identity/authenticator.hpp"

#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiserver/identity/testing/test_certificates.hpp"

namespace kaudit::apiserver::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::TestCa;

/// Files that last as long as a test.
class AuthenticatorTest : public ::testing::Test {
 protected:
  AuthenticatorTest() {
    std::string pattern = ::testing::TempDir() + "kaudit-identity-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~AuthenticatorTest() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) {
    const auto path = folder_ / name;
    std::ofstream(path) << text;
    return path.string();
  }

  AuthenticationResult ask(const http::Request& request) {
    return make_authenticator(options_, own_ca_.pem()).value().requests->authenticate(request);
  }

  void use_tokens() {
    options_.token_auth_file = file("tokens.csv",
                                    "alice-token,alice,u-alice,\"dev,ops\"\n"
                                    "bob-token,bob,u-bob\n");
  }

  void use_front_proxy(const TestCa& ca) {
    options_.requestheader_client_ca_file = file("proxy-ca.crt", ca.pem());
    options_.requestheader_username_headers = {"X-Remote-User", "X-Other-User"};
    options_.requestheader_uid_headers = {"X-Remote-Uid"};
    options_.requestheader_group_headers = {"X-Remote-Group"};
    options_.requestheader_extra_headers_prefix = {"X-Remote-Extra-"};
  }

  std::filesystem::path folder_;
  TestCa own_ca_{"own"};
  AuthenticationOptions options_;
};

http::Request request_with(std::initializer_list<http::Header> headers,
                           std::shared_ptr<const http::PeerCertificate> certificate = nullptr) {
  http::Request request;
  for (const auto& header : headers) {
    request.headers.add(header.name, header.value);
  }
  request.peer.certificate = std::move(certificate);
  return request;
}

http::Request with_authorization(const std::string& value) {
  return request_with({{"Authorization", value}});
}

std::string name_of(const AuthenticationResult& result) {
  switch (result.outcome) {
    case Authentication::Authenticated:
      return result.user->username;
    case Authentication::NoOpinion:
      return "nobody";
    case Authentication::Failed:
      return "refused";
  }
  return "";
}

TEST_F(AuthenticatorTest, KnowsTheUserOfABearerToken) {
  use_tokens();
  const auto result = ask(with_authorization("Bearer alice-token"));
  EXPECT_EQ(name_of(result), "alice");
  EXPECT_EQ(result.user->uid, "u-alice");
  EXPECT_THAT(result.user->groups, ElementsAre("dev", "ops", "system:authenticated"));
  EXPECT_THAT(result.user->extra, IsEmpty());
  EXPECT_THAT(ask(with_authorization("Bearer bob-token")).user->groups,
              ElementsAre("system:authenticated"));
}

TEST_F(AuthenticatorTest, ReadsTheSchemeInAnyCaseAndTheTokenUpToTheNextSpace) {
  use_tokens();
  EXPECT_EQ(name_of(ask(with_authorization("bEARER alice-token"))), "alice");
  EXPECT_EQ(name_of(ask(with_authorization("  Bearer alice-token  "))), "alice");
  EXPECT_EQ(name_of(ask(with_authorization("Bearer alice-token rest"))), "alice");
  EXPECT_EQ(name_of(ask(with_authorization("Bearer Alice-token"))), "refused");
}

TEST_F(AuthenticatorTest, TakesWhatIsNoBearerTokenForNoCredential) {
  use_tokens();
  for (const auto* value :
       {"", "Bearer", "Bearer ", "Bearer  alice-token", "Basic YTpi", "Bearer\talice-token"}) {
    EXPECT_EQ(name_of(ask(with_authorization(value))), "system:anonymous") << value;
  }
  auto request = request_with({});
  request.target = "/?access_token=alice-token";
  EXPECT_EQ(name_of(ask(request)), "system:anonymous");
}

TEST_F(AuthenticatorTest, MakesWhoClaimsNothingAnonymous) {
  const auto result = ask(request_with({}));
  EXPECT_EQ(name_of(result), "system:anonymous");
  EXPECT_THAT(result.user->groups, ElementsAre("system:unauthenticated"));
  options_.anonymous_auth = false;
  EXPECT_EQ(name_of(ask(request_with({}))), "nobody");
}

TEST_F(AuthenticatorTest, RefusesATokenThatNobodyHas) {
  EXPECT_EQ(name_of(ask(with_authorization("Bearer x"))), "refused");
  use_tokens();
  EXPECT_EQ(name_of(ask(with_authorization("Bearer x"))), "refused");
}

http::Request websocket(const std::string& protocols) {
  return request_with({{"Upgrade", "WebSocket"},
                       {"Connection", "keep-alive, Upgrade"},
                       {"Sec-WebSocket-Protocol", protocols}});
}

TEST_F(AuthenticatorTest, ReadsABearerTokenAmongWebSocketProtocols) {
  use_tokens();
  const std::string token = "base64url.bearer.authorization.k8s.io.YWxpY2UtdG9rZW4";
  EXPECT_EQ(name_of(ask(websocket("v4.channel.k8s.io, " + token))), "alice");
  EXPECT_EQ(name_of(ask(websocket(token + ",x"))), "alice");
  EXPECT_EQ(name_of(ask(websocket("v4.channel.k8s.io"))), "system:anonymous");
  EXPECT_EQ(name_of(ask(websocket("x,base64url.bearer.authorization.k8s.io."))),
            "system:anonymous");
  EXPECT_EQ(name_of(ask(websocket(token))), "refused");
  EXPECT_EQ(name_of(ask(websocket("x," + token + "," + token))), "refused");
  EXPECT_EQ(name_of(ask(websocket("x," + token + "="))), "refused");
  EXPECT_EQ(name_of(ask(websocket("x,base64url.bearer.authorization.k8s.io.YWxpY2"))), "refused");
  const auto plain = request_with({{"Sec-WebSocket-Protocol", "x," + token}});
  EXPECT_EQ(name_of(ask(plain)), "system:anonymous");
}

TEST_F(AuthenticatorTest, ReadsUserAndGroupsFromAClientCertificate) {
  const auto certificate = own_ca_.issue("admin", {"system:masters", "ops"});
  const auto result = ask(request_with({}, certificate));
  EXPECT_EQ(name_of(result), "admin");
  EXPECT_THAT(result.user->groups, ElementsAre("system:masters", "ops", "system:authenticated"));
  const audit::UserInfo::Extra expected{
      {"authentication.kubernetes.io/credential-id",
       std::vector<std::string>{"X509SHA256=" + certificate->sha256_hex()}}};
  EXPECT_EQ(result.user->extra, expected);
  EXPECT_EQ(certificate->sha256_hex().size(), 64U);
}

TEST_F(AuthenticatorTest, TrustsTheClientCaBesideItsOwn) {
  const TestCa other("other");
  const auto request = request_with({}, other.issue("jane"));
  EXPECT_EQ(name_of(ask(request)), "refused");
  options_.client_ca_file = file("ca.crt", other.pem());
  EXPECT_EQ(name_of(ask(request)), "jane");
  EXPECT_EQ(name_of(ask(request_with({}, own_ca_.issue("admin")))), "admin");
  options_.client_ca_file = file("ca.crt", own_ca_.pem() + own_ca_.pem());
  EXPECT_EQ(name_of(ask(request_with({}, own_ca_.issue("admin")))), "admin");
}

// What is remembered of a certificate holds while it is valid, whichever way the clock goes.
TEST_F(AuthenticatorTest, TrustsACertificateWhileItIsValid) {
  constexpr std::time_t kHour = 3600;
  const auto certificate = own_ca_.issue("jane");
  const auto pool = http::CertificatePool::from_pem(own_ca_.pem()).value();
  const auto others = http::CertificatePool::from_pem(TestCa("other").pem()).value();
  const std::time_t now = std::time(nullptr);
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(pool->verify(*certificate, now));
    EXPECT_FALSE(others->verify(*certificate, now));
    EXPECT_FALSE(pool->verify(*certificate, now - 2 * kHour)) << "before it is valid";
    EXPECT_FALSE(others->verify(*certificate, now - 2 * kHour));
    EXPECT_TRUE(pool->verify(*certificate, now + kHour / 2));
    EXPECT_FALSE(pool->verify(*certificate, now + 2 * kHour)) << "after it has expired";
  }
}

TEST_F(AuthenticatorTest, HasNoOpinionOfACertificateWithoutAName) {
  EXPECT_EQ(name_of(ask(request_with({}, own_ca_.issue("", {"dev"})))), "system:anonymous");
}

TEST_F(AuthenticatorTest, AsksForTheCertificateBeforeTheToken) {
  use_tokens();
  const auto certificate = own_ca_.issue("admin");
  EXPECT_EQ(name_of(ask(request_with({{"Authorization", "Bearer x"}}, certificate))), "admin");
  EXPECT_EQ(name_of(ask(request_with({{"Authorization", "Bearer bob-token"}}, certificate))),
            "admin");
  const auto foreign = TestCa("other").issue("jane");
  EXPECT_EQ(name_of(ask(request_with({{"Authorization", "Bearer bob-token"}}, foreign))), "bob");
}

TEST_F(AuthenticatorTest, AddsNoGroupToThoseWhoAreUnauthenticatedByName) {
  EXPECT_THAT(ask(request_with({}, own_ca_.issue("system:anonymous"))).user->groups, IsEmpty());
  EXPECT_THAT(ask(request_with({}, own_ca_.issue("x", {"system:unauthenticated"}))).user->groups,
              ElementsAre("system:unauthenticated"));
  EXPECT_THAT(ask(request_with({}, own_ca_.issue("x", {"system:authenticated", "b"}))).user->groups,
              ElementsAre("system:authenticated", "b"));
}

TEST_F(AuthenticatorTest, BelievesTheHeadersOfAFrontProxy) {
  const TestCa proxy_ca("proxy");
  use_front_proxy(proxy_ca);
  const auto result = ask(request_with({{"x-remote-user", ""},
                                        {"X-Other-User", "jane"},
                                        {"X-Remote-Uid", "u-1"},
                                        {"X-Remote-Group", "dev"},
                                        {"X-Remote-Group", ""},
                                        {"x-remote-group", "ops"},
                                        {"X-Remote-Extra-Acme.com%2FProject", "a"},
                                        {"x-remote-extra-acme.com%2fproject", "b"},
                                        {"X-Remote-Extra-Bad%zz", ""}},
                                       proxy_ca.issue("front-proxy")));
  EXPECT_EQ(name_of(result), "jane");
  EXPECT_EQ(result.user->uid, "u-1");
  EXPECT_THAT(result.user->groups, ElementsAre("dev", "ops", "system:authenticated"));
  const audit::UserInfo::Extra expected{{"acme.com/project", std::vector<std::string>{"a", "b"}},
                                        {"bad%zz", std::vector<std::string>{""}}};
  EXPECT_EQ(result.user->extra, expected);
}

TEST_F(AuthenticatorTest, BelievesNoHeadersOfOthers) {
  const TestCa proxy_ca("proxy");
  use_front_proxy(proxy_ca);
  options_.requestheader_allowed_names = {"front-proxy"};
  const http::Header user{"X-Remote-User", "jane"};
  EXPECT_EQ(name_of(ask(request_with({user}))), "system:anonymous");
  EXPECT_EQ(name_of(ask(request_with({user}, proxy_ca.issue("front-proxy")))), "jane");
  EXPECT_EQ(name_of(ask(request_with({user}, proxy_ca.issue("someone")))), "refused");
  EXPECT_EQ(name_of(ask(request_with({user}, own_ca_.issue("admin")))), "admin");
}

TEST_F(AuthenticatorTest, LeavesAProxyWithoutAUserToTheOtherAuthenticators) {
  const TestCa proxy_ca("proxy");
  use_front_proxy(proxy_ca);
  EXPECT_EQ(name_of(ask(request_with({}, proxy_ca.issue("front-proxy")))), "refused");
  options_.client_ca_file = file("ca.crt", proxy_ca.pem());
  EXPECT_EQ(name_of(ask(request_with({}, proxy_ca.issue("front-proxy")))), "front-proxy");
}

TEST_F(AuthenticatorTest, ReportsAllThatIsWrongWithItsFilesTogether) {
  options_.client_ca_file = file("empty.crt", "");
  options_.token_auth_file = file("tokens.csv", "a,b,c\n\nx,y\n");
  options_.requestheader_client_ca_file = (folder_ / "none").string();
  options_.requestheader_group_headers = {"X-Remote-Group", " "};
  const auto made = make_authenticator(options_, own_ca_.pem());
  ASSERT_FALSE(made);
  std::vector<std::string> texts;
  for (const auto& error : made.error()) {
    texts.push_back(error.message);
  }
  EXPECT_THAT(
      texts,
      ElementsAre(
          R"(empty value in "requestheader-group-headers")",
          "--requestheader-client-ca-file: file \"" + options_.requestheader_client_ca_file +
              "\": open " + options_.requestheader_client_ca_file + ": no such file or directory",
          ::testing::StartsWith("--client-ca-file: file \"" + options_.client_ca_file + "\": "),
          "--token-auth-file: file \"" + options_.token_auth_file +
              "\": line 3: a record needs at least 3 fields (token, user "
              "name, user uid), found 2"));
}

TEST_F(AuthenticatorTest, RefusesAFolderInPlaceOfAFile) {
  options_.token_auth_file = folder_.string();
  const auto made = make_authenticator(options_, own_ca_.pem());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().front().message, "--token-auth-file: file \"" + folder_.string() +
                                              "\": read " + folder_.string() + ": is a directory");
}

}  // namespace
}  // namespace kaudit::apiserver::identity
