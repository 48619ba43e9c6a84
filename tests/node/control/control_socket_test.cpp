// Goal: the control's socket is its owner's alone, and a peer's nonsense disturbs nobody.
// Method: as control_acts_test.cpp; peers that say what they like.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <list>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control_rig.hpp"
#include "tests/node/no_descriptors.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::copy_n(path.c_str(), path.size(), address.sun_path);
  return address;
}

TEST_F(ControlTest, TheSocketIsItsOwners) {
  struct stat found {};
  ASSERT_EQ(stat(sockets_.socket().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  EXPECT_THROW(VenueControl(config_.control, [](const std::string&) {}), std::system_error);
  EXPECT_THAT(ask("status"), StartsWith(R"({"ok":true)"));  // the first one has not lost its place
  stop();
  EXPECT_FALSE(std::filesystem::exists(sockets_.socket()));
}

TEST_F(ControlTest, ASocketThatWasLeftBehindIsTakenAway) {
  stop();
  {
    const int left = socket(AF_UNIX, SOCK_STREAM, 0);
    const sockaddr_un address = address_of(sockets_.socket());
    ASSERT_EQ(bind(left, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    close(left);
  }
  start();
  EXPECT_THAT(ask("status"), StartsWith(R"({"ok":true)"));
  stop();
  std::ofstream(sockets_.socket()) << "no socket";
  EXPECT_THROW(VenueControl(config_.control, [](const std::string&) {}), std::system_error);
}

/// A peer that says what it likes.
class RawPeer {
 public:
  explicit RawPeer(const std::string& path) : file_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    const sockaddr_un address = address_of(path);
    EXPECT_EQ(connect(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~RawPeer() { close(file_); }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  void say(std::string_view bytes) { send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  void end_of_words() { shutdown(file_, SHUT_WR); }
  /// Everything until the node closes.
  std::string hear_all() {
    std::string all;
    std::array<char, 4096> buffer{};
    for (ssize_t bytes = 0; (bytes = recv(file_, buffer.data(), buffer.size(), 0)) > 0;)
      all.append(buffer.data(), static_cast<std::size_t>(bytes));
    return all;
  }

 private:
  int file_;
};

TEST_F(ControlTest, NonsenseIsAnsweredAndDisturbsNobody) {
  RawPeer noise(sockets_.socket());
  noise.say(std::string(5000, 'x'));
  RawPeer bytes(sockets_.socket());
  bytes.say(std::string("\0\xFF\x01\n", 4));
  bytes.end_of_words();
  RawPeer silent(sockets_.socket());
  EXPECT_THAT(ask("status"), StartsWith(R"({"ok":true)"));
  EXPECT_THAT(noise.hear_all(), HasSubstr("longer than 256 bytes"));
  EXPECT_THAT(bytes.hear_all(), HasSubstr("not printable ASCII"));
}

TEST_F(ControlTest, LinesThatComeTogetherAreAnsweredInTheirOrder) {
  RawPeer peer(sockets_.socket());
  peer.say("halt AAPL\nresume AAPL\nnonsense\nhalt AAPL T2\n");
  peer.end_of_words();
  const std::string answers = peer.hear_all();
  EXPECT_EQ(std::count(answers.begin(), answers.end(), '\n'), 4);
  EXPECT_THAT(answers, StartsWith(R"({"ok":true)"));
  EXPECT_LT(answers.find("nothing that can be asked"), answers.rfind(R"({"ok":true)"));
  EXPECT_THAT(ask("instruments"), HasSubstr(R"("trading_state":"H","reason":"T2")"));
}

// An operator's halt does not wait until somebody's script is through.
TEST_F(ControlTest, WhoSendsManyActsLetsTheOthersInBetween) {
  RawPeer script(sockets_.socket());
  RawPeer person(sockets_.socket());
  std::string lines;
  for (int i = 0; i < 80; ++i)
    lines += "resume AAPL\n";
  script.say(lines);
  person.say("halt AAPL\npause AAPL\n");
  script.end_of_words();
  person.end_of_words();
  const std::string answers = script.hear_all();
  EXPECT_EQ(std::count(answers.begin(), answers.end(), '\n'), 80);
  person.hear_all();
  const std::string audit = file_text(sockets_.audit());
  EXPECT_LT(audit.find("pause AAPL"), audit.rfind("resume AAPL"));
}

TEST_F(ControlTest, APeerThatLeavesLeavesItsActDone) {
  {
    RawPeer peer(sockets_.socket());
    peer.say("halt AAPL\n");
  }
  EXPECT_TRUE(feed_.hears("H:AAPL=H"));
  EXPECT_THAT(ask("status"), StartsWith(R"({"ok":true)"));
}

TEST_F(ControlTest, MoreConnectionsThanAreAllowedAreTurnedAway) {
  std::list<RawPeer> peers;
  for (int i = 0; i < 4; ++i)
    peers.emplace_back(sockets_.socket());
  RawPeer fifth(sockets_.socket());
  EXPECT_THAT(fifth.hear_all(), HasSubstr("too many connections"));
  peers.clear();
  EXPECT_TRUE(eventually(
      [this] { return ask("status").find("too many connections") == std::string::npos; }));
}

TEST_F(ControlTest, WithoutDescriptorsAClientWaitsAndNobodySpins) {
  const auto idle = test::processor_time_of_a_while();
  const int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(sockets_.socket());
  {
    const test::NoDescriptors none;
    ASSERT_EQ(connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_TRUE(test::nobody_spins(idle));
  }
  EXPECT_EQ(write(client, "help\n", 5), 5);
  std::array<char, 8> answer{};
  EXPECT_GT(read(client, answer.data(), answer.size()), 0);
  close(client);
}

}  // namespace
}  // namespace wirebook::node
