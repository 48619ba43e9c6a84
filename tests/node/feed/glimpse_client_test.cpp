// Goal: a snapshot is taken whole, wherever TCP cuts it; whatever else a server does ends it with a
// reason, and a new one can be taken.
// Method: the client without a socket, fed byte by byte or at once.
#include "node/feed/glimpse_client.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "feed_world.hpp"

namespace wirebook::feed::test {
namespace {

constexpr std::uint64_t ns_per_s = 1'000'000'000;

struct GlimpseClientTest : public testing::Test, GlimpseSink {
  GlimpseClientTest() { reset({}); }
  void reset(const GlimpseOptions& options) { client_.emplace(options, *this); }

  void on_snapshot_begin() noexcept override { told_ += "begin "; }
  void on_snapshot_message(Bytes message) noexcept override {
    told_.append(reinterpret_cast<const char*>(message.data()), message.size()) += ' ';
  }
  void on_snapshot_end(std::uint64_t number) noexcept override {
    told_ += "end " + std::to_string(number);
  }
  void on_snapshot_failed(GlimpseFailure why) noexcept override { told_ += to_text(why); }
  void send_to_glimpse(Bytes bytes) noexcept override {
    sent_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  void connect() {
    told_.clear();
    sent_.clear();
    client_->start(0);
    client_->on_connected(0);
  }
  static ByteVector accepted() {
    ByteVector bytes;
    append_soup(bytes, 'A', text_bytes("   GLIMPSE                   1"));
    return bytes;
  }
  static std::string end_message(const std::string& digits) {
    return "G" + std::string(20 - digits.size(), ' ') + digits;
  }
  static ByteVector whole_snapshot() {
    ByteVector bytes = accepted();
    append_soup(bytes, '+', text_bytes("debug"));
    append_soup(bytes, 'S', text_bytes("one"));
    append_soup(bytes, 'H', {});
    append_soup(bytes, 'S', text_bytes("two"));
    append_soup(bytes, 'S', text_bytes(end_message("4711")));
    return bytes;
  }
  /// What the client says after the login was accepted and this came.
  std::string after(char type, std::string_view payload) {
    connect();
    client_->on_bytes(accepted(), 0);
    told_.clear();
    ByteVector bytes;
    append_soup(bytes, type, text_bytes(payload));
    client_->on_bytes(bytes, 0);
    return told_;
  }

  std::optional<GlimpseClient> client_;
  std::string told_;
  std::string sent_;
};

TEST_F(GlimpseClientTest, LogsInFromTheFirstMessageOn) {
  reset({.username = Alpha<6>::from("feed"), .password = Alpha<10>::from("pass")});
  connect();
  ASSERT_EQ(sent_.size(), 49U);
  EXPECT_EQ(sent_.substr(0, 3), std::string("\0\x2F"
                                            "L",
                                            3));
  EXPECT_EQ(sent_.substr(3), "feed  pass                " + std::string(19, ' ') + "1")
      << "blank session, number 1";
}

TEST_F(GlimpseClientTest, TakesASnapshotWhereverItIsCut) {
  const ByteVector bytes = whole_snapshot();
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    connect();
    client_->on_bytes(Bytes(bytes).first(cut), 0);
    client_->on_bytes(Bytes(bytes).subspan(cut), 0);
    EXPECT_EQ(told_, "begin one two end 4711") << cut;
    EXPECT_FALSE(client_->active());
  }
}

TEST_F(GlimpseClientTest, NothingBehindTheEndCounts) {
  ByteVector bytes = whole_snapshot();
  append_soup(bytes, 'S', text_bytes("three"));
  connect();
  client_->on_bytes(bytes, 0);
  EXPECT_EQ(told_, "begin one two end 4711");
  connect();  // and the next snapshot starts with nothing of it
  client_->on_bytes(whole_snapshot(), 0);
  EXPECT_EQ(told_, "begin one two end 4711");
}

TEST_F(GlimpseClientTest, EachTroubleHasItsName) {
  connect();
  ByteVector rejected;
  append_soup(rejected, 'J', text_bytes("A"));
  client_->on_bytes(rejected, 0);
  EXPECT_EQ(told_, "login rejected: not authorized");

  connect();
  rejected.clear();
  append_soup(rejected, 'J', text_bytes("S"));
  client_->on_bytes(rejected, 0);
  EXPECT_EQ(told_, "login rejected: no session");

  connect();
  client_->on_bytes(accepted(), 0);
  client_->on_closed();
  EXPECT_EQ(told_, "begin closed by the server");

  client_->start(0);
  told_.clear();
  client_->on_closed();
  EXPECT_EQ(told_, "not reached");

  EXPECT_EQ(after('Z', ""), "session ended");
  EXPECT_EQ(after('A', "   GLIMPSE                   1"), "not SoupBinTCP") << "a second login";
  EXPECT_EQ(after('?', ""), "not SoupBinTCP");
  EXPECT_EQ(after('S', "G1"), "end message without a number");
  EXPECT_EQ(after('S', end_message("47 11")), "end message without a number");
  EXPECT_EQ(after('S', end_message("0")), "end message without a number");
  EXPECT_EQ(after('S', end_message("99999999999999999999")), "end message without a number");
  EXPECT_EQ(after('S', "G00000000000000004711"), "end 4711") << "zeros are padding too";
}

TEST_F(GlimpseClientTest, ASilentServerAndAnEndlessSnapshotAreGivenUp) {
  connect();
  client_->on_bytes(accepted(), 0);
  told_.clear();
  client_->poll(14 * ns_per_s);
  EXPECT_EQ(told_, "");
  client_->poll(15 * ns_per_s);
  EXPECT_EQ(told_, "server silent");

  connect();
  client_->on_bytes(accepted(), 0);
  told_.clear();
  ByteVector one;
  append_soup(one, 'S', text_bytes("more"));
  std::uint64_t at = 0;
  for (; client_->active() && at < 1000 * ns_per_s; at += ns_per_s) {
    client_->on_bytes(one, at);
    client_->poll(at);
  }
  EXPECT_EQ(at / ns_per_s, 301U);
  EXPECT_EQ(told_.substr(told_.size() - 13), "took too long");
}

TEST_F(GlimpseClientTest, StaysAliveWhileTheServerIsSlow) {
  connect();
  client_->on_bytes(accepted(), 0);
  sent_.clear();
  client_->poll(ns_per_s / 2);
  EXPECT_EQ(sent_, "");
  client_->poll(ns_per_s);
  EXPECT_EQ(sent_, std::string("\0\1R", 3));
}

}  // namespace
}  // namespace wirebook::feed::test
