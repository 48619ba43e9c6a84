#include "node/config/config_roads.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fmt/format.h>
#include <net/if.h>

#include "wirebook/wire/session.hpp"

#include "node/config/config_names.hpp"
#include "node/on_card/ethernet.hpp"
#include "node/order_entry/password_hash.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

namespace {

constexpr double speed_min = 0.001;
constexpr double speed_max = 1'000'000;

template <class Choice>
void read_road_word(ConfigTable& table, std::string_view key, std::span<const std::string> names,
                    Choice& value) {
  if (std::size_t index = 0; table.choice(key, names, index))
    value = static_cast<Choice>(index);
}
template <class Choice>
const std::string& road_word(std::span<const std::string> names, Choice choice) {
  return names[static_cast<std::size_t>(choice)];
}

/// "max" is 0.
void read_speed(ConfigTable& table, double& speed) {
  std::string text;
  if (!table.text("speed", text))
    return;
  if (text == "max") {
    speed = 0;
    return;
  }
  double read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (error != std::errc{} || end != text.data() + text.size() ||
      !(read >= speed_min && read <= speed_max))
    return table.wrong("speed", fmt::format("is \"{}\", but must be \"max\" or a factor from {} to "
                                            "{}, such as \"1\" or \"2.5\"",
                                            text, speed_min, speed_max));
  speed = read;
}

bool read_peer(ConfigTable& table, std::string_view key, Endpoint& endpoint) {
  std::string text;
  if (!table.text(key, text))
    return false;
  const std::optional<Endpoint> parsed = parse_endpoint(text);
  if (!parsed || parsed->port == 0) {
    table.wrong(key, fmt::format("is \"{}\", but must be an IPv4 address and a port, such as "
                                 "\"10.0.0.1:40000\"",
                                 text));
    return false;
  }
  endpoint = *parsed;
  return true;
}

void read_recorded_logins(ConfigTable& table, const NodeConfig& config, PcapTable& pcap) {
  for (ConfigTable& entry : table.tables("logins")) {
    PcapLogin login;
    entry.require("source", "for example source = \"10.0.0.1:40000\"");
    entry.require("username", "one of [[sessions]]");
    const bool named = read_peer(entry, "source", login.source);
    if (named && std::any_of(pcap.logins.begin(), pcap.logins.end(),
                             [&](const PcapLogin& other) { return other.source == login.source; }))
      entry.wrong("source", fmt::format("{} is there twice", to_string(login.source)));
    if (std::string username; entry.word("username", sizeof(login.username), username)) {
      login.username = Alpha<6>::from(username);
      const auto is_it = [&](const SessionConfig& session) {
        return folded(session.username) == folded(login.username);
      };
      if (std::none_of(config.sessions.begin(), config.sessions.end(), is_it))
        entry.wrong("username", fmt::format("\"{}\" is none of [[sessions]]", username));
    }
    entry.finish();
    pcap.logins.push_back(login);
  }
}

}  // namespace

void read_road_choice(ConfigTable& table, OrderEntryConfig& order_entry) {
  read_road_word(table, "road", road_names, order_entry.road);
  table.integer("batch", {1, 1024}, order_entry.batch);
  table.integer("busy_poll_us", {0, 1'000'000}, order_entry.busy_poll_us);
  const RoadKind road = order_entry.road;
  if (order_entry.busy_poll_us != 0 && table.has("busy_poll_us")) {
    if (road != RoadKind::udp && road != RoadKind::af_xdp)
      table.wrong("busy_poll_us", fmt::format("has no effect: road is \"{}\"; this is of \"udp\" "
                                              "and \"af_xdp\"",
                                              road_word(road_names, road)));
    else if (order_entry.receive == ReceivePath::io_uring)
      table.wrong("busy_poll_us",
                  "has no effect: receive is \"io_uring\", which finds nothing without a system "
                  "call; \"auto\" then takes recvmmsg");
  }
}

void read_af_xdp(ConfigTable table, AfXdpTable& af_xdp) {
  if (table.word("interface", IFNAMSIZ - 1, af_xdp.interface) &&
      af_xdp.interface.find('/') != std::string::npos)
    table.wrong("interface",
                fmt::format("is \"{}\", but must be a name such as \"eth0\"", af_xdp.interface));
  table.integer("first_queue", {0, 1023}, af_xdp.first_queue);
  table.integer("queues", {0, 64}, af_xdp.queues);
  read_road_word(table, "mode", xdp_copy_names, af_xdp.mode);
  read_road_word(table, "attach", xdp_attach_names, af_xdp.attach);
  if (af_xdp.mode == XdpCopy::zero_copy && af_xdp.attach == XdpAttach::generic)
    table.wrong("attach", "is \"generic\", but mode is \"zero_copy\", which only a driver can");
  table.power_of_two("frames", {256, 1LL << 18}, af_xdp.frames);
  table.finish();
}

