// Goal: the client's side of a SoupBinTCP connection numbers what comes, and goes on where it was.
#include "node/soup/soup_client.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "soup_bytes.hpp"

namespace {

using namespace wirebook;
using namespace wirebook::node::soup;
using namespace wirebook::test;

const std::string accepted = packet('A', "      DAY1                   5");

ClientLogin bob(std::uint64_t next = 1) {
  return {.username = Alpha<6>::from("bob"),
          .password = Alpha<10>::from("secret"),
          .next_number = next};
}

std::string heard(SoupClient& client, std::string_view stream) {
  std::string all;
  const auto bytes = to_bytes(stream);
  client.feed(bytes, 0);
  while (const auto input = client.next()) {
    switch (input->kind) {
      case SoupClientKind::accepted:
        all += "accepted " + std::to_string(input->number) + ";";
        break;
      case SoupClientKind::rejected:
        all += std::string("rejected ") + input->reject_code + ";";
        break;
      case SoupClientKind::message:
        all += std::to_string(input->number) + " " + to_text(input->payload) + ";";
        break;
      case SoupClientKind::ended:
        all += "ended " + std::to_string(input->number) + ";";
        break;
      case SoupClientKind::malformed:
        all += std::string(to_string(input->outcome)) + ";";
        break;
      case SoupClientKind::violation:
        all += "violation;";
        break;
    }
  }
  return all;
}

TEST(SoupClient, EachInputHasOneOutcomeInAnyCut) {
  struct Row {
    std::string stream;
    std::string outcome;
  };
  const std::vector<Row> rows{
      {accepted, "accepted 5;"},
      {packet('+', "x") + accepted + packet('S', "a") + packet('H') + packet('S', "b"),
       "accepted 5;5 a;6 b;"},
      {accepted + packet('S', "a") + packet('Z') + packet('S', "b"), "accepted 5;5 a;ended 6;"},
      {packet('J', "S") + packet('S', "b"), "rejected S;"},
      {packet('S', "early"), "violation;"},
      {packet('H'), "violation;"},
      {accepted + accepted, "accepted 5;violation;"},
      {packet('A', "      DAY1                   0"), "violation;"},
      {packet('A', "      DAY1                  x1"), "violation;"},
      {accepted + packet('U', "4.00") + packet('S', "a"), "accepted 5;soup_unknown_type;5 a;"},
      {accepted + packet('S', std::string(513, 'l')) + packet('S', "a"),
       "accepted 5;soup_length;5 a;"},
  };
  for (const Row& row : rows)
    for (std::size_t step : {std::size_t{1}, std::size_t{3}, row.stream.size()}) {
      SoupClient client(bob());
      client.connect(0);
      std::string all;
      for (std::size_t from = 0; from < row.stream.size(); from += step)
        all += heard(client, std::string_view(row.stream).substr(from, step));
      EXPECT_EQ(all, row.outcome) << "step " << step;
    }
}

TEST(SoupClient, ComesBackForTheNextMessageOfTheSameSession) {
  SoupClient client(bob());
  client.connect(0);
  EXPECT_EQ(to_text(client.output()), login_packet("bob", "secret", "", "1"));
  heard(client, accepted + packet('S', "a") + packet('S', "b").substr(0, 3));
  client.connect(0);
  EXPECT_EQ(to_text(client.output()), login_packet("bob", "secret", "      DAY1", "6"));
}

TEST(SoupClient, AfterTheEndItAsksForTheNextSession) {
  SoupClient client(bob(5));
  client.connect(0);
  heard(client, accepted + packet('Z'));
  client.connect(0);
  EXPECT_EQ(to_text(client.output()), login_packet("bob", "secret", "", "1"));
}

TEST(SoupClient, SendsOnlyWhenLoggedInAndNoMoreThanItHasRoomFor) {
  SoupClient client(bob(), 64);
  const auto message = to_bytes("order");
  EXPECT_FALSE(client.send(message));
  client.connect(0);
  EXPECT_FALSE(client.send(message));
  heard(client, accepted);
  client.wrote(client.output().size(), 0);
  std::string expected;
  for (int i = 0; i < 8; ++i, expected += packet('U', "order"))
    EXPECT_TRUE(client.send(message));
  EXPECT_FALSE(client.send(message));
  EXPECT_EQ(to_text(client.output()), expected);
  client.wrote(9, 0);
  EXPECT_TRUE(client.send(message));
  EXPECT_EQ(to_text(client.output()).size(), 64U - 1);
}

TEST(SoupClient, KeepsAliveAndHoldsASilentServerForGone) {
  constexpr std::uint64_t second = 1'000'000'000;
  SoupClient client(bob());
  client.connect(0);
  client.wrote(client.output().size(), 0);
  heard(client, accepted);
  client.keep_alive(second - 1, {});
  EXPECT_TRUE(client.output().empty());
  client.keep_alive(second, {});
  EXPECT_EQ(to_text(client.output()), packet('R'));
  EXPECT_FALSE(client.overdue(15 * second - 1, {}));
  EXPECT_TRUE(client.overdue(15 * second, {}));
}

}  // namespace
