// Goal: whatever is wrong in a configuration file is named with its line, its key and what would be
// right; what is right becomes the values that it says.
// Method: whole files as text, and the exact messages that they earn.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/config/config_parser.hpp"
#include "node/on_card/card_road.hpp"

namespace wirebook::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> errors_of(const std::string& text) {
  return parse_config(text, "n.toml").errors;
}

TEST(Config, AnEmptyFileGivesTheDefaults) {
  const ConfigResult result = parse_config("", "n.toml");
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(to_toml(result.config), to_toml(NodeConfig{}));
}

TEST(Config, TheSampleFileIsRight) {
  const auto sample = std::filesystem::path(WIREBOOK_SOURCE_DIR) / "host/node/node.toml";
  const ConfigResult result = load_config(sample);
  EXPECT_THAT(result.errors, ElementsAre());
  EXPECT_FALSE(result.config.instruments.empty());
  EXPECT_FALSE(result.config.sessions.empty());
  EXPECT_THAT(card_config_errors(result.config), ElementsAre()) << "and for a card";
}

TEST(Config, EveryValueArrives) {
  const ConfigResult result = parse_config(R"(
[[instruments]]
symbol = "AAPL"
round_lot = 10
trading_state = "H"
[[sessions]]
username = "alice"
password = "secret"
firm = "ACME"
cancel_on_disconnect = false
[engine]
orders = 1000
orders_start = 300
trades = 2000
shard = 7
[rings]
slots = 1024
events = 512
inject = 256
wait = "park"
epoch = 3
[order_entry]
listen = "0.0.0.0:0"
upstream_length_prefix = true
heartbeat_ms = 500
timeout_ms = 2000
history_mib = 8
session_name = "DAY1"
receive = "recvmmsg"
[market_data]
send_to = "239.1.2.3:4000"
multicast_interface = "127.0.0.1"
multicast_ttl = 4
session_name = "DAY2"
heartbeat_ms = 250
payload_bytes_max = 500
[threads]
ingress = 0
match = 2
wire_out = 0
pin = false
[clock]
utc_offset_minutes = -300
idle_ms = 50
)",
                                           "n.toml");
  ASSERT_THAT(result.errors, ElementsAre());
  const NodeConfig& config = result.config;
  ASSERT_EQ(config.instruments.size(), 1U);
  EXPECT_EQ(config.instruments[0].symbol, Symbol::from("AAPL"));
  EXPECT_EQ(config.instruments[0].round_lot, 10U);
  EXPECT_EQ(config.instruments[0].trading_state, 'H');
  ASSERT_EQ(config.sessions.size(), 1U);
  EXPECT_EQ(config.sessions[0].username.view(), "alice");
  EXPECT_EQ(config.sessions[0].password.view(), "secret");
  EXPECT_EQ(config.sessions[0].firm.view(), "ACME");
  EXPECT_FALSE(config.sessions[0].cancel_on_disconnect);
  EXPECT_EQ(config.engine.orders, 1000U);
  EXPECT_EQ(config.engine.orders_start, 300U);
  EXPECT_EQ(config.engine.trades, 2000U);
  EXPECT_EQ(config.engine.shard, 7U);
  EXPECT_EQ(config.rings.slots, 1024U);
  EXPECT_EQ(config.rings.events, 512U);
  EXPECT_EQ(config.rings.inject, 256U);
  EXPECT_EQ(config.rings.wait, WaitMode::park);
  EXPECT_EQ(config.rings.epoch, 3U);
  EXPECT_EQ(config.order_entry.listen, (Endpoint{0, 0}));
  EXPECT_TRUE(config.order_entry.upstream_length_prefix);
  EXPECT_EQ(config.order_entry.heartbeat_ms, 500U);
  EXPECT_EQ(config.order_entry.timeout_ms, 2000U);
  EXPECT_EQ(config.order_entry.history_mib, 8U);
  EXPECT_EQ(config.order_entry.session_name.view(), "DAY1");
  EXPECT_EQ(config.order_entry.receive, ReceivePath::recvmmsg);
  EXPECT_EQ(config.market_data.send_to, (Endpoint{0xEF010203, 4000}));
  EXPECT_EQ(config.market_data.multicast_interface, 0x7F000001U);
  EXPECT_EQ(config.market_data.multicast_ttl, 4U);
  EXPECT_EQ(config.market_data.session_name.view(), "DAY2");
  EXPECT_EQ(config.market_data.heartbeat_ms, 250U);
  EXPECT_EQ(config.market_data.payload_bytes_max, 500U);
  EXPECT_FALSE(config.threads.automatic);
  EXPECT_EQ(config.threads.ingress, 0U);
  EXPECT_EQ(config.threads.match, 2U);
  EXPECT_EQ(config.threads.wire_out, 0U);
  EXPECT_FALSE(config.threads.pin);
  EXPECT_EQ(config.clock.utc_offset_minutes, -300);
  EXPECT_EQ(config.clock.idle_ms, 50U);
}

