#include "apiserver/identity/service_account_tokens.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/base64.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::identity {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Objects by kind, namespace and name.
class FakeObjects final : public BoundObjects {
 public:
  std::optional<BoundObject> find(BoundKind kind, std::string_view ns,
                                  std::string_view name) const override {
    const auto found = objects.find({kind, std::string(ns), std::string(name)});
    if (found == objects.end()) return std::nullopt;
    return found->second;
  }
  std::map<std::tuple<BoundKind, std::string, std::string>, BoundObject> objects;
};

class ServiceAccountTokensTest : public ::testing::Test {
 protected:
  ServiceAccountTokensTest() {
    objects->objects[{BoundKind::ServiceAccount, "ns", "sa"}] = {"u-sa", {}};
    objects->objects[{BoundKind::Pod, "ns", "pod"}] = {"u-pod", {}};
    objects->objects[{BoundKind::Node, "", "n1"}] = {"u-n1", {}};
    objects->objects[{BoundKind::Secret, "ns", "s"}] = {"u-s", {}};
    order.ns = "ns";
    order.account = {"sa", "u-sa"};
    order.audiences = {"https://api"};
    order.lifetime = seconds(3600);
  }

  ServiceAccountTokens tokens_with(const TokenKey& signing) {
    return ServiceAccountTokens({.issuers = {"https://issuer", "https://old"},
                                 .api_audiences = {"https://api"},
                                 .keys = {signing},
                                 .signing_key = signing,
                                 .objects = objects,
                                 .now = [this] { return now; }});
  }
  TokenResult check(const std::string& token, const Audiences& audiences = {"https://api"}) {
    return tokens.authenticate(token, audiences);
  }
  std::string error_of(const std::string& token) { return check(token).error; }

  std::shared_ptr<FakeObjects> objects = std::make_shared<FakeObjects>();
  Timestamp now{1'800'000'000, 0};
  TokenKey key = TokenKey::make();
  ServiceAccountTokens tokens = tokens_with(key);
  TokenOrder order;
};

std::string part(const std::string& token, std::size_t index) {
  return base64url_decode(split(token, '.').at(index)).value();
}

TEST_F(ServiceAccountTokensTest, AreWrittenAsKubernetesWritesThem) {
  order.pod = {"pod", "u-pod"};
  order.node = {"n1", "u-n1"};
  order.warn_after = seconds(3607);
  const IssuedToken issued = tokens.issue(order);
  EXPECT_EQ(part(issued.token, 0), R"({"alg":"ES256","kid":")" + key.id() + "\"}");
  EXPECT_EQ(part(issued.token, 1),
            R"({"aud":["https://api"],"exp":1800003600,"iat":1800000000,"iss":"https://issuer",)"
            R"("jti":")" +
                issued.credential_id.substr(4) +
                R"(","kubernetes.io":{"namespace":"ns","node":{"name":"n1","uid":"u-n1"},)"
                R"("pod":{"name":"pod","uid":"u-pod"},"serviceaccount":{"name":"sa",)"
                R"("uid":"u-sa"},"warnafter":1800003607},"nbf":1800000000,)"
                R"("sub":"system:serviceaccount:ns:sa"})");
}

TEST_F(ServiceAccountTokensTest, SayWhoTheirUserIs) {
  order.pod = {"pod", "u-pod"};
  order.node = {"n1", "u-n1"};
  const IssuedToken issued = tokens.issue(order);
  const TokenResult answer = check(issued.token);
  ASSERT_EQ(answer.result.outcome, Authentication::Authenticated) << answer.error;
  const audit::UserInfo& user = answer.result.user;
  EXPECT_EQ(user.username, "system:serviceaccount:ns:sa");
  EXPECT_EQ(user.uid, "u-sa");
  EXPECT_THAT(user.groups, ElementsAre("system:serviceaccounts", "system:serviceaccounts:ns",
                                       "system:authenticated"));
  const auto extra = [&user](const std::string& name) {
    return user.extra.at("authentication.kubernetes.io/" + name)->front();
  };
  EXPECT_EQ(extra("credential-id"), issued.credential_id);
  EXPECT_EQ(extra("pod-name") + extra("pod-uid"), "podu-pod");
  EXPECT_EQ(extra("node-name") + extra("node-uid"), "n1u-n1");
  EXPECT_THAT(answer.audiences, ElementsAre("https://api"));
}

