#include "card/mac_link.hpp"

#include <bit>

#include <fmt/format.h>

#include "wirebook/mac_registers.hpp"

namespace wirebook::card {

namespace {

namespace address = mac_registers;

constexpr std::uint32_t all_ones = 0xFFFF'FFFF;

constexpr bool bit(std::uint32_t value, unsigned place) { return (value >> place & 1) != 0; }

/// How many bits are set among `count`, from `first` on.
constexpr unsigned bits_set(std::uint32_t value, unsigned first, unsigned count) {
  return static_cast<unsigned>(std::popcount(value >> first & ((1U << count) - 1)));
}

std::uint64_t read64(RegisterReader& mac, std::uint32_t offset) {
  const std::uint64_t low = mac.read(offset);  // latches the high half
  return low | std::uint64_t{mac.read(offset + 4)} << 32;
}

void check_identity(std::uint32_t identity) {
  if (identity == all_ones)
    throw CardError("the MAC does not answer, its registers read as ones");
  if (identity != address::identity_value)
    throw CardError(
        fmt::format("the MAC calls itself 0x{:08X}, not 0x{:08X}: it is none of "
                    "wirebook's; build the image by `make -C board`",
                    identity, address::identity_value));
}

void check_version(std::uint32_t version) {
  if (version != address::map_version)
    throw CardError(
        fmt::format("the MAC has version {} of its registers, this program knows "
                    "version {}: build image and program from the same source",
                    version, address::map_version));
}

void read_state(RegisterReader& mac, MacLink& link) {
  const std::uint32_t status = link.status = mac.read(address::status);
  link.up = bit(status, 0);
  link.aligned = bit(status, 1);
  link.local_fault = bit(status, 3);
  link.remote_fault = bit(status, 4);
  link.high_bit_errors = bit(status, 5);
  link.fec_aligned = bit(status, 6);
  link.fec_high_errors = bit(status, 7);
  link.receiver_in_reset = bit(status, 8);
  link.transmitter_in_reset = bit(status, 9);
  link.powered = bits_set(status, 12, 4) == 4;
  link.lanes = mac.read(address::lanes);
  link.pcs_lanes_in_sync = bits_set(link.lanes, 0, pcs_lanes);
  link.fec_lanes_in_sync = bits_set(link.lanes, pcs_lanes, fec_lanes);
  const std::uint32_t control = mac.read(address::control);
  link.loopback = bit(control, 0);
  link.fec_on = !bit(control, 1);
}

void read_counts(RegisterReader& mac, MacLink& link) {
  link.rx_frames = read64(mac, address::rx_frames);
  link.rx_bad = read64(mac, address::rx_bad);
  link.rx_dropped = read64(mac, address::rx_dropped);
  link.tx_frames = read64(mac, address::tx_frames);
  link.tx_underflows = read64(mac, address::tx_underflows);
  link.tx_overflows = read64(mac, address::tx_overflows);
  link.link_losses = read64(mac, address::link_losses);
  link.fec_codewords = read64(mac, address::fec_codewords);
  link.fec_corrected = read64(mac, address::fec_corrected);
  link.fec_uncorrected = read64(mac, address::fec_uncorrected);
  link.tx_dropped = read64(mac, address::tx_dropped);
}

/// What is wrong nearest to the power plug: the rest follows from it.
std::string why_down(const MacLink& link) {
  if (!link.powered)
    return fmt::format("only {} of 4 transceivers have power", bits_set(link.status, 12, 4));
  if (!link.clock_runs)
    return "the MAC's clock stands still, there is no reference clock";
  if (link.receiver_in_reset || link.transmitter_in_reset)
    return fmt::format("{} in reset, the transceivers do not come up",
                       !link.transmitter_in_reset ? "receiver"
                       : !link.receiver_in_reset  ? "transmitter"
                                                  : "receiver and transmitter");
  if (link.aligned)
    return "aligned, but no frames flow yet";
  if (link.pcs_lanes_in_sync == 0 && (!link.fec_on || link.fec_lanes_in_sync == 0))
    return link.fec_on ? "no lane is in sync: the other end sends nothing, or no RS-FEC"
                       : "no lane is in sync: the other end sends nothing, or with RS-FEC";
  if (link.pcs_lanes_in_sync < pcs_lanes || (link.fec_on && link.fec_lanes_in_sync < fec_lanes))
    return "only some lanes are in sync: module or cable";
  return "lanes are in sync, but not aligned";
}

std::string headline(const MacLink& link) {
  std::string text = link.up ? "up" : "down: " + why_down(link);
  const auto add = [&](bool is_so, const char* what) {
    if (is_so)
      text += what;
  };
  const bool now = link.up || link.clock_runs;
  add(now && link.remote_fault, "; remote fault: the other end does not hear us");
  add(now && link.local_fault, "; local fault");
  add(now && link.high_bit_errors, "; high bit error rate");
  add(now && link.fec_on && link.fec_high_errors, "; RS-FEC: high symbol error rate");
  add(link.loopback, "; in loopback: the transceivers send to themselves");
  return text;
}

std::string lanes(const MacLink& link) {
  if (!link.up && !link.clock_runs)
    return fmt::format("lanes not known without a clock; status {:#010x}", link.status);
  const std::string fec = link.fec_on
                              ? fmt::format("{} of {} RS-FEC lanes, {}", link.fec_lanes_in_sync,
                                            fec_lanes, link.fec_aligned ? "aligned" : "not aligned")
                              : "RS-FEC off";
  return fmt::format("{}, {} of {} lanes in sync; {}; status {:#010x}, lanes {:#010x}",
                     link.aligned ? "aligned" : "not aligned", link.pcs_lanes_in_sync, pcs_lanes,
                     fec, link.status, link.lanes);
}

}  // namespace

MacLink read_mac_link(RegisterReader& mac) {
  check_identity(mac.read(address::identity));
  check_version(mac.read(address::version));
  MacLink link;
  const std::uint64_t cycles = read64(mac, address::mac_cycles);
  read_state(mac, link);
  read_counts(mac, link);
  link.clock_runs = read64(mac, address::mac_cycles) != cycles;
  check_identity(mac.read(address::identity));  // a card that got lost on the way reads as ones
  return link;
}

std::vector<std::string> describe(const MacLink& link) {
  std::vector<std::string> lines{headline(link), lanes(link)};
  if (link.fec_on)
    lines.push_back(fmt::format("RS-FEC: {} codewords, {} corrected, {} uncorrected",
                                link.fec_codewords, link.fec_corrected, link.fec_uncorrected));
  lines.push_back(
      fmt::format("MAC: {} frames received, {} bad; {} lost between MAC and kernel (rx_dropped)",
                  link.rx_frames, link.rx_bad, link.rx_dropped));
  lines.push_back(
      fmt::format("MAC: {} frames sent; {} dropped while the link was down (tx_dropped)",
                  link.tx_frames, link.tx_dropped));
  lines.push_back(fmt::format("link losses: {}", link.link_losses));
  if (link.tx_underflows != 0 || link.tx_overflows != 0)
    lines.push_back(fmt::format("tx_underflows {}, tx_overflows {}: a fault of ours, please tell",
                                link.tx_underflows, link.tx_overflows));
  return lines;
}

}  // namespace wirebook::card
