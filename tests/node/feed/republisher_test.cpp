// Goal: a feed that is published again has its session, its numbers and its messages.
// Method: the publisher's datagrams go into a client as line A.
#include "node/feed/republisher.hpp"

#include <random>

#include <gtest/gtest.h>

#include "feed_world.hpp"

namespace wirebook::feed::test {
namespace {

constexpr Alpha<10> day = Alpha<10>::from("DAY1");

class RepublisherTest : public testing::Test, protected ArbiterSink {
 protected:
  void on_session(const Alpha<10>& session, std::uint64_t number) noexcept override {
    session_ = session;
    first_ = number;
  }
  void on_message(std::uint64_t number, Bytes message) noexcept override {
    heard_.emplace_back(number, ByteVector(message.begin(), message.end()));
  }
  void publish(std::uint64_t number, std::size_t bytes) {
    ByteVector message(bytes);
    for (std::byte& byte : message)
      byte = static_cast<std::byte>(random_());
    publisher_.on_message(number, message);
    said_.emplace_back(number, message);
  }

  std::mt19937_64 random_{7};
  std::vector<std::pair<std::uint64_t, ByteVector>> said_;
  std::vector<std::pair<std::uint64_t, ByteVector>> heard_;
  std::vector<ByteVector> datagrams_;
  Alpha<10> session_{};
  std::uint64_t first_ = 0;
  LineArbiter arbiter_{{}, *this};
  Republisher publisher_{[this](Bytes datagram) {
    datagrams_.emplace_back(datagram.begin(), datagram.end());
    const Outcome outcome = arbiter_.on_datagram(Line::a, datagram, 0);
    EXPECT_FALSE(outcome_class(outcome) == OutcomeClass::malformed);
  }};
};

TEST_F(RepublisherTest, SaysWhatItHeard) {
  publisher_.on_session(day);
  for (std::uint64_t number = 1; number <= 1000; ++number) {
    publish(number, random_() % 60);
    if (random_() % 20 == 0)
      publisher_.flush(1);
  }
  publisher_.flush(1);
  EXPECT_EQ(heard_, said_);
  EXPECT_EQ(session_, day);
  for (const ByteVector& datagram : datagrams_)
    EXPECT_LE(datagram.size(), datagram_payload_bytes_max);
  EXPECT_LT(datagrams_.size(), 500U) << "packed";
}

TEST_F(RepublisherTest, AHoleAndAMessageThatFitsNoDatagramAreHolesAgain) {
  publisher_.on_session(day);
  publish(1, 20);
  publish(5, 20);
  publisher_.on_message(6, ByteVector(1451));
  publish(7, 60);
  publisher_.flush(1);
  EXPECT_EQ(publisher_.left_out(), 1U);
  EXPECT_EQ(arbiter_.known_end(), 8U);
  arbiter_.start_at(5);
  arbiter_.start_at(7);
  EXPECT_EQ(heard_, said_);
}

TEST_F(RepublisherTest, HeartbeatsTellTheNextNumberAndThenTheEnd) {
  constexpr std::uint64_t s = 1'000'000'000;
  publisher_.flush(s);
  EXPECT_TRUE(datagrams_.empty()) << "there is nothing to say yet";
  publisher_.on_session(day);
  publisher_.on_next(42);
  publisher_.flush(2 * s);
  EXPECT_EQ(datagrams_.back(), mold_header("DAY1", 42, 0));
  publisher_.flush(2 * s + s / 2);
  EXPECT_EQ(datagrams_.size(), 1U);
  publisher_.on_end();
  publisher_.flush(2 * s + s / 2);
  EXPECT_EQ(datagrams_.back(), mold_header("DAY1", 42, 0xFFFF));
  EXPECT_TRUE(arbiter_.ended());
  publisher_.flush(4 * s);
  EXPECT_EQ(datagrams_.size(), 3U) << "again and again";
  publisher_.on_session(Alpha<10>::from("DAY2"));
  publish(1, 3);
  publisher_.flush(5 * s);
  EXPECT_EQ(session_, Alpha<10>::from("DAY2"));
}

TEST_F(RepublisherTest, TheEndIsToldBehindTheLastMessages) {
  publisher_.on_session(day);
  publish(1, 20);
  publisher_.on_end();
  publisher_.flush(2'000'000'000);
  EXPECT_EQ(heard_, said_);
  EXPECT_EQ(datagrams_.back(), mold_header("DAY1", 2, 0xFFFF));
}

}  // namespace
}  // namespace wirebook::feed::test