TEST_F(ServiceAccountTokensTest, EndWithTheirTime) {
  const std::string token = tokens.issue(order).token;
  now.seconds += 3660;
  EXPECT_EQ(check(token).result.outcome, Authentication::Authenticated);
  now.seconds += 1;
  EXPECT_EQ(error_of(token), "service account token has expired");
  now.seconds = 1'800'000'000 - 61;
  EXPECT_EQ(error_of(token), "service account token is not valid yet");
}

TEST_F(ServiceAccountTokensTest, EndWithTheirServiceAccount) {
  const std::string token = tokens.issue(order).token;
  auto& account = objects->objects[{BoundKind::ServiceAccount, "ns", "sa"}];
  account.uid = "u-next";
  EXPECT_EQ(error_of(token), "service account UID (u-next) does not match claim (u-sa)");
  account.uid = "u-sa";
  account.deleted = Timestamp{now.seconds - 61, 0};
  EXPECT_EQ(error_of(token), "service account ns/sa has been deleted");
  objects->objects.clear();
  EXPECT_EQ(error_of(token), "serviceaccounts \"sa\" not found");
}

TEST_F(ServiceAccountTokensTest, EndWithWhatTheyAreBoundTo) {
  struct Case {
    BoundKind kind;
    std::string ns;
    std::string name;
    std::optional<TokenRef> TokenOrder::*member;
    std::string shown;
  };
  const Case cases[] = {{BoundKind::Pod, "ns", "pod", &TokenOrder::pod, "pod"},
                        {BoundKind::Secret, "ns", "s", &TokenOrder::secret, "secret"},
                        {BoundKind::Node, "", "n1", &TokenOrder::node, "node"}};
  for (const Case& one : cases) {
    SCOPED_TRACE(one.shown);
    TokenOrder bound = order;
    bound.*one.member = TokenRef{one.name, "u-" + one.name};
    const std::string token = tokens.issue(bound).token;
    EXPECT_EQ(check(token).result.outcome, Authentication::Authenticated);
    auto& object = objects->objects[{one.kind, one.ns, one.name}];
    const BoundObject before = object;
    object.uid = "x";
    EXPECT_EQ(error_of(token), one.shown + " UID (x) does not match service account " + one.shown +
                                   " ref claim (u-" + one.name + ")");
    object = before;
    object.deleted = Timestamp{now.seconds - 61, 0};
    EXPECT_EQ(error_of(token), "service account token has been invalidated");
    objects->objects.erase({one.kind, one.ns, one.name});
    EXPECT_EQ(error_of(token), "service account token has been invalidated");
  }
}

TEST_F(ServiceAccountTokensTest, OfASecretAreGoodWhileItHoldsThem) {
  const std::string token = tokens.issue_for_secret("ns", {"sa", "u-sa"}, "s");
  auto& secret = objects->objects[{BoundKind::Secret, "ns", "s"}];
  EXPECT_EQ(error_of(token), "Token does not match server's copy");
  secret.token = token;
  const TokenResult answer = check(token);
  ASSERT_EQ(answer.result.outcome, Authentication::Authenticated) << answer.error;
  EXPECT_EQ(answer.result.user->username, "system:serviceaccount:ns:sa");
  EXPECT_EQ(answer.result.user->uid, "u-sa");
  EXPECT_TRUE(answer.result.user->extra.empty());
  EXPECT_THAT(
      answer.result.annotations,
      ElementsAre(std::pair("authentication.k8s.io/legacy-token", "system:serviceaccount:ns:sa"),
                  std::pair("authentication.k8s.io/legacy-token-manual-secret", "s")));
  now.seconds += 1'000'000'000;
  EXPECT_EQ(check(token).result.outcome, Authentication::Authenticated);
  secret.deleted = now;
  EXPECT_EQ(error_of(token), "Token has been invalidated");
  secret.deleted.reset();
  objects->objects[{BoundKind::ServiceAccount, "ns", "sa"}].uid = "u-next";
  EXPECT_EQ(error_of(token), "ServiceAccount UID (u-next) does not match claim (u-sa)");
  objects->objects.erase({BoundKind::Secret, "ns", "s"});
  EXPECT_EQ(error_of(token), "Token has been invalidated");
}

TEST_F(ServiceAccountTokensTest, AreForTheirAudiencesAlone) {
  order.audiences = {"vault", "other"};
  const std::string token = tokens.issue(order).token;
  EXPECT_EQ(error_of(token),
            "token audiences [\"vault\" \"other\"] is invalid for the target audiences "
            "[\"https://api\"]");
  EXPECT_THAT(check(token, {"x", "other"}).audiences, ElementsAre("other"));
}

