// Goal: whole messages come out of any stream, however it is cut, and garbage never stops it.
// Method: examples, and every cut of a stream.
#include "node/fix/fix_framer.hpp"

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wirebook::fix {
namespace {

using testing::ElementsAre;

std::string soh(std::string text) {
  for (char& c : text)
    if (c == '|')
      c = '\001';
  return text;
}
const std::string one = soh("8=FIX.4.4|9=5|35=0|10=161|");
const std::string two = soh("8=FIXT.1.1|9=13|35=1|112=abc|10=000|");

std::vector<std::string> feed(Framer& framer, std::string_view bytes, std::size_t at_once = 1000) {
  std::vector<std::string> messages;
  while (!bytes.empty()) {
    const std::span<char> room = framer.room();
    const std::size_t count = std::min({at_once, bytes.size(), room.size()});
    EXPECT_NE(count, 0U);
    std::memcpy(room.data(), bytes.data(), count);
    framer.wrote(count);
    bytes.remove_prefix(count);
    while (const auto message = framer.next())
      messages.emplace_back(*message);
  }
  return messages;
}

TEST(FixFramer, MessagesComeOutWholeHoweverTheStreamIsCut) {
  for (std::size_t at_once = 1; at_once < 70; ++at_once) {
    Framer framer(100);
    EXPECT_THAT(feed(framer, one + two + one, at_once), ElementsAre(one, two, one)) << at_once;
    EXPECT_EQ(framer.garbled(), 0U);
  }
}

TEST(FixFramer, ALengthMayHaveLeadingZeros) {  // some engines always write as many digits
  for (const char* const text :
       {"8=FIX.4.4|9=0000005|35=0|10=161|", "8=FIX.4.4|9=00000000000000000005|35=0|10=161|"}) {
    Framer framer(100);
    EXPECT_THAT(feed(framer, soh(text) + one, 7), ElementsAre(soh(text), one));
    EXPECT_EQ(framer.garbled(), 0U);
  }
}

TEST(FixFramer, GarbageIsSkippedUpToTheNextMessage) {
  for (const char* const text :
       {"x", "GET / HTTP/1.1\r\n\r\n", "8=FIX.4.4|9=|35=0|", "8=FIX.4.4|9=5|35=0|10=16x|",
        "8=FIX.4.4|9=4|35=0|10=161|", "8=FIX.4.4|9=1000000|",
        "8=FIX.4.4|9=000000000000000000005|35=0|10=161|", "8=FIX.4.4|9=18446744073709551616|",
        "8=FIX.4.4|9=99|35=0|10=161|", "8=FIX.4.4|10=000|", "8=FIXABCDEFGHIJKLMNOPQ",
        "8=FIX.4.4|9=0|10=000|", "8=FI"}) {
    Framer framer(100);
    EXPECT_THAT(feed(framer, soh(text) + one + two, 7), ElementsAre(one, two)) << text;
    EXPECT_GE(framer.garbled(), 1U) << text;
  }
}

TEST(FixFramer, ALongerMessageIsGarbled) {
  Framer framer(one.size());
  EXPECT_THAT(feed(framer, two + one), ElementsAre(one));
  EXPECT_GE(framer.garbled(), 1U);
}

TEST(FixFramer, ItGoesOnWhateverComes) {
  std::mt19937 random(7);
  Framer framer(64);
  const std::string alphabet = soh("8=FIX.4|9=5|10=0|35") + std::string(3, '\0');
  std::string noise;
  for (int i = 0; i < 200'000; ++i)
    noise += alphabet[random() % alphabet.size()];
  feed(framer, noise, 13);
  // What it waits for is over after a message's length at most.
  std::vector<std::string> messages;
  for (int i = 0; i < 10; ++i)
    for (std::string& message : feed(framer, one))
      messages.push_back(std::move(message));
  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages.back(), one);
}

}  // namespace
}  // namespace wirebook::fix
