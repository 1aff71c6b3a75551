// Secrets that hold a service account's token.
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"
#include "apiserver/api/virtual_resources.hpp"
#include "base/text/base64.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::World;

/// Issues tokens that say whose they are.
class ReadableTokens final : public VirtualResources {
 public:
  const VirtualHandler* find(const objects::Resource&, const objects::Subresource*,
                             std::string_view) const noexcept override {
    return nullptr;
  }
  std::string token_for_secret(const SecretToken& wanted) const override {
    return std::string(wanted.ns)
               .append(" ")
               .append(wanted.account)
               .append(" ")
               .append(wanted.account_uid)
               .append(" ")
               .append(wanted.secret)
               .append(" ") +
           std::to_string(++issued_);
  }

 private:
  mutable int issued_ = 0;
};

class AccountSecrets : public ::testing::Test {
 protected:
  static constexpr std::string_view kBase = "/api/v1/namespaces/default/";

  Answered post(const std::string& resource, const std::string& body) {
    return world_.ask(
        {"POST", std::string(kBase) + resource, {{"Content-Type", "application/json"}}, body});
  }
  void make_account() {
    ASSERT_EQ(post("serviceaccounts", R"({"metadata":{"name":"robot"}})").status, 201);
  }
  void make_secret(const std::string& type = "kubernetes.io/service-account-token") {
    const Answered made = post(
        "secrets", R"({"metadata":{"name":"s","annotations":{"kubernetes.io/service-account.name":)"
                   R"("robot"}},"type":")" +
                       type + R"("})");
    ASSERT_EQ(made.status, 201) << made.body;
    // As from a real server, whose controller is not that quick.
    EXPECT_FALSE(Json::parse(made.body).contains("data"));
  }
  Json secret() { return Json::parse(world_.ask({"GET", std::string(kBase) + "secrets/s"}).body); }
  std::string data(const std::string& key) {
    return base64_decode(secret()["data"].value(key, "")).value_or("");
  }

  World world_{ApiOptions{.store = nullptr,
                          .virtual_resources = std::make_shared<ReadableTokens>(),
                          .cluster = {.furnishing = Furnishing::Furnished, .root_ca = "PEM"}}};
};

TEST_F(AccountSecrets, GetTheTokenOfTheirAccount) {
  make_account();
  make_secret();
  EXPECT_EQ(data("ca.crt"), "PEM");
  EXPECT_EQ(data("namespace"), "default");
  const Json account =
      Json::parse(world_.ask({"GET", std::string(kBase) + "serviceaccounts/robot"}).body);
  const std::string uid = account["metadata"]["uid"];
  EXPECT_EQ(data("token"), "default robot " + uid + " s 1");
  EXPECT_EQ(secret()["metadata"]["annotations"]["kubernetes.io/service-account.uid"], uid);
}

TEST_F(AccountSecrets, WaitForTheirAccount) {
  make_secret();
  EXPECT_FALSE(secret().contains("data"));
  make_account();
  EXPECT_FALSE(data("token").empty());
}

TEST_F(AccountSecrets, KeepTheirTokenAndGetANewOneForALostOne) {
  make_account();
  make_secret();
  const std::string token = data("token");
  const auto patch = [&](const std::string& body) {
    return world_
        .ask({"PATCH",
              std::string(kBase) + "secrets/s",
              {{"Content-Type", "application/merge-patch+json"}},
              body})
        .status;
  };
  EXPECT_EQ(patch(R"({"metadata":{"labels":{"a":"b"}}})"), 200);
  EXPECT_EQ(data("token"), token);
  EXPECT_EQ(patch(R"({"data":{"token":null}})"), 200);
  EXPECT_FALSE(data("token").empty());
  EXPECT_NE(data("token"), token);
}

TEST_F(AccountSecrets, AreThoseOfTheirTypeAlone) {
  make_account();
  make_secret("Opaque");
  EXPECT_FALSE(secret().contains("data"));
}

}  // namespace
}  // namespace kaudit::apiserver::api