TEST_F(ServiceAccountTokensTest, AreNotBelievedOfAnotherKey) {
  const std::string token = tokens_with(TokenKey::make()).issue(order).token;
  EXPECT_EQ(error_of(token), "invalid signature, no keys found");
  const std::string good = tokens.issue(order).token;
  // What is remembered of it does not help one that looks like it.
  EXPECT_EQ(check(good).result.outcome, Authentication::Authenticated);
  const auto parts = split(good, '.');
  std::string bent(parts[2]);
  bent[5] = bent[5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(error_of(std::string(parts[0]) + "." + std::string(parts[1]) + "." + bent),
            "go-jose/go-jose: error in cryptographic primitive");
}

TEST_F(ServiceAccountTokensTest, DoNotChooseTheirAlgorithm) {
  const std::string good = tokens.issue(order).token;
  for (const std::string algorithm : {"none", "HS256", "RS256", "ES384", ""}) {
    const std::string header = base64url_encode("{\"alg\":\"" + algorithm + "\"}");
    EXPECT_EQ(error_of(header + good.substr(good.find('.'))),
              "go-jose/go-jose: error in cryptographic primitive")
        << algorithm;
  }
}

TEST_F(ServiceAccountTokensTest, OfOtherIssuersAreNoneOfOurs) {
  for (const std::string token : {"", "opaque", "a.b", "a.b.c", "e30.e30.", "{}.{}.{}"}) {
    EXPECT_EQ(check(token).result.outcome, Authentication::NoOpinion) << token;
  }
  const std::string other = unsigned_jwt("ES256", "", R"({"iss":"https://else"})") + ".AA";
  EXPECT_EQ(check(other).result.outcome, Authentication::NoOpinion);
  EXPECT_EQ(check(std::string(kMaxTokenBytes + 1, 'a')).result.outcome, Authentication::NoOpinion);
}

TEST_F(ServiceAccountTokensTest, AreAcceptedOfEveryIssuerThatIsNamed) {
  TokenClaims claims;
  claims.issuer = "https://old";
  claims.ns = "ns";
  claims.account = {"sa", "u-sa"};
  const std::string text = unsigned_jwt(key.algorithm(), "", claims_json(claims));
  const TokenResult answer = check(text + "." + base64url_encode(key.sign(text)));
  // Without audiences it is for the API, without times for ever.
  EXPECT_EQ(answer.result.outcome, Authentication::Authenticated) << answer.error;
  EXPECT_TRUE(answer.result.user->extra.empty());
}

TEST_F(ServiceAccountTokensTest, AreWarnedOfWhenTheyShouldHaveBeenRenewed) {
  order.pod = {"pod", "u-pod"};
  order.lifetime = seconds(365 * 24 * 3600);
  order.warn_after = seconds(3607);
  const std::string token = tokens.issue(order).token;
  EXPECT_TRUE(check(token).result.annotations.empty());
  now.seconds += 3617;
  EXPECT_THAT(check(token).result.annotations,
              ElementsAre(std::pair<std::string, std::string>(
                  "authentication.k8s.io/stale-token",
                  "subject: system:serviceaccount:ns:sa, seconds after warning threshold: 10")));
}

TEST(TokenKey, ReadsEveryKindOfKeyAndWritesItAsAJwk) {
  const TokenKey made = TokenKey::make();
  const auto read = TokenKey::public_keys("junk\n" + made.private_pem() + made.public_pem());
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(read->front().id(), made.id());
  EXPECT_EQ(read->back().jwk(), made.jwk());
  EXPECT_THAT(made.jwk(), HasSubstr(R"({"use":"sig","kty":"EC","kid":")" + made.id() +
                                    R"(","crv":"P-256","alg":"ES256","x":")"));
  EXPECT_TRUE(read->back().verify("text", made.sign("text")));
  EXPECT_FALSE(read->back().verify("other", made.sign("text")));
  EXPECT_FALSE(read->back().verify("text", ""));
  EXPECT_EQ(TokenKey::public_keys("nothing").error().message,
            "data does not contain any valid RSA or ECDSA public keys");
  EXPECT_EQ(TokenKey::private_key(made.public_pem()).error().message,
            "data does not contain a valid RSA or ECDSA private key");
}

}  // namespace
}  // namespace kaudit::apiserver::identity
