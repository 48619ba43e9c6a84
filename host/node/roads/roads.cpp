#include "node/roads/roads.hpp"

#include <cerrno>
#include <system_error>

#include "node/dpdk/dpdk_receiver.hpp"
#include "node/roads/af_xdp_receiver.hpp"
#include "node/roads/pcap_receiver.hpp"
#include "node/stages/thread_plan.hpp"

namespace wirebook::node {

ChosenReceiver choose_road(const NodeConfig& config, int socket, Endpoint bound,
                           const Clock& clock) {
  const OrderEntryConfig& order_entry = config.order_entry;
  const auto by_socket = [&](std::uint32_t busy_poll_us) {
    return choose_receiver(order_entry.receive, socket, order_entry.batch, busy_poll_us);
  };
  switch (order_entry.road) {
    case RoadKind::af_xdp:
      return make_af_xdp_receiver(config, bound, by_socket(0).receiver);
    case RoadKind::dpdk:
      return make_dpdk_receiver(config, clock);
    case RoadKind::pcap:
      return make_pcap_receiver(config.pcap, bound, clock);
    default:
      break;
  }
  if (order_entry.receive == ReceivePath::automatic && order_entry.busy_poll_us == 0 &&
      plan_threads(config, usable_cpus()).asks_sockets())
    return {make_recvmmsg_receiver(socket, order_entry.batch),
            "receive: recvmmsg, which answers a lone order sooner than io_uring", nullptr};
  return by_socket(order_entry.busy_poll_us);
}

}  // namespace wirebook::node
