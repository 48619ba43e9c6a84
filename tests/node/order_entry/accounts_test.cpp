// Goal: who may log in: password hashes, and the accounts that a configuration makes.
// Method: values in, verdicts out; the constant time is shown by the work that is done, not timed.
#include "node/order_entry/accounts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wirebook::node {
namespace {

PasswordHash hash_of(std::string_view password) {
  return {Alpha<10>::from(password), random_salt()};
}

SessionConfig account(std::string_view username, std::string_view password) {
  return {.username = Alpha<6>::from(username), .password_hash = hash_of(password)};
}

std::uint32_t find(const Accounts& accounts, std::string_view username, std::string_view password) {
  return accounts.find(Alpha<6>::from(username), Alpha<10>::from(password));
}

TEST(PasswordHash, MatchesItsPasswordWithoutRegardToCaseAndNoOther) {
  const PasswordHash hash = hash_of("Secret");
  EXPECT_TRUE(hash.matches(Alpha<10>::from("sECRET")));
  EXPECT_FALSE(hash.matches(Alpha<10>::from("secre")));
  EXPECT_FALSE(hash.matches(Alpha<10>::from("secret1")));
  EXPECT_FALSE(hash.matches(Alpha<10>::from("")));
}

TEST(PasswordHash, OnePasswordHasAnotherHashForEachSalt) {
  EXPECT_NE(hash_of("secret").to_text(), hash_of("secret").to_text());
}

TEST(PasswordHash, ItsTextIsReadAgain) {
  const PasswordHash hash = hash_of("secret");
  const auto again = PasswordHash::from_text(hash.to_text());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, hash);
  EXPECT_TRUE(again->matches(Alpha<10>::from("secret")));
}

TEST(PasswordHash, IsTheBlake2bOfThePublishedLayout) {
  // python3: hashlib.blake2b(b"SECRET    ", digest_size=32, salt=bytes(range(16)),
  //                          person=b"wirebook login 1").hexdigest()
  PasswordHash::Salt salt{};
  for (std::size_t i = 0; i < salt.size(); ++i)
    salt[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(PasswordHash(Alpha<10>::from("secret"), salt).to_text(),
            "b2:000102030405060708090a0b0c0d0e0f:"
            "12d2361009bda746a885ab427d8192d2f6e6ea75f11f5b45ab35c9fc4291d025");
}

TEST(PasswordHash, ATextThatIsNoneIsNothing) {
  const std::string good = hash_of("secret").to_text();
  for (const std::string& text :
       {std::string(), std::string("b2:"), std::string("secret"), good.substr(1),
        good.substr(0, good.size() - 1), good + "0", "b3" + good.substr(2),
        good.substr(0, good.size() - 1) + "g", good.substr(0, 35) + good.substr(36)})
    EXPECT_FALSE(PasswordHash::from_text(text).has_value()) << text;
}

TEST(PasswordHash, ADefaultOneMatchesNothing) {
  EXPECT_FALSE(PasswordHash().matches(Alpha<10>::from("")));
}

TEST(Accounts, EachNameFindsItsSessionAndOnlyWithItsPassword) {
  for (const std::size_t count : {1U, 2U, 3U, 7U, 8U, 100U}) {
    NodeConfig config;
    for (std::size_t i = 0; i < count; ++i)
      config.sessions.push_back(account("u" + std::to_string(count - i), "pw" + std::to_string(i)));
    const Accounts accounts(config);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = "U" + std::to_string(count - i);
      EXPECT_EQ(find(accounts, name, "PW" + std::to_string(i)), i + 1);
      EXPECT_EQ(find(accounts, name, "pw" + std::to_string(i + 1)), 0U);
    }
    for (const char* const name : {"", "a", "u", "u0", "zzzzzz", "\x7f"})
      EXPECT_EQ(find(accounts, name, "pw0"), 0U);
  }
}

TEST(Accounts, WithoutAnyNobodyIsKnown) {
  const Accounts accounts(NodeConfig{});
  EXPECT_EQ(find(accounts, "alice", ""), 0U);
  EXPECT_EQ(accounts.find(Alpha<6>{}, Alpha<10>{}), 0U);
}

TEST(Accounts, APlainPasswordServesForTrials) {
  NodeConfig config;
  config.sessions.push_back(
      {.username = Alpha<6>::from("bob"), .password = Alpha<10>::from("Hunter2")});
  const Accounts accounts(config);
  EXPECT_EQ(find(accounts, "BOB", "hunter2"), 1U);
  EXPECT_EQ(find(accounts, "BOB", "hunter3"), 0U);
}

TEST(Accounts, AnAccountOfAnotherShardIsNoneHere) {
  NodeConfig config;
  config.engine.shard = 2;
  config.sessions = {account("here", "a"), account("there", "b"), account("any", "c")};
  config.sessions[0].shard = 2;
  config.sessions[1].shard = 3;
  const Accounts accounts(config);
  EXPECT_EQ(find(accounts, "here", "a"), 1U);
  EXPECT_EQ(find(accounts, "there", "b"), 0U);
  EXPECT_EQ(find(accounts, "any", "c"), 3U);
}

}  // namespace
}  // namespace wirebook::node
