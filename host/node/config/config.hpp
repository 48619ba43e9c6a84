// What a node is told at its start: the values of node.toml, checked and in their units.
//
// Shapes: plain values; a session's number, and an instrument's, is its position from 1. Every
// default is what the file means where it says nothing. Threads: values. Errors: none here; see
// config_parser.hpp. Cost: start-up only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wirebook/limits.hpp"
#include "wirebook/units.hpp"

#include "node/clock.hpp"
#include "node/config/limits_config.hpp"
#include "node/order_entry/password_hash.hpp"
#include "node/schedule/day_phases.hpp"

namespace wirebook::node {

struct InstrumentConfig {
  Symbol symbol{};
  std::uint32_t round_lot = 100;
  char trading_state = 'T';
  InstrumentLimitsConfig limits;
};

struct SessionConfig {
  Alpha<6> username{};
  Alpha<10> password{};                       ///< for trials; nobody's where there is a hash
  std::optional<PasswordHash> password_hash;  ///< what a login's password is held against
  Firm firm{};                                ///< the default firm of its orders
  bool cancel_on_disconnect = true;
  std::optional<std::uint16_t> shard;  ///< where it may log in; none: wherever it is configured
  SessionLimitsConfig limits;
};

struct EngineConfig {
  std::uint32_t orders = 1U << 20;        ///< live orders at most; more are rejected
  std::uint32_t orders_start = 1U << 17;  ///< memory is ready for so many; no more than `orders`
  std::uint32_t trades = 1U << 20;        ///< trades that can still be broken
  std::uint16_t shard = 0;
  /// Room for so many, those of the configuration among them; 0: for them alone.
  std::uint32_t instruments = 0;
};

enum class WaitMode : std::uint8_t { automatic, spin, yield, park };

struct RingConfig {
  std::uint32_t slots = 1U << 16;   ///< power of two
  std::uint32_t events = 1U << 16;  ///< power of two
  std::uint32_t inject = 1U << 10;  ///< power of two: slots that the host itself makes
  WaitMode wait = WaitMode::automatic;
  std::uint32_t epoch = 1;
  std::uint64_t start_sequence = 0;  ///< no key: where a journal ended
};

/// An IPv4 address and a port, in host byte order. Port 0: any free one.
struct Endpoint {
  std::uint32_t address = 0;
  std::uint16_t port = 0;
  friend constexpr bool operator==(const Endpoint&, const Endpoint&) = default;
};

enum class ReceivePath : std::uint8_t { automatic, io_uring, recvmmsg };
/// By which road datagrams come in; see roads/README.md.
enum class RoadKind : std::uint8_t { udp, af_xdp, dpdk, pcap, card };

/// UFO order entry: one UDP port for all sessions.
struct OrderEntryConfig {
  Endpoint listen{0x7F000001, 26400};
  bool upstream_length_prefix = false;  ///< a `U` datagram holds blocks of (u16 length, message)
  std::uint32_t heartbeat_ms = 1000;
  std::uint32_t timeout_ms = 15'000;  ///< a client that is silent for so long is gone
  std::uint32_t end_ms = 250;         ///< so long the end is repeated, and requests are answered
  std::uint32_t history_mib = 64;     ///< of replies kept for retransmission, over all sessions
  Alpha<10> session_name = Alpha<10>::from("WIREBOOK01");
  ReceivePath receive = ReceivePath::automatic;
  RoadKind road = RoadKind::udp;
  std::uint32_t batch = 64;  ///< datagrams at most that a poll takes
  std::uint32_t busy_poll_us =
      0;  ///< the thread that asks drives the device's queue; 0: it does not
};

enum class XdpCopy : std::uint8_t { automatic, zero_copy, copy };
enum class XdpAttach : std::uint8_t { automatic, native, generic };

/// Frames from an interface's queues, before the kernel's own stack sees them.
struct AfXdpTable {
  std::string interface;
  std::uint32_t first_queue = 0;
  std::uint32_t queues = 0;  ///< 0: all from `first_queue` on
  XdpCopy mode = XdpCopy::automatic;
  XdpAttach attach = XdpAttach::automatic;
  std::uint32_t frames = 4096;  ///< power of two, for each queue; of 2 KiB
};

/// A port that DPDK drives.
struct DpdkTable {
  std::vector<std::string> eal;  ///< arguments of rte_eal_init, behind the program's name
  std::uint32_t port = 0;        ///< as DPDK numbers them
  std::uint32_t queues = 1;      ///< to receive from
  std::uint32_t descriptors = 1024;
  std::uint32_t frames = 8192;                     ///< in the pool of each direction
  std::optional<std::array<std::uint8_t, 6>> mac;  ///< none: the port's own
};

/// Who a recorded client is, where its login is not in the recording.
struct PcapLogin {
  Endpoint source;
  Alpha<6> username{};
};

enum class PcapReplies : std::uint8_t { drop, send };
enum class PcapEnd : std::uint8_t { stay, stop };

/// A capture that is played to order entry.
struct PcapTable {
  std::string file;
  double speed = 1.0;                   ///< of the recording; 0: as fast as the ring takes it
  std::optional<Endpoint> destination;  ///< that order entry had in it; none: `listen`
  PcapReplies replies = PcapReplies::drop;
  PcapEnd at_end = PcapEnd::stay;
  std::vector<PcapLogin> logins;
};

/// OUCH over SoupBinTCP: one TCP port for all sessions, beside UFO. Where the table is left out
/// there is none. Session name and history are those of `order_entry`.
struct SoupConfig {
  bool on = false;
  Endpoint listen{0x7F000001, 26401};
  std::uint32_t login_timeout_ms = 5000;  ///< a connection without a login for so long is closed
  std::uint32_t heartbeat_ms = 1000;
  std::uint32_t timeout_ms = 15'000;    ///< a client that is silent for so long is gone
  std::uint32_t stalled_ms = 10'000;    ///< … and one that takes nothing, when there is something
  std::uint32_t send_buffer_kib = 256;  ///< of the kernel, for each connection
  std::uint32_t receive_buffers = 1024;  ///< of 2 KiB, for all connections
};

/// ITCH 5.0 over MoldUDP64, to a multicast group or to one receiver, on one line or two.
struct MarketDataConfig {
  Endpoint send_to{0x7F000001, 26500};
  std::uint32_t multicast_interface = 0;  ///< IPv4 address of the interface; 0: the system's choice
  std::optional<Endpoint> send_to_b;      ///< line B: the same once more
  std::uint32_t multicast_interface_b = 0;
  std::uint8_t multicast_ttl = 1;
  Alpha<10> session_name = Alpha<10>::from("WIREBOOK01");
  std::uint32_t heartbeat_ms = 1000;
  std::uint32_t payload_bytes_max = datagram_payload_bytes_max;
  std::uint32_t pack_us = 0;  ///< a datagram waits so long for more; 0: leaves with the poll
  std::optional<Endpoint> rerequest;    ///< where messages are asked for again
  std::uint32_t rerequest_rate = 1000;  ///< answers a second to one address
  std::uint32_t history_mib = 64;       ///< of messages kept for whoever asks for them again
  /// How far its servers may be behind wire_out; a power of two, and no key: for tests.
  std::uint32_t behind_bytes_max = 8 << 20;
  std::uint32_t end_of_session_ms = 3000;  ///< the end is repeated so long, while anybody is served
};

/// Who may log in to the servers of the market's feed.
struct FeedAccountConfig {
  Alpha<6> username{};
  Alpha<10> password{};  ///< for trials, as a session's
  std::optional<PasswordHash> password_hash;
};

/// A server of the market's feed over SoupBinTCP: the stream itself, or GLIMPSE.
struct FeedServerConfig {
  std::optional<Endpoint> listen;  ///< none: there is no such server
  bool open = false;               ///< anybody may log in
  std::uint32_t connections = 64;  ///< at once; more wait in the kernel
  std::uint32_t login_timeout_ms = 5000;
  std::uint32_t heartbeat_ms = 1000;
  std::uint32_t timeout_ms = 15'000;  ///< a client that is silent for so long is gone
  std::uint32_t stalled_ms = 10'000;  ///< and one that takes nothing of what waits for it
};

/// Under which name, and in which versions, an account comes by FIX.
struct FixSessionConfig {
  Alpha<6> username{};
  std::string comp_id;
  bool fix44 = true;
  bool fix50sp2 = true;
};

/// FIX order entry, where a build has it and the table is there. It is a client of SoupBinTCP.
struct FixConfig {
  bool on = false;
  Endpoint listen{0x7F000001, 26402};
  std::optional<Endpoint> order_entry;  ///< a node's SoupBinTCP; none: that of `[soup]`
  std::string comp_id = "WIREBOOK";     ///< ours
  std::string store;                    ///< directory of numbers and messages; empty: in memory
  bool log_messages = false;
  std::uint32_t connections = 1024;
  std::uint32_t logon_timeout_ms = 10'000;  ///< without a Logon, or a word of the node before it
  std::uint32_t message_bytes_max = 8192;
  std::uint32_t orders = 1'000'000;        ///< ClOrdIDs of a day, for each account
  std::vector<FixSessionConfig> sessions;  ///< none: every account, by its user name
};

/// Which processor runs a stage. Equal numbers share one thread. `automatic`: by what is there.
struct ThreadConfig {
  bool automatic = true;
  std::uint32_t ingress = 0;
  std::uint32_t match = 0;
  std::uint32_t wire_out = 0;
  std::uint32_t journal = 0;  ///< only where there is one
  bool pin = true;
};

struct ClockConfig {
  std::int32_t utc_offset_minutes = 0;  ///< of the zone whose midnight starts the trading day
  std::uint32_t idle_ms = 100;          ///< a clock slot after so long without another slot
  const TimeSource* source =
      nullptr;  ///< no key: a test's, or a rehearsal's, instead of the host's
};

/// The card, where a node runs on one. Its address is that of `order_entry.listen`.
struct CardTable {
  std::string image;                               ///< the xclbin file; empty: none
  std::uint32_t device = 0;                        ///< as XRT numbers them
  std::optional<std::array<std::uint8_t, 6>> mac;  ///< none: 02:00 and the IPv4 address
  std::uint32_t lease_ms = 1000;   ///< without a sign from the host for so long it stops; 0: never
  std::uint32_t punt_cells = 256;  ///< power of two
  std::uint32_t transmit_cells = 1024;  ///< power of two
};

/// The venue's control socket. Without a path there is none.
struct ControlTable {
  std::string socket;
  std::uint32_t mode = 0600;       ///< of the file: who may connect
  std::string user;                ///< whose the file is; empty: the node's own
  std::string group;               ///< …
  std::uint32_t connections = 16;  ///< at one time
  std::string audit;               ///< the append-only file of what was asked; empty: none
};

enum class JournalMode : std::uint8_t { off, async, durable };
enum class JournalIo : std::uint8_t { automatic, io_uring, pwritev2 };
enum class JournalDirect : std::uint8_t { automatic, on, off };
enum class JournalSync : std::uint8_t { dsync, fsync };

/// The journal of the stream. `directory` holds one directory for each trading day and shard.
struct JournalTable {
  JournalMode mode = JournalMode::off;
  std::string directory;
  std::uint32_t segment_mib = 256;
  std::uint32_t segments_ahead = 1;  ///< made before they are needed
  std::uint32_t depth = 8;           ///< writes in flight
  std::uint32_t short_depth = 2;     ///< … from which on a write waits until it is full
  std::uint32_t write_kib = 64;      ///< of the largest write
  JournalIo io = JournalIo::automatic;
  JournalDirect direct = JournalDirect::automatic;  ///< O_DIRECT
  JournalSync sync = JournalSync::dsync;
  bool sqpoll = false;
  bool iopoll = false;
  bool defer_taskrun = true;                              ///< has no effect with `sqpoll`
  std::uint64_t snapshot_slots = std::uint64_t{4} << 20;  ///< 0: no snapshots
  std::uint32_t snapshots_kept = 2;
};

/// A recorded feed that is played into the engine. It has no table: it comes with the command line.
struct BackgroundConfig {
  std::string file;        ///< empty: none
  double speed = 1;        ///< so many times as fast as it was recorded; 0: as fast as it goes
  std::uint16_t port = 0;  ///< of a capture's MoldUDP64; 0: that of `market_data.send_to`
};

struct NodeConfig {
  std::vector<InstrumentConfig> instruments;
  std::vector<SessionConfig> sessions;
  std::vector<FirmConfig> firms;
  std::uint64_t reserve_seed = 0;
  LoginLimitsConfig logins;
  EngineConfig engine;
  RingConfig rings;
  OrderEntryConfig order_entry;
  SoupConfig soup;
  MarketDataConfig market_data;
  FeedServerConfig market_data_tcp;
  FeedServerConfig glimpse;
  std::vector<FeedAccountConfig> feed_accounts;
  ThreadConfig threads;
  ClockConfig clock;
  FixConfig fix;
  CardTable card;
  AfXdpTable af_xdp;
  DpdkTable dpdk;
  PcapTable pcap;
  JournalTable journal;
  BackgroundConfig background;
  ControlTable control;
  ScheduleTable schedule;
};

}  // namespace wirebook::node