void read_dpdk(ConfigTable table, DpdkTable& dpdk) {
  if (std::string text; table.text("eal", text)) {
    std::istringstream words(text);
    for (std::string word; words >> word;)
      dpdk.eal.push_back(word);
  }
  table.integer("port", {0, 1023}, dpdk.port);
  table.integer("queues", {1, 64}, dpdk.queues);
  table.power_of_two("descriptors", {64, 1LL << 15}, dpdk.descriptors);
  table.power_of_two("frames", {512, 1LL << 20}, dpdk.frames);
  if (std::string mac; table.text("mac", mac)) {
    dpdk.mac = parse_mac(mac);
    if (!dpdk.mac)
      table.wrong("mac", fmt::format("is \"{}\", but must be the address of one station, such as "
                                     "\"02:00:c0:a8:0a:02\"",
                                     mac));
  }
  table.finish();
}

void read_pcap(ConfigTable table, const NodeConfig& config, PcapTable& pcap) {
  table.text("file", pcap.file);
  read_speed(table, pcap.speed);
  if (Endpoint destination; read_peer(table, "destination", destination))
    pcap.destination = destination;
  read_road_word(table, "replies", pcap_replies_names, pcap.replies);
  read_road_word(table, "at_end", pcap_end_names, pcap.at_end);
  read_recorded_logins(table, config, pcap);
  table.finish();
}

void check_roads(ConfigTable& root, const NodeConfig& config) {
  const RoadKind road = config.order_entry.road;
  const Endpoint listen = config.order_entry.listen;
  const bool is_loopback = listen.address >> 24 == 127;
  if (road == RoadKind::af_xdp && config.af_xdp.interface.empty())
    root.wrong("order_entry",
               "road is \"af_xdp\": name the interface, for example [af_xdp] interface = \"eth0\"");
  else if (road == RoadKind::af_xdp && is_loopback && config.af_xdp.interface != "lo")
    root.wrong("order_entry",
               fmt::format("listen is {}, but nothing for that comes by {}: name its address",
                           to_string(listen), config.af_xdp.interface));
  if (road == RoadKind::pcap && config.pcap.file.empty())
    root.wrong("order_entry",
               "road is \"pcap\": name the capture, for example [pcap] file = \"day.pcap\"");
  if (road == RoadKind::dpdk && (is_loopback || listen.address == 0 || listen.port == 0))
    root.wrong("order_entry",
               fmt::format("listen is {}, but road is \"dpdk\": that port's own address and a port "
                           "number, such as 192.168.10.2:26400",
                           to_string(listen)));
  if (road == RoadKind::card && config.card.image.empty())
    root.wrong("order_entry",
               "road is \"card\": name its image, for example [card] image = \"wirebook.xclbin\"");
}

std::string road_choice_text(const OrderEntryConfig& order_entry) {
  return fmt::format("road = \"{}\"\nbatch = {}\nbusy_poll_us = {}\n",
                     road_word(road_names, order_entry.road), order_entry.batch,
                     order_entry.busy_poll_us);
}

std::string roads_text(const NodeConfig& config) {
  std::string text;
  const auto out = std::back_inserter(text);
  if (const AfXdpTable& table = config.af_xdp; !table.interface.empty())
    fmt::format_to(out,
                   "\n[af_xdp]\ninterface = \"{}\"\nfirst_queue = {}\nqueues = {}\nmode = \"{}\"\n"
                   "attach = \"{}\"\nframes = {}\n",
                   table.interface, table.first_queue, table.queues,
                   road_word(xdp_copy_names, table.mode), road_word(xdp_attach_names, table.attach),
                   table.frames);
  if (const DpdkTable& table = config.dpdk; config.order_entry.road == RoadKind::dpdk) {
    fmt::format_to(out, "\n[dpdk]\neal = '{}'\nport = {}\nqueues = {}\ndescriptors = {}\n",
                   fmt::join(table.eal, " "), table.port, table.queues, table.descriptors);
    fmt::format_to(out, "frames = {}\n", table.frames);
    if (table.mac)
      fmt::format_to(out, "mac = \"{}\"\n", to_string(*table.mac));
  }
  if (const PcapTable& table = config.pcap; !table.file.empty()) {
    fmt::format_to(out, "\n[pcap]\nfile = '{}'\nspeed = \"{}\"\nreplies = \"{}\"\n", table.file,
                   table.speed == 0 ? "max" : fmt::format("{}", table.speed),
                   road_word(pcap_replies_names, table.replies));
    fmt::format_to(out, "at_end = \"{}\"\n", road_word(pcap_end_names, table.at_end));
    if (table.destination)
      fmt::format_to(out, "destination = \"{}\"\n", to_string(*table.destination));
    for (const PcapLogin& login : table.logins)
      fmt::format_to(out, "\n[[pcap.logins]]\nsource = \"{}\"\nusername = \"{}\"\n",
                     to_string(login.source), login.username.view());
  }
  return text;
}

}  // namespace wirebook::node
