// Goal: what a node says by MoldUDP64, to re-requests, over SoupBinTCP (OUCH and ITCH) and by
// GLIMPSE is what others take it for. Method: a whole day on a loopback of the test's own, captured
// by libpcap and read by tshark's dissectors; skipped where there is no tshark, or no network of
// one's own.
#include <cstdio>
#include <map>
#include <memory>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "feed_client.hpp"
#include "market_listener.hpp"
#include "node/node.hpp"
#include "tests/command_output.hpp"
#include "tests/node/small_node.hpp"
#include "tests/node/soup/soup_test_client.hpp"
#include "tests/node/ufo_client.hpp"

namespace wirebook::node {
namespace {

using test::output_of;

bool has_loopback_of_its_own() {
  if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
    return false;
  const UdpSocket any;
  ifreq request{};
  std::snprintf(request.ifr_name, sizeof request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  return ioctl(any.descriptor(), SIOCSIFFLAGS, &request) == 0;
}

/// Everything on the loopback, into a file.
class Capture {
 public:
  explicit Capture(std::string path) : path_(std::move(path)) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    pcap_ = pcap_create("lo", error.data());
    if (pcap_ == nullptr)
      return;
    pcap_set_snaplen(pcap_, 262'144);
    pcap_set_buffer_size(pcap_, 32 << 20);
    pcap_set_timeout(pcap_, 10);
    if (pcap_activate(pcap_) == 0 && pcap_setnonblock(pcap_, 1, error.data()) == 0)
      file_ = pcap_dump_open(pcap_, path_.c_str());
  }
  ~Capture() {
    finish();
    if (pcap_ != nullptr)
      pcap_close(pcap_);
    (void)std::remove(path_.c_str());
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  [[nodiscard]] bool runs() const { return file_ != nullptr; }
  void finish() {
    if (file_ == nullptr)
      return;
    // A block of packets is handed over when it is full or some ms old; nobody sends any more.
    for (int empty = 0; empty != 10;) {
      const int taken = pcap_dispatch(pcap_, -1, &pcap_dump, reinterpret_cast<u_char*>(file_));
      empty = taken > 0 ? 0 : empty + 1;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    pcap_dump_close(file_);
    file_ = nullptr;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  pcap_t* pcap_ = nullptr;
  pcap_dumper_t* file_ = nullptr;
};

struct DayOnTheWire {
  Endpoint feed;
  MarketAddresses servers;
  Endpoint orders;  ///< OUCH over SoupBinTCP
};

/// Orders, a gap that is asked for, a stream from the middle, a snapshot, and the end.
DayOnTheWire play_a_day() {
  UdpClient a;
  UdpClient b;
  NodeConfig config = small_node(a.endpoint());
  config.feed_accounts.push_back(
      {.username = Alpha<6>::from("feed"), .password = Alpha<10>::from("secret")});
  config.soup.on = true;
  config.soup.listen = any_port;
  config.soup.heartbeat_ms = 10;
  config.market_data.send_to_b = Endpoint{0x7F000001, a.endpoint().port};
  config.market_data.heartbeat_ms = 10;
  config.market_data.end_of_session_ms = 600'000;  // it is not waited for: see the end
  config.market_data.rerequest = any_port;
  config.market_data_tcp.listen = any_port;
  config.market_data_tcp.heartbeat_ms = 10;
  config.glimpse.listen = any_port;
  Node node(config);
  node.start();
  const DayOnTheWire day{a.endpoint(), node.status().market->addresses,
                         node.status().soup->listens_on};
  Client client(node.status().order_entry);
  client.log_in("alice", "secret");
  for (std::uint32_t i = 1; i <= 200; ++i) {
    client.send(enter(i, i % 5 == 0 ? 'S' : 'B', 1'000'000 + 100 * (i % 7)));
    EXPECT_EQ(client.answer_to(i), 'A');
  }
  SoupTestClient guess(day.orders, "bob", "guess");
  EXPECT_FALSE(guess.log_in());
  SoupTestClient bob(day.orders, "bob", "hunter2");
  EXPECT_TRUE(bob.log_in());
  for (std::uint32_t i = 1; i <= 50; ++i)
    EXPECT_TRUE(bob.send(enter(i, 'B', 900'000 + 100 * i)));
  EXPECT_TRUE(bob.until([&] { return bob.heard.size() >= 50; }));
  const MoldPacket answer = ask_again(b, *day.servers.rerequest, rerequest(5, 100));
  EXPECT_FALSE(answer.messages.empty());
  FeedClient stream(*day.servers.market_data_tcp, 10);
  FeedClient refused(*day.servers.market_data_tcp, 1, "feed", "guess");
  EXPECT_TRUE(stream.has(190));
  EXPECT_TRUE(refused.until([&] { return refused.rejected() != 0; }));
  FeedClient snapshot(*day.servers.glimpse);
  EXPECT_TRUE(snapshot.until(
      [&] { return !snapshot.messages().empty() && snapshot.messages().back().size() == 21; }));
  snapshot.connection().log_out(0);
  EXPECT_TRUE(snapshot.until([&] { return !snapshot.is_open(); }));
  a.receive_until([](const ByteVector& bytes) {
    return parse_mold(bytes).count == wire::mold::count_heartbeat;
  });
  std::thread end([&] { node.stop(); });
  a.receive_until([ends = 0](const ByteVector& bytes) mutable {
    ends += parse_mold(bytes).count == wire::mold::count_end_of_session ? 1 : 0;
    return ends == 3;  // of both lines: one of them was repeated
  });
  node.hurry();
  EXPECT_TRUE(stream.until([&] { return stream.has_ended(); }));
  end.join();
  return day;
}

TEST(MarketOnTheWire, IsDissectedWithoutAMalformedPacket) {
  if (output_of("tshark --version 2>/dev/null").empty())
    GTEST_SKIP() << "tshark is not installed";
  if (!has_loopback_of_its_own())
    GTEST_SKIP() << "no network namespace to be had";
  Capture capture(testing::TempDir() + "wirebook_market_" + std::to_string(getpid()) + ".pcap");
  if (!capture.runs())
    GTEST_SKIP() << "no capture to be had";
  const DayOnTheWire day = play_a_day();
  capture.finish();

  const auto read = [&](const std::string& arguments) {
    return output_of(
        "tshark -n -r '" + capture.path() + "' -d udp.port==" + std::to_string(day.feed.port) +
        ",moldudp64 -d udp.port==" + std::to_string(day.servers.rerequest->port) +
        ",moldudp64 -d tcp.port==" + std::to_string(day.servers.market_data_tcp->port) +
        ",soupbintcp -d tcp.port==" + std::to_string(day.servers.glimpse->port) +
        ",soupbintcp -d tcp.port==" + std::to_string(day.orders.port) + ",soupbintcp " + arguments +
        " 2>/dev/null");
  };
  EXPECT_EQ(read("-Y '_ws.malformed || _ws.expert.severity >= 0x800000'"), "");

  std::map<std::string, int> seen;
  std::istringstream text(
      read("-T fields -e udp.srcport -e udp.dstport -e moldudp64.count -e moldudp64.msglen "
           "-e soupbintcp.packet_type -e tcp.srcport -e tcp.dstport"));
  for (std::string line; std::getline(text, line);) {
    std::array<std::string, 7> fields;
    std::istringstream columns(line);
    for (std::string& field : fields)
      std::getline(columns, field, '\t');
    const auto& [from, to, count, lengths, types, tcp_from, tcp_to] = fields;
    const std::string orders = std::to_string(day.orders.port);
    const std::string side = tcp_from == orders ? "OUCH out " : tcp_to == orders ? "OUCH in " : "";
    if (to == std::to_string(day.feed.port))
      ++seen[count == "0" ? "heartbeats" : count == "65535" ? "ends" : "messages"];
    if (to == std::to_string(day.servers.rerequest->port))
      ++seen["requests"];
    if (from == std::to_string(day.servers.rerequest->port) && !lengths.empty())
      ++seen["answers"];
    for (std::istringstream list(types); std::getline(list, line, ',');)
      ++seen[side + line];
  }
  EXPECT_GT(seen["messages"], 200);  // a line has its own
  EXPECT_GT(seen["heartbeats"], 0);
  EXPECT_GT(seen["ends"], 2);
  EXPECT_GT(seen["requests"], 0);
  EXPECT_GT(seen["answers"], 0);
  for (const char* const type : {"'L'", "'A'", "'J'", "'S'", "'H'", "'Z'", "'O'"})
    EXPECT_GT(seen[type], 0) << type;
  for (const char* const type : {"OUCH in 'L'", "OUCH out 'A'", "OUCH out 'J'"})
    EXPECT_GT(seen[type], 0) << type;
  EXPECT_EQ(seen["OUCH in 'U'"], 50);
  EXPECT_GE(seen["OUCH out 'S'"], 50);
  for (const auto& [what, count] : seen)
    std::printf("%d %s\n", count, what.c_str());
}

}  // namespace
}  // namespace wirebook::node