TEST(Config, ACardsValuesArrive) {
  const ConfigResult result = parse_config(R"(
[order_entry]
listen = "192.168.10.2:26400"
[card]
image = "wirebook.xclbin"
device = 3
mac = "02:00:0A:0b:0c:0d"
lease_ms = 0
punt_cells = 64
transmit_cells = 32768
)",
                                           "n.toml");
  ASSERT_THAT(result.errors, ElementsAre());
  const CardTable& card = result.config.card;
  EXPECT_EQ(card.image, "wirebook.xclbin");
  EXPECT_EQ(card.device, 3U);
  EXPECT_EQ(card.mac, (std::array<std::uint8_t, 6>{2, 0, 10, 11, 12, 13}));
  EXPECT_EQ(card.lease_ms, 0U);
  EXPECT_EQ(card.punt_cells, 64U);
  EXPECT_EQ(card.transmit_cells, 32'768U);
  const std::string text = to_toml(result.config);
  EXPECT_EQ(to_toml(parse_config(text, "n.toml").config), text);
  EXPECT_THAT(text, HasSubstr("mac = \"02:00:0a:0b:0c:0d\""));
}

TEST(Config, AJournalsValuesArrive) {
  const ConfigResult result = parse_config(R"(
[threads]
ingress = 1
match = 2
wire_out = 3
journal = 4
[journal]
mode = "durable"
directory = "/var/\"j\""
segment_mib = 64
segments_ahead = 2
depth = 16
short_depth = 4
write_kib = 128
io = "io_uring"
direct = "on"
sync = "fsync"
sqpoll = true
defer_taskrun = false
snapshot_slots = 1000
snapshots_kept = 3
)",
                                           "n.toml");
  ASSERT_THAT(result.errors, ElementsAre());
  const JournalTable& journal = result.config.journal;
  EXPECT_EQ(result.config.threads.journal, 4U);
  EXPECT_EQ(journal.mode, JournalMode::durable);
  EXPECT_EQ(journal.directory, "/var/\"j\"");
  EXPECT_EQ(journal.segment_mib, 64U);
  EXPECT_EQ(journal.segments_ahead, 2U);
  EXPECT_EQ(journal.depth, 16U);
  EXPECT_EQ(journal.short_depth, 4U);
  EXPECT_EQ(journal.write_kib, 128U);
  EXPECT_EQ(journal.io, JournalIo::io_uring);
  EXPECT_EQ(journal.direct, JournalDirect::on);
  EXPECT_EQ(journal.sync, JournalSync::fsync);
  EXPECT_TRUE(journal.sqpoll);
  EXPECT_FALSE(journal.iopoll);
  EXPECT_FALSE(journal.defer_taskrun);
  EXPECT_EQ(journal.snapshot_slots, 1000U);
  EXPECT_EQ(journal.snapshots_kept, 3U);
  const std::string text = to_toml(result.config);
  const ConfigResult again = parse_config(text, "n.toml");
  EXPECT_THAT(again.errors, ElementsAre());
  EXPECT_EQ(to_toml(again.config), text);
}

TEST(Config, AShortDepthThatIsNotNamedFollowsTheDepth) {
  const ConfigResult result = parse_config("[journal]\ndepth = 1\n", "n.toml");
  EXPECT_THAT(result.errors, ElementsAre());
  EXPECT_EQ(result.config.journal.short_depth, 1U);
}

