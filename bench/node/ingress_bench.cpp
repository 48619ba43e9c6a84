// Ingress by each road, from the cable to the sealed slot, against recvmmsg of 64, by turns in one
// run, over a cable (veth) between two networks of the bench's own.
//
//   receiving thread   2,048 datagrams wait; what the thread needs until all are slots
//   end to end         a sender on another core keeps up to 192 datagrams under way; what the
//                      kernel's receive thread (NAPI, stack or program, copy) and the receiving
//                      thread, on one core, need together
//
// Both are processor time a datagram, so that neither the sender nor another program on the machine
// is measured; its inverse is what a core takes in. A sender that floods would be measured itself,
// or what is lost would: here the sender waits.
#include <cstdio>
#include <thread>

#include "bench/node/ingress_parts.hpp"

namespace {

using namespace wirebook;
using bench::now_ns;
using node::ReceivePath;
using node::RoadKind;

constexpr std::size_t bursts = 40;
constexpr std::size_t burst_orders = 2'048;
constexpr std::uint64_t window = 192;  // less than the cable's own queue, 256
constexpr std::uint64_t window_orders = 128 * 1'024;
constexpr std::uint64_t patience_ns = 20'000'000'000;
constexpr std::uint64_t lost_after_ns = 200'000'000;

struct RoadCase {
  const char* name;
  RoadKind road;
  ReceivePath path;
};
constexpr RoadCase recvmmsg_road{"recvmmsg of 64", RoadKind::udp, ReceivePath::recvmmsg};
constexpr RoadCase io_uring_road{"io_uring", RoadKind::udp, ReceivePath::io_uring};
constexpr RoadCase af_xdp_road{"AF_XDP", RoadKind::af_xdp, ReceivePath::recvmmsg};

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "ingress: %s\n", what);
  std::exit(1);
}

/// Of all runs; a busy machine may hold up the kernel's receive work until the cable overflows.
std::uint64_t lost_orders = 0;

/// Polls, and counts what came and the processor time that it took; a poll that finds nothing waits
/// for others, and its time is not of the datagrams.
struct Receiving {
  explicit Receiving(bench::IngressUnderTest& under_test) : ingress(&under_test) {}

  /// What does not come within the patience is lost, up to `wanted`.
  std::uint64_t poll(std::uint64_t wanted) {
    const std::uint64_t start = bench::cpu_ns();
    const std::uint64_t count = ingress->poll();
    if (count != 0) {
      cpu_ns += bench::cpu_ns() - start;
      came += count;
      heard_ns = now_ns();
    } else if (now_ns() > heard_ns + lost_after_ns) {
      lost = std::max(lost, wanted - came);
      heard_ns = now_ns();
    }
    return count;
  }

  bench::IngressUnderTest* ingress;
  std::uint64_t came = 0;
  std::uint64_t lost = 0;
  std::uint64_t cpu_ns = 0;
  std::uint64_t heard_ns = now_ns();
};

void log_in(bench::OrderSender& sender, bench::IngressUnderTest& ingress) {
  sender.log_in();
  const std::uint64_t until = now_ns() + patience_ns;
  while (ingress.poll() == 0)
    if (now_ns() > until)
      give_up("the login did not come");
}

double drain(const RoadCase& road, bench::OrderSender& sender) {
  bench::IngressUnderTest ingress(bench::road_under_test(road.road, road.path));
  bench::ReceiveThread::give_back();
  log_in(sender, ingress);
  Receiving receiving(ingress);
  for (std::size_t burst = 0; burst < bursts; ++burst) {
    // By another core, so that what is received lies where a device's work would leave it.
    std::thread([&] {
      bench::pin_to_core(bench::there);
      for (std::size_t sent = 0; sent < burst_orders; sent += bench::orders_per_call)
        sender.send_orders();
    }).join();
    receiving.heard_ns = now_ns();
    const std::uint64_t wanted = receiving.came + receiving.lost + burst_orders;
    while (receiving.came + receiving.lost < wanted)
      receiving.poll(wanted);
  }
  lost_orders += receiving.lost;
  return static_cast<double>(receiving.cpu_ns) / static_cast<double>(receiving.came);
}

/// Keeps the receiver busy, but for what the cable holds.
void send_within_window(bench::OrderSender& sender, const std::atomic<std::uint64_t>& done) {
  bench::pin_to_core(bench::there);
  for (std::uint64_t sent = 0; sent < window_orders; sent += bench::orders_per_call) {
    while (sent + bench::orders_per_call > done.load(std::memory_order_relaxed) + window)
      std::this_thread::yield();
    sender.send_orders();
  }
}

double end_to_end(const RoadCase& road, bench::OrderSender& sender) {
  bench::IngressUnderTest ingress(bench::road_under_test(road.road, road.path));
  const bench::ReceiveThread kernel(bench::here);
  if (!kernel.moved())
    give_up("the kernel's receive thread cannot be moved");
  log_in(sender, ingress);
  Receiving receiving(ingress);
  std::atomic<std::uint64_t> done{0};
  const std::uint64_t kernel_before = kernel.cpu_ns();
  std::thread other([&] { send_within_window(sender, done); });
  while (receiving.came + receiving.lost < window_orders) {
    if (receiving.poll(std::min(window_orders, done + bench::orders_per_call)) == 0)
      std::this_thread::sleep_for(std::chrono::microseconds(1));
    done = receiving.came + receiving.lost;
  }
  other.join();
  lost_orders += receiving.lost;
  const std::uint64_t all_ns = receiving.cpu_ns + kernel.cpu_ns() - kernel_before;
  return static_cast<double>(all_ns) / static_cast<double>(receiving.came);
}

}  // namespace

int main(int argc, char** argv) {
  bench::Report report("ingress", argc, argv);
  bench::OwnNetwork network;
  if (const std::string why = network.enter(); !why.empty()) {
    std::printf("ingress: not measured: %s\n", why.c_str());
    return 0;
  }
  if (!bench::ReceiveThread::set_up()) {
    std::printf("ingress: not measured: no /sys of the network of our own\n");
    return 0;
  }
  const bool pinned = bench::pin_to_core(bench::here);
  bench::OrderSender sender(network);
  // Of times a datagram: theirs by ours is how many more datagrams ours takes.
  const auto compare = [&](const char* what, auto measure, const RoadCase& road, double goal) {
    const auto pair = bench::paired_runs(
        report.runs(), [&] { return measure(recvmmsg_road, sender); },
        [&] { return measure(road, sender); });
    const std::string name(what);
    report.add(name + ": recvmmsg of 64", pair.a, "ns");
    report.add(name + ": " + road.name, pair.b, "ns");
    report.add_ratio(name + ": " + road.name + " / recvmmsg", pair.ratio,
                     goal == 0 ? bench::Goal{} : bench::Goal{.at_least = goal});
  };
  compare("receiving thread", drain, io_uring_road, 1.05);
  compare("receiving thread", drain, af_xdp_road, 0);
  compare("end to end", end_to_end, io_uring_road, 0);
  compare("end to end", end_to_end, af_xdp_road, 1.5);
  report.note("ns of processor time a datagram of " + std::to_string(sender.order_bytes()) +
              " bytes, an order each, parsed into sealed slots; veth, kernel copies");
  if (lost_orders != 0)
    report.note(std::to_string(lost_orders) + " datagrams were lost on the cable, and not counted");
  if (!pinned)
    report.note("not pinned: the host refuses it");
  return report.finish();
}
