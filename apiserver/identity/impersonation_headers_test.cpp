#include "apiserver/identity/impersonation_headers.hpp"

#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit::apiserver::identity {
namespace {

using ::testing::ElementsAre;

http::Headers headers_of(const std::vector<std::pair<std::string, std::string>>& lines) {
  http::Headers headers;
  for (const auto& [name, value] : lines) headers.add(name, value);
  return headers;
}

std::optional<audit::UserInfo> wanted(
    const std::vector<std::pair<std::string, std::string>>& lines) {
  return read_impersonation(headers_of(lines), ImpersonationWording::Constrained).value();
}

std::string refusal(const std::vector<std::pair<std::string, std::string>>& lines,
                    ImpersonationWording wording) {
  const auto read = read_impersonation(headers_of(lines), wording);
  return read ? "accepted" : read.error().message;
}

TEST(ImpersonationHeaders, AskForNobodyWhenThereAreNone) {
  EXPECT_FALSE(wanted({{"Accept", "x"}}));
  EXPECT_FALSE(wanted({{"Impersonate-User", ""}}));
  EXPECT_FALSE(wanted({{"Impersonate-Uid", ""}}));
}

TEST(ImpersonationHeaders, NameAllOfAUser) {
  const auto user = wanted({{"impersonate-user", "jane"},
                            {"Impersonate-User", "second"},
                            {"IMPERSONATE-UID", "u-1"},
                            {"Impersonate-Group", "devs"},
                            {"Impersonate-Group", ""},
                            {"Impersonate-Extra-Acme.com%2Fproject", "a"},
                            {"impersonate-extra-acme.com%2fPROJECT", "b"},
                            {"Impersonate-Extra-bad%zz", "c"}});
  ASSERT_TRUE(user);
  EXPECT_EQ(user->username, "jane");
  EXPECT_EQ(user->uid, "u-1");
  EXPECT_THAT(user->groups, ElementsAre("devs", ""));
  EXPECT_THAT(*user->extra.at("acme.com/project"), ElementsAre("a", "b"));
  EXPECT_THAT(*user->extra.at("bad%zz"), ElementsAre("c"));
}

TEST(ImpersonationHeaders, AreRefusedWithoutAUserInTheWordsOfTheNewerFilter) {
  const auto words = ImpersonationWording::Constrained;
  EXPECT_EQ(refusal({{"Impersonate-Group", "g"}}, words),
            "requested &user.DefaultInfo{Name:\"\", UID:\"\", Groups:[]string{\"g\"}, "
            "Extra:map[string][]string(nil)} without impersonating a user name");
  EXPECT_EQ(refusal({{"Impersonate-Uid", "u"}, {"Impersonate-Extra-X", "v"}}, words),
            "requested &user.DefaultInfo{Name:\"\", UID:\"u\", Groups:[]string(nil), "
            "Extra:map[string][]string{\"x\":[]string{\"v\"}}} without impersonating a user name");
}

TEST(ImpersonationHeaders, AreRefusedWithoutAUserInTheWordsOfTheOlderFilter) {
  const auto words = ImpersonationWording::Legacy;
  EXPECT_EQ(refusal({{"Impersonate-Group", "g"}}, words),
            "requested [{Group  g    }] without impersonating a user");
  EXPECT_EQ(refusal({{"Impersonate-Uid", "u"}, {"Impersonate-Extra-X", "v"}}, words),
            "requested [{UserExtra  v  authentication.k8s.io/v1  x} "
            "{UID  u  authentication.k8s.io/v1  }] without impersonating a user");
}

TEST(ImpersonationHeaders, AreGoneBehindTheFilter) {
  auto headers = headers_of({{"Impersonate-User", "jane"},
                             {"impersonate-group", "g"},
                             {"Accept", "x"},
                             {"Impersonate-Extra-A", "1"},
                             {"impersonate-extra-b", "2"},
                             {"Impersonate-Uid", "u"}});
  remove_impersonation(headers);
  ASSERT_EQ(headers.lines().size(), 1U);
  EXPECT_EQ(headers.lines().front().name, "Accept");
}

}  // namespace
}  // namespace kaudit::apiserver::identity