TEST(Config, WhatIsPrintedCanBeReadAgainExceptPasswords) {
  NodeConfig config;
  config.instruments.push_back({.symbol = Symbol::from("XYZ"), .round_lot = 5});
  config.sessions.push_back({.username = Alpha<6>::from("bob"),
                             .password = Alpha<10>::from("hidden"),
                             .firm = Firm::from("FIRM")});
  config.threads = {.automatic = false, .ingress = 1, .match = 2, .wire_out = 3, .pin = true};
  const std::string text = to_toml(config);
  EXPECT_THAT(text, testing::Not(HasSubstr("hidden")));
  const ConfigResult again = parse_config(text, "n.toml");
  EXPECT_THAT(again.errors, ElementsAre());
  EXPECT_EQ(to_toml(again.config), text);
}

constexpr const char* some_hash =
    "b2:000102030405060708090a0b0c0d0e0f:"
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

TEST(Config, APasswordMayBeAHashAndIsNotPrinted) {
  const ConfigResult result =
      parse_config(std::string("[[sessions]]\nusername = \"a\"\nfirm = \"F\"\nshard = 4\n"
                               "password_hash = \"") +
                       some_hash + "\"\n",
                   "n.toml");
  ASSERT_THAT(result.errors, ElementsAre());
  const SessionConfig& session = result.config.sessions[0];
  ASSERT_TRUE(session.password_hash.has_value());
  EXPECT_EQ(session.password_hash->to_text(), some_hash);
  EXPECT_EQ(session.shard, 4);
  EXPECT_THAT(to_toml(result.config), testing::Not(HasSubstr("b2:")));
}

