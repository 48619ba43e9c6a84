// Goal: the server's side of a SoupBinTCP connection has one outcome for whatever comes, in any
// cut, and writes exactly the bytes of the specification however the socket takes them.
#include "node/soup/soup_server.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "soup_bytes.hpp"

namespace {

using namespace wirebook;
using namespace wirebook::node::soup;
using namespace wirebook::test;

constexpr std::uint64_t second = 1'000'000'000;
constexpr auto session_name = Alpha<10>::from("DAY1");

/// What a connection says of a stream; a login is accepted.
std::string said(SoupServerIn& in, std::string_view stream) {
  std::string all;
  const auto bytes = to_bytes(stream);
  in.feed(bytes, 0);
  while (const auto input = in.next()) {
    switch (input->kind) {
      case SoupInputKind::login:
        all += "login " + std::string(input->login.username.view()) + "/" +
               std::string(input->login.password.view()) + " " +
               std::to_string(input->login.requested_sequence) + ";";
        in.accept();
        break;
      case SoupInputKind::message:
        all += "message " + to_text(input->payload) + ";";
        break;
      case SoupInputKind::logout:
        all += "logout;";
        break;
      case SoupInputKind::malformed:
        all += std::string(to_string(input->outcome)) + ";";
        break;
      case SoupInputKind::violation:
        all += "violation;";
        break;
    }
  }
  return all;
}

std::string zero_length() { return std::string(2, '\0'); }

TEST(SoupServerIn, EachInputHasOneOutcomeInAnyCut) {
  const std::string login = login_packet("bob", "secret", "", "7");
  const std::string in_first = "login bob/secret 7;";
  struct Row {
    std::string stream;
    std::string outcome;
  };
  const std::vector<Row> rows{
      {login, in_first},
      {packet('+', "hello") + login, in_first},
      {login + packet('U', "abc"), in_first + "message abc;"},
      {login + packet('U'), in_first + "message ;"},
      {login + packet('R') + packet('U', "x"), in_first + "message x;"},
      {login + packet('+', std::string(5000, 'd')) + packet('U', "x"), in_first + "message x;"},
      {login + packet('O') + packet('U', "late"), in_first + "logout;"},
      {login + packet('U', std::string(253, 'y')),
       in_first + "message " + std::string(253, 'y') + ";"},
      {login + packet('U', std::string(254, 'y')) + packet('U', "x"),
       in_first + "soup_length;message x;"},
      {login + packet('S', "x") + packet('U', "x"), in_first + "soup_unknown_type;message x;"},
      {login + packet('R', "x") + packet('U', "x"), in_first + "soup_length;message x;"},
      {login + zero_length() + packet('U', "x"), in_first + "soup_empty;message x;"},
      {login + login + packet('U', "x"), in_first + "violation;"},
      {packet('U', "x") + login, "violation;"},
      {packet('R') + login, "violation;"},
      {packet('O') + login, "logout;"},
      {packet('Z') + login, "violation;"},
      {packet('L', "short") + login, "violation;"},
      {zero_length() + login, "violation;"},
      {login_packet("bob", "secret", "", "7x"), "violation;"},
      {login_packet("bob", "secret", "", "-1"), "violation;"},
      {login_packet("bob", "secret", "", ""), "login bob/secret 0;"},
      {login_packet("bob", "secret", "", "00000000000000000042"), "login bob/secret 42;"},
      {login_packet("bob", "secret", "", "99999999999999999999"),
       "login bob/secret 18446744073709551615;"},
      // SoupBinTCP 4.10 says how long a silence it wants besides.
      {packet('L', login.substr(3) + "15000"), in_first},
      {std::string("\xFF\xFFU", 3) + std::string(65'534, 'g') + login, "violation;"},
      {login + std::string("\xFF\xFFU", 3) + std::string(65'534, 'g') + packet('U', "x"),
       in_first + "soup_length;message x;"},
      {"GET / HTTP/1.1\r\n\r\n", "violation;"},
  };
  for (const Row& row : rows)
    for (std::size_t step :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{50}, row.stream.size()}) {
      SoupServerIn in;
      in.open(0);
      std::string all;
      for (std::size_t from = 0; from < row.stream.size(); from += step)
        all += said(in, std::string_view(row.stream).substr(from, step));
      EXPECT_EQ(all, row.outcome) << "step " << step << " of " << row.stream.substr(0, 80);
    }
}

TEST(SoupServerIn, AStrangerHasTheLoginTimeoutWhateverItSays) {
  const ServerTimes times{.login_timeout_ns = 5 * second, .timeout_ns = 15 * second};
  SoupServerIn in;
  in.open(10 * second);
  const auto debug = to_bytes(packet('+', "still here"));
  in.feed(debug, 14 * second);
  EXPECT_FALSE(in.next());
  EXPECT_FALSE(in.overdue(15 * second - 1, times));
  EXPECT_TRUE(in.overdue(15 * second, times));
}

TEST(SoupServerIn, ASilentClientIsOverdueAndTimeWithoutListeningDoesNotCount) {
  const ServerTimes times{.login_timeout_ns = 5 * second, .timeout_ns = 15 * second};
  SoupServerIn in;
  in.open(0);
  said(in, login_packet("bob", "secret"));
  const auto heartbeat = to_bytes(packet('R'));
  in.feed(heartbeat, 10 * second);
  EXPECT_FALSE(in.next());
  EXPECT_FALSE(in.overdue(25 * second - 1, times));
  EXPECT_TRUE(in.overdue(25 * second, times));
  EXPECT_FALSE(in.overdue(25 * second, times, 11 * second));
  EXPECT_TRUE(in.overdue(26 * second, times, 11 * second));
}

TEST(SoupServerIn, ANewConnectionKnowsNothingOfTheLastOne) {
  SoupServerIn in;
  in.open(0);
  said(in, login_packet("bob", "secret") + packet('U', "abc").substr(0, 4));
  in.open(0);
  EXPECT_EQ(said(in, packet('U', "x")), "violation;");
  in.open(0);
  EXPECT_EQ(said(in, login_packet("eve", "x")), "login eve/x 1;");
}

/// Writes everything there is in pieces of at most `step` bytes.
std::string written(SoupServerOut& out, const std::string& blocks, std::size_t step,
                    std::size_t vectors_max) {
  const auto kept = to_bytes(blocks);
  std::span<const std::byte> rest(kept);
  std::string all;
  std::vector<iovec> vectors(vectors_max);
  while (true) {
    const std::size_t used = out.gather(rest, vectors);
    const std::string ready = to_text(std::span(vectors).first(used));
    if (ready.empty())
      return all;
    const std::string taken = ready.substr(0, step);
    all += taken;
    rest = rest.subspan(out.wrote(taken.size(), rest, 0).block_bytes);
  }
}

TEST(SoupServerOut, WritesTheAnswerThenMessagesHoweverTheSocketTakesThem) {
  const std::string blocks = block("first") + block("") + block(std::string(512, 'z'));
  const std::string expected = packet('A', "      DAY1                   7") +
                               packet('S', "first") + packet('S') +
                               packet('S', std::string(512, 'z'));
  for (std::size_t step : {1U, 2U, 3U, 4U, 32U, 35U, 36U, 200U, 10'000U})
    for (std::size_t vectors : {2U, 3U, 4U, 16U}) {
      SoupServerOut out;
      out.open(0);
      out.accept(session_name, 7, 0);
      EXPECT_EQ(out.position(), 7U);
      EXPECT_EQ(written(out, blocks, step, vectors), expected) << step << " " << vectors;
      EXPECT_EQ(out.position(), 10U);
      EXPECT_FALSE(out.pending());
      EXPECT_FALSE(out.done());
    }
}

TEST(SoupServerOut, NothingLeavesBeforeTheAnswer) {
  SoupServerOut out;
  out.open(0);
  EXPECT_EQ(written(out, block("early"), 100, 8), "");
  EXPECT_FALSE(out.keep_alive(100 * second, {}));
}

TEST(SoupServerOut, ARejectedLoginIsToldAndOver) {
  SoupServerOut out;
  out.open(0);
  out.reject('A');
  EXPECT_FALSE(out.done());
  EXPECT_EQ(written(out, block("secret"), 1, 8), packet('J', "A"));
  EXPECT_TRUE(out.done());
}

TEST(SoupServerOut, TheEndFollowsAPacketThatIsHalfGone) {
  SoupServerOut out;
  out.open(0);
  out.accept(session_name, 1, 0);
  written(out, "", 100, 8);
  const auto blocks = to_bytes(block("half") + block("never"));
  EXPECT_EQ(out.wrote(4, blocks, 0).messages, 0U);
  out.end();
  std::vector<iovec> vectors(8);
  const std::size_t used = out.gather(blocks, vectors);
  EXPECT_EQ(to_text(std::span(vectors).first(used)), "alf" + packet('Z'));
  EXPECT_EQ(written(out, block("half") + block("never"), 1, 8), "alf" + packet('Z'));
  EXPECT_TRUE(out.done());
}

TEST(SoupServerOut, AHeartbeatIsSentWhenNothingElseWas) {
  SoupServerOut out;
  out.open(0);
  out.accept(session_name, 1, 0);
  written(out, "", 100, 8);
  EXPECT_FALSE(out.keep_alive(second - 1, {}));
  EXPECT_TRUE(out.keep_alive(second, {}));
  EXPECT_FALSE(out.keep_alive(9 * second, {})) << "the one that waits is enough";
  std::vector<iovec> vectors(8);
  const std::size_t used = out.gather({}, vectors);
  EXPECT_EQ(to_text(std::span(vectors).first(used)), packet('H'));
  out.wrote(3, {}, 9 * second);
  EXPECT_FALSE(out.keep_alive(10 * second - 1, {}));
  EXPECT_TRUE(out.keep_alive(10 * second, {}));
}

TEST(SoupPackets, ALoginStartsWhereItAsksAsFarAsThatIsKept) {
  EXPECT_EQ(start_for(1, 1, 1), 1U);
  EXPECT_EQ(start_for(0, 1, 1), 1U) << "no message yet: the next one";
  EXPECT_EQ(start_for(0, 1, 9), 8U) << "the last message";
  EXPECT_EQ(start_for(5, 1, 9), 5U);
  EXPECT_EQ(start_for(9, 1, 9), 9U);
  EXPECT_EQ(start_for(10, 1, 9), 9U);
  EXPECT_EQ(start_for(~std::uint64_t{0}, 1, 9), 9U);
  EXPECT_EQ(start_for(3, 6, 9), 6U) << "the oldest that is kept";
}

TEST(SoupPackets, ASessionIsAskedForWithAnyPaddingAndCase) {
  const auto name = Alpha<10>::from("WIRE01");
  EXPECT_TRUE(asks_for(Alpha<10>::from(""), name));
  EXPECT_TRUE(asks_for(Alpha<10>::from("WIRE01"), name));
  EXPECT_TRUE(asks_for(Alpha<10>::from("    wire01"), name));
  EXPECT_TRUE(asks_for(Alpha<10>{}, name)) << "zeros are blanks";
  EXPECT_FALSE(asks_for(Alpha<10>::from("WIRE02"), name));
  EXPECT_FALSE(asks_for(Alpha<10>::from("WIRE0"), name));
}

}  // namespace
