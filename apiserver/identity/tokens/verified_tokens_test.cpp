#include "apiserver/identity/tokens/verified_tokens.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace kaudit::apiserver::identity {
namespace {

VerifiedTokenPtr token_of(const std::string& subject) {
  TokenClaims claims;
  claims.subject = subject;
  return std::make_shared<const VerifiedToken>(VerifiedToken{claims, {}});
}

std::string text_of(std::size_t number) {
  return "header.claims.signature-" + std::to_string(number);
}

TEST(VerifiedTokens, RemembersTheWholeText) {
  VerifiedTokens tokens;
  const std::string one(100, 'x');
  tokens.add(one, token_of("one"));
  ASSERT_NE(tokens.find(one), nullptr);
  EXPECT_EQ(tokens.find(one)->claims.subject, "one");
  EXPECT_EQ(tokens.find("y" + one.substr(1)), nullptr) << "of the same end";
  EXPECT_EQ(tokens.find(one.substr(1)), nullptr);
  EXPECT_EQ(tokens.find(""), nullptr);
}

TEST(VerifiedTokens, ForgetsWhatIsNotUsed) {
  VerifiedTokens tokens;
  const std::size_t count = 5 * VerifiedTokens::kRemembered;
  std::size_t remembered = 0;
  for (std::size_t number = 0; number < count; ++number) {
    tokens.add(text_of(number), token_of(std::to_string(number)));
    ASSERT_NE(tokens.find(text_of(0)), nullptr) << "it is used all the time";
  }
  for (std::size_t number = count - VerifiedTokens::kRemembered + 1; number < count; ++number) {
    ASSERT_NE(tokens.find(text_of(number)), nullptr) << number;
  }
  for (std::size_t number = 1; number < count; ++number) {
    if (tokens.find(text_of(number)) != nullptr) ++remembered;
  }
  EXPECT_LE(remembered, 2 * VerifiedTokens::kRemembered);
}

TEST(VerifiedTokens, DoesNotRememberLongOnes) {
  VerifiedTokens tokens;
  tokens.add(std::string(VerifiedTokens::kLongest, 'a'), token_of("a"));
  tokens.add(std::string(VerifiedTokens::kLongest + 1, 'b'), token_of("b"));
  EXPECT_NE(tokens.find(std::string(VerifiedTokens::kLongest, 'a')), nullptr);
  EXPECT_EQ(tokens.find(std::string(VerifiedTokens::kLongest + 1, 'b')), nullptr);
}

TEST(VerifiedTokens, MayBeAskedByAnyThread) {
  VerifiedTokens tokens;
  std::vector<std::jthread> threads;
  for (std::size_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&tokens] {
      for (std::size_t number = 0; number < 3 * VerifiedTokens::kRemembered; ++number) {
        const auto found = tokens.find(text_of(number));
        if (found) {
          EXPECT_EQ(found->claims.subject, std::to_string(number));
        } else {
          tokens.add(text_of(number), token_of(std::to_string(number)));
        }
      }
    });
  }
}

}  // namespace
}  // namespace kaudit::apiserver::identity