TEST(Config, LimitsComeFromTheVenueTheFirmAndTheSession) {
  const ConfigResult result = parse_config(R"(
[limits]
max_quantity = 1000
max_notional = 50000
message_rate = 10
message_window_ms = 250
duplicate_rate = 3
packets_per_second = 5000
fat_finger_bp = 500
exposure = 1000000
restricted = ["BAD"]
reserve_seed = 77
[[firms]]
firm = "ACME"
max_quantity = 500
exposure = 2000000
organization = 7
affiliate = 8
restricted = ["AAPL"]
[[instruments]]
symbol = "AAPL"
collar_low = "90"
collar_high = "110.5"
reference_price = "100.0001"
[[instruments]]
symbol = "BAD"
fat_finger_bp = 0
[[sessions]]
username = "a"
password = "a"
firm = "ACME"
max_notional = 0
[[sessions]]
username = "b"
password = "b"
firm = "BETA"
duplicate_window_ms = 10
[logins]
failures = 3
failures_of_address = 30
window_ms = 1000
)",
                                           "n.toml");
  ASSERT_THAT(result.errors, ElementsAre());
  const NodeConfig& config = result.config;
  const SessionLimitsConfig& alice = config.sessions[0].limits;
  EXPECT_EQ(alice.max_quantity, 500U) << "the firm's";
  EXPECT_EQ(alice.max_notional, 0U) << "the session's own";
  EXPECT_EQ(alice.message_rate, 10U) << "the venue's";
  EXPECT_EQ(alice.message_window_ms, 250U);
  EXPECT_EQ(alice.packets_per_second, 5000U);
  const SessionLimitsConfig& bob = config.sessions[1].limits;
  EXPECT_EQ(bob.max_quantity, 1000U);
  EXPECT_EQ(bob.max_notional, 50'000U);
  EXPECT_EQ(bob.duplicate_rate, 3U);
  EXPECT_EQ(bob.duplicate_window_ms, 10U);
  const InstrumentLimitsConfig& apple = config.instruments[0].limits;
  EXPECT_EQ(apple.fat_finger_bp, 500U);
  EXPECT_EQ(apple.collar_low, Price{900'000});
  EXPECT_EQ(apple.collar_high, Price{1'105'000});
  EXPECT_EQ(apple.reference_price, Price{1'000'001});
  EXPECT_FALSE(apple.restricted);
  EXPECT_EQ(config.instruments[1].limits.fat_finger_bp, 0U);
  EXPECT_TRUE(config.instruments[1].limits.restricted);
  ASSERT_EQ(config.firms.size(), 2U) << "BETA has the venue's exposure";
  EXPECT_EQ(config.firms[0].exposure, 2'000'000U);
  EXPECT_EQ(config.firms[0].organization, 7U);
  EXPECT_EQ(config.firms[0].affiliate, 8U);
  EXPECT_THAT(config.firms[0].restricted, ElementsAre(Symbol::from("AAPL")));
  EXPECT_EQ(config.firms[1].firm, Firm::from("BETA"));
  EXPECT_EQ(config.firms[1].exposure, 1'000'000U);
  EXPECT_EQ(config.reserve_seed, 77U);
  EXPECT_EQ(config.logins.failures, 3U);
  EXPECT_EQ(config.logins.failures_of_address, 30U);
  EXPECT_EQ(config.logins.window_ms, 1000U);
  const ConfigResult again = parse_config(to_toml(config), "n.toml");
  EXPECT_THAT(again.errors, ElementsAre());
  EXPECT_EQ(to_toml(again.config), to_toml(config));
}

struct Wrong {
  const char* text;
  const char* message;
};

class ConfigErrorTest : public testing::TestWithParam<Wrong> {};

TEST_P(ConfigErrorTest, NamesLineKeyAndRemedy) {
  EXPECT_THAT(errors_of(GetParam().text), ElementsAre(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, ConfigErrorTest,
    testing::Values(
        Wrong{"[[sessions]]\nusername = \"a\"\nfirm = \"F\"",
              "n.toml:1: sessions[1]: password is missing: 1 to 10 characters; or password_hash, "
              "which `wirebook hash-password` prints"},
        Wrong{"[[sessions]]\nusername = \"a\"\nfirm = \"F\"\npassword_hash = \"b2:00\"",
              "n.toml:4: sessions[1].password_hash: is no hash of a password; have one printed by "
              "`wirebook hash-password`"},
        Wrong{"[[sessions]]\nusername = \"a\"\nfirm = \"F\"\npassword = \"p\"\npassword_hash = "
              "\"b2:000102030405060708090a0b0c0d0e0f:"
              "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\"",
              "n.toml:4: sessions[1].password: stands beside password_hash: keep one of them, best "
              "the hash"},
        Wrong{"[[sessions]]\nusername = \"a\"\nfirm = \"F\"\npassword = \"p\"\nshard = 65536",
              "n.toml:5: sessions[1].shard: is 65536, but must be an integer from 0 to 65535"},
        Wrong{"[limits]\nmax_quantity = 1000000",
              "n.toml:2: limits.max_quantity: is 1000000, but must be an integer from 0 to 999999"},
        Wrong{"[limits]\nrestricted = [\"GME\"]",
              "n.toml:2: limits.restricted: names \"GME\", which is no symbol of "
              "[[instruments]]"},
        Wrong{"[limits]\nrestricted = [1]",
              "n.toml:2: limits.restricted: has an element that is no string of 1 to 8 printable "
              "characters without spaces"},
        Wrong{"[limits]\nrestricted = \"GME\"",
              "n.toml:2: limits.restricted: is a string, but must be an array of strings, such as "
              "[\"AAPL\"]"},
        Wrong{"[[firms]]\nexposure = 1",
              "n.toml:1: firms[1]: firm is missing: for example firm = \"ACME\""},
        Wrong{"[[firms]]\nfirm = \"A\"\n[[firms]]\nfirm = \"A\"",
              "n.toml:4: firms[2].firm: \"A\" has a table already; put its keys together"},
        Wrong{"[[firms]]\nfirm = \"A\"\nrestricted = [\"GME\"]",
              "n.toml:3: firms[1].restricted: names \"GME\", which is no symbol of "
              "[[instruments]]"},
        Wrong{"[[instruments]]\nsymbol = \"A\"\ncollar_low = \"5\"",
              "n.toml:3: instruments[1].collar_low: stands alone: a collar is collar_low and "
              "collar_high"},
        Wrong{"[[instruments]]\nsymbol = \"A\"\ncollar_low = \"5\"\ncollar_high = \"4\"",
              "n.toml:3: instruments[1].collar_low: is 5.0000, but must not be above collar_high, "
              "4.0000"},
        Wrong{"[[instruments]]\nsymbol = \"A\"\nreference_price = \"1.23456\"",
              "n.toml:3: instruments[1].reference_price: is \"1.23456\", but must be a price from "
              "\"0.0001\" to \"199999.9900\", such as \"189.50\""},
        Wrong{"[logins]\nwindow_ms = 0",
              "n.toml:2: logins.window_ms: is 0, but must be an integer from 1 to 86400000"},
        Wrong{"[rings]\nslotz = 1024",
              "n.toml:2: rings.slotz: is not a key; did you mean \"slots\"?"},
        Wrong{"[ring]\nslots = 1024", "n.toml:1: ring: is not a key; did you mean \"rings\"?"},
        Wrong{"[engine]\nbanana = 1",
              "n.toml:2: engine.banana: is not a key; known here: orders, orders_start, trades, "
              "shard, instruments"},
        Wrong{"[rings]\nslots = \"many\"",
              "n.toml:2: rings.slots: is a string, but must be an integer from 512 to 67108864"},
        Wrong{"[rings]\nslots = 1000",
              "n.toml:2: rings.slots: is 1000, but must be a power of two: 512 or 1024"},
        Wrong{"[rings]\nslots = 256",
              "n.toml:2: rings.slots: is 256, but must be an integer from 512 to 67108864"},
        Wrong{
            "[rings]\nwait = \"sleep\"",
            "n.toml:2: rings.wait: is \"sleep\", but must be \"auto\" or \"spin\" or \"yield\" or "
            "\"park\""},
        Wrong{"[engine]\norders = 0",
              "n.toml:2: engine.orders: is 0, but must be an integer from 1 to 67108864"},
        Wrong{"[engine]\norders_start = 0",
              "n.toml:2: engine.orders_start: is 0, but must be an integer from 1 to 67108864"},
        Wrong{"[engine]\norders = 10\norders_start = 11",
              "n.toml:3: engine.orders_start: is 11, but must not be more than orders, 10"},
        Wrong{"[engine]\norders = 1.5",
              "n.toml:2: engine.orders: is a number with a point, but must be an integer from 1 to "
              "67108864"},
        Wrong{"engine = 1", "n.toml:1: engine: is an integer, but must be a table: [engine]"},
        Wrong{"[instruments]\nsymbol = \"A\"",
              "n.toml:1: instruments: is a table, but must be tables: [[instruments]]"},
        Wrong{"instruments = [1]",
              "n.toml:1: instruments[1]: is an integer, but must be tables: [[instruments]]"},
        Wrong{"[[instruments]]\nround_lot = 1",
              "n.toml:1: instruments[1]: symbol is missing: for example symbol = \"AAPL\""},
        Wrong{"[[instruments]]\nsymbol = \"TOOLONGONE\"",
              "n.toml:2: instruments[1].symbol: is \"TOOLONGONE\", but must be 1 to 8 printable "
              "characters without spaces"},
        Wrong{"[[instruments]]\nsymbol = \"A\"\n[[instruments]]\nsymbol = \"a\"",
              "n.toml:4: instruments[2].symbol: \"a\" is taken by instruments[1]"},
        Wrong{"[[sessions]]\nusername = \"bob\"\npassword = \"p\"\nfirm = \"F\"\n"
              "[[sessions]]\nusername = \"BOB\"\npassword = \"q\"\nfirm = \"G\"",
              "n.toml:6: sessions[2].username: \"BOB\" is taken by sessions[1]"},
        Wrong{"[[sessions]]\nusername = \"bob\"\npassword = \"p\"",
              "n.toml:1: sessions[1]: firm is missing: for example firm = \"ACME\""},
        Wrong{"[order_entry]\nlisten = \"localhost\"",
              "n.toml:2: order_entry.listen: is \"localhost\", but must be an IPv4 address and a "
              "port, such as \"127.0.0.1:26400\""},
        Wrong{
            "[order_entry]\nlisten = \"127.0.0.1:70000\"",
            "n.toml:2: order_entry.listen: is \"127.0.0.1:70000\", but must be an IPv4 address and "
            "a port, such as \"127.0.0.1:26400\""},
        Wrong{"[order_entry]\nlisten = \"224.0.0.1:26400\"",
              "n.toml:2: order_entry.listen: is a multicast group, but must be an address of this "
              "host, or 0.0.0.0"},
        Wrong{"[order_entry]\ntimeout_ms = 1000",
              "n.toml:2: order_entry.timeout_ms: the timeout, 1000 ms, must be longer than the "
              "heartbeat, 1000 ms"},
        Wrong{"[soup]\ntimeout_ms = 900",
              "n.toml:2: soup.timeout_ms: timeout_ms, 900 ms, must be longer than the heartbeat, "
              "1000 ms"},
        Wrong{"[soup]\nlisten = \"here\"",
              "n.toml:2: soup.listen: is \"here\", but must be an IPv4 address and a port, "
              "such as \"127.0.0.1:26401\""},
        Wrong{"[order_entry]\nheartbeat_ms = 20000",
              "n.toml:2: order_entry.heartbeat_ms: the timeout, 15000 ms, must be longer than the "
              "heartbeat, 20000 ms"},
        Wrong{"[order_entry]\nupstream_length_prefix = 1",
              "n.toml:2: order_entry.upstream_length_prefix: is an integer, but must be true or "
              "false"},
        Wrong{"[market_data]\nsend_to = \"127.0.0.1:0\"",
              "n.toml:2: market_data.send_to: has port 0, but must name the receivers' port, 1 to "
              "65535"},
        Wrong{"[market_data]\nsend_to = \"0.0.0.0:5000\"",
              "n.toml:2: market_data.send_to: has address 0.0.0.0, but must name a receiver or a "
              "multicast group"},
        Wrong{"[market_data]\nsend_to = \"127.0.0.1:5000\"\nmulticast_ttl = 3",
              "n.toml:3: market_data.multicast_ttl: has no effect: send_to, 127.0.0.1:5000, is no "
              "multicast group"},
        Wrong{"[market_data]\npayload_bytes_max = 40",
              "n.toml:2: market_data.payload_bytes_max: is 40, but must be an integer from 72 to "
              "1472"},
        Wrong{"[market_data]\nsend_to = \"127.0.0.1:26400\"",
              "n.toml:2: market_data.send_to: is 127.0.0.1:26400, and order_entry.listen is "
              "127.0.0.1:26400: the node would hear itself"},
        Wrong{"[threads]\nmatch = 1\nwire_out = 2",
              "n.toml:1: threads: ingress is missing: name a processor for each of ingress, match "
              "and wire_out, or for none"},
        Wrong{"[threads]\njournal = 1\nmatch = 1\nwire_out = 2",
              "n.toml:1: threads: ingress is missing: name a processor for each of ingress, match "
              "and wire_out, or for none"},
        Wrong{"[threads]\ningress = 0\nmatch = 1\nwire_out = 2\n[journal]\nmode = \"async\"\n"
              "directory = \"/j\"",
              "n.toml:1: threads: journal is missing: there is a journal: name a processor for it "
              "too, or for no stage"},
        Wrong{"[journal]\nmode = \"sync\"",
              "n.toml:2: journal.mode: is \"sync\", but must be \"off\" or \"async\" or "
              "\"durable\""},
        Wrong{
            "[journal]\nmode = \"durable\"",
            "n.toml:1: journal: directory is missing: mode is \"durable\", so name a directory of "
            "a disk that keeps what it was given, for example directory = "
            "\"/var/lib/wirebook/journal\""},
        Wrong{"[journal]\nmode = \"async\"\ndirectory = \"\"",
              "n.toml:3: journal.directory: directory is empty: mode is \"async\", so name a "
              "directory of a disk that keeps what it was given, for example directory = "
              "\"/var/lib/wirebook/journal\""},
        Wrong{"[journal]\nsegment_mb = 1",
              "n.toml:2: journal.segment_mb: is not a key; did you mean \"segment_mib\"?"},
        Wrong{"[journal]\nsegment_mib = 0",
              "n.toml:2: journal.segment_mib: is 0, but must be an integer from 1 to 65536"},
        Wrong{"[journal]\nsegments_ahead = 6",
              "n.toml:2: journal.segments_ahead: is 6, but must be an integer from 1 to 5"},
        Wrong{"[journal]\ndepth = 65",
              "n.toml:2: journal.depth: is 65, but must be an integer from 1 to 64"},
        Wrong{"[journal]\ndepth = 4\nshort_depth = 5",
              "n.toml:3: journal.short_depth: is 5, but must be at most depth, 4"},
        Wrong{"[journal]\nwrite_kib = 30",
              "n.toml:2: journal.write_kib: is 30, but must be whole blocks of 4 KiB: 28 or 32"},
        Wrong{"[journal]\nmode = \"async\"\ndirectory = \"/j\"\nio = \"pwritev2\"\nsqpoll = true",
              "n.toml:5: journal.sqpoll: has no effect: io is \"pwritev2\", and this is "
              "io_uring's"},
        Wrong{"[journal]\nmode = \"async\"\ndirectory = \"/j\"\nsqpoll = true\n"
              "defer_taskrun = true",
              "n.toml:5: journal.defer_taskrun: is true, but must be false with sqpoll: the "
              "kernel's thread does the work then"},
        Wrong{"[journal]\nmode = \"async\"\ndirectory = \"/j\"\niopoll = true\ndirect = \"off\"",
              "n.toml:4: journal.iopoll: is true, but needs O_DIRECT: direct must be \"on\" or "
              "\"auto\""},
        Wrong{"[journal]\nmode = \"async\"\ndirectory = \"/j\"\niopoll = true\nsync = \"fsync\"",
              "n.toml:4: journal.iopoll: is true, but a polled queue takes no fsync: sync must be "
              "\"dsync\""},
        Wrong{"[journal]\nsnapshot_slots = 0\nsnapshots_kept = 2",
              "n.toml:3: journal.snapshots_kept: has no effect: snapshot_slots is 0, so there are "
              "none"},
        Wrong{"[rings]\nslots = 512\n[journal]\nmode = \"async\"\ndirectory = \"/j\"",
              "n.toml:3: journal: rings.slots: is 512, but a journal needs 1024 or more"},
        Wrong{"[card]\nmac = \"01:00:5e:00:00:01\"",
              "n.toml:2: card.mac: is \"01:00:5e:00:00:01\", but must be the address of one "
              "station, such as \"02:00:c0:a8:0a:02\""},
        Wrong{"[card]\nlease_ms = 14001",
              "n.toml:2: card.lease_ms: is 14001, but must be an integer from 0 to 14000"},
        Wrong{"[card]\nimage = \"x\"\n[rings]\nslots = 512\n[market_data]\nsend_to = "
              "\"239.192.0.1:26500\"",
              "n.toml:1: card: rings.slots: is 512, but a card needs 1024 or more"},
        Wrong{
            "[card]\nimage = \"x\"",
            "n.toml:1: card: market_data.send_to: is 127.0.0.1:26500, the card's own address, and "
            "a card does not send to itself"},
        Wrong{"[clock]\nutc_offset_minutes = 900",
              "n.toml:2: clock.utc_offset_minutes: is 900, but must be an integer from -840 to "
              "840"}));

TEST(Config, AllErrorsAreReportedInTheOrderOfTheFile) {
  EXPECT_THAT(errors_of("[clock]\nidle_ms = 0\nidel_ms = 1\n[engine]\nshard = 70000\n"),
              ElementsAre(HasSubstr("n.toml:2: clock.idle_ms"),
                          HasSubstr("n.toml:3: clock.idel_ms: is not a key; did you mean "
                                    "\"idle_ms\"?"),
                          HasSubstr("n.toml:5: engine.shard")));
}

TEST(Config, TextThatIsNoTomlIsReportedWithItsLine) {
  EXPECT_THAT(errors_of("[engine]\norders = = 1\n"),
              ElementsAre(HasSubstr("n.toml:2: is not TOML: ")));
}

TEST(Config, AFileThatIsNotThereIsReported) {
  EXPECT_THAT(load_config("/nonexistent/node.toml").errors,
              ElementsAre("/nonexistent/node.toml: cannot be read: No such file or directory"));
}

}  // namespace
}  // namespace wirebook::node
