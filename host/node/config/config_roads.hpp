// The tables of the roads that datagrams come in by: [af_xdp], [dpdk], [pcap], and the keys of
// [order_entry] that choose among them.
//
// Shapes: see config.hpp and config_table.hpp. Threads: one. Errors: collected in the table's list.
// Cost: start-up only. Specification: node/roads/README.md.
#pragma once

#include <string>

#include "node/config/config.hpp"
#include "node/config/config_table.hpp"

namespace wirebook::node {

/// `road`, `batch` and `busy_poll_us` of [order_entry].
void read_road_choice(ConfigTable& table, OrderEntryConfig& order_entry);
void read_af_xdp(ConfigTable table, AfXdpTable& af_xdp);
void read_dpdk(ConfigTable table, DpdkTable& dpdk);
/// The sessions have been read.
void read_pcap(ConfigTable table, const NodeConfig& config, PcapTable& pcap);
/// What the chosen road asks of the other tables.
void check_roads(ConfigTable& root, const NodeConfig& config);

/// The choice, as further lines of [order_entry].
[[nodiscard]] std::string road_choice_text(const OrderEntryConfig& order_entry);
/// The tables of the roads that say anything.
[[nodiscard]] std::string roads_text(const NodeConfig& config);

}  // namespace wirebook::node
