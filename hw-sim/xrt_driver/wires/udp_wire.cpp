#include "hw-sim/xrt_driver/wires/udp_wire.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>

#include <fmt/format.h>

#include "wirebook/outcome.hpp"

#include "hw-sim/xrt_driver/wires/arp_answer.hpp"
#include "hw-sim/xrt_driver/wires/frame_headers.hpp"

namespace wirebook::hw_sim {
namespace {

/// A host asks again; and it asks for one address at a time.
constexpr std::size_t answers_max = 64;

std::string to_string(SocketAddress of) {
  return fmt::format("{}.{}.{}.{}:{}", of.address >> 24, of.address >> 16 & 0xFF,
                     of.address >> 8 & 0xFF, of.address & 0xFF, of.port);
}

std::vector<SocketAddress> wanted_by(const WireRegisters& registers) {
  std::vector<SocketAddress> wanted;
  const auto add = [&wanted](SocketAddress local) {
    if (local.port != 0 && std::ranges::find(wanted, local) == wanted.end())
      wanted.push_back(local);
  };
  add({registers.order_address, registers.order_port});
  for (const WireRegisters::Filter& filter : registers.filters)
    add({filter.address, filter.port});
  return wanted;
}

/// A group's MAC address is fixed, and a host's is by the rule, be it the peer's or a gateway's.
bool reaches_someone(const wire::MacAddress& mac, std::uint32_t address) {
  return wire::is_multicast(address) ? mac == mac_of(address) : mac[0] == 0x02 && mac[1] == 0x00;
}

}  // namespace

UdpWire::UdpWire() : elsewhere_(DatagramSocket::open()), buffer_(udp_payload_max) {}

void UdpWire::registers_changed(const WireRegisters& registers) {
  const std::vector<SocketAddress> wanted = wanted_by(registers);
  const auto unwanted = [&wanted](SocketAddress local) {
    return std::ranges::find(wanted, local) == wanted.end();
  };
  std::erase_if(ports_, [&](const Port& port) { return unwanted(port.local); });
  std::erase_if(refused_, unwanted);
  for (const SocketAddress local : wanted)
    if (std::ranges::find(ports_, local, &Port::local) == ports_.end())
      open(local, registers);
  waiting_.clear();
  for (const Port& port : ports_)
    waiting_.push_back({.fd = port.socket.descriptor(), .events = POLLIN, .revents = 0});
}

void UdpWire::open(SocketAddress local, const WireRegisters& registers) {
  std::string why = "no frame is sent to 0.0.0.0: the card needs an address of its own";
  if (local.address != 0) {
    try {
      const std::array interfaces{registers.local_address, registers.order_address};
      ports_.push_back({local, DatagramSocket::open(local, interfaces)});
      return;
    } catch (const std::exception& error) {
      why = error.what();
    }
  }
  if (std::ranges::find(refused_, local) == refused_.end()) {
    tell(name(), fmt::format("cannot listen on {}: {}", to_string(local), why));
    refused_.push_back(local);
  }
}

bool UdpWire::next(WireFrame& frame) {
  frame.bad_fcs = false;
  frame.time_ns.reset();
  if (!answers_.empty()) {
    frame.bytes = std::move(answers_.front());
    answers_.pop_front();
    return true;
  }
  if (ports_.empty() || poll(waiting_.data(), waiting_.size(), 0) <= 0)
    return false;
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    const std::size_t index = (turn_ + i) % ports_.size();
    if (waiting_[index].revents != 0 && receive(ports_[index], frame.bytes)) {
      turn_ = index + 1;
      return true;
    }
  }
  return false;
}

bool UdpWire::receive(Port& port, std::vector<std::byte>& frame) {
  const auto received = port.socket.receive(buffer_);
  if (!received)
    return false;
  if (received->bytes > buffer_.size()) {
    too_long_.add(
        fmt::format("a datagram of {} bytes to {} was dropped: a frame holds {}, and the "
                    "card takes no fragments",
                    received->bytes, to_string(port.local), buffer_.size()));
    return false;
  }
  make_udp_frame(std::span(buffer_).first(received->bytes), received->source, port.local, frame);
  return true;
}

void UdpWire::sent(std::span<const std::byte> frame) {
  if (answered(frame))
    return;
  wire_in::UdpDatagram datagram;
  const Outcome outcome = wire_in::parse_frame(frame, datagram);
  if (outcome_class(outcome) == OutcomeClass::malformed) {
    wrong_.add(fmt::format("a frame from the kernel is wrong ({}) and was not sent",
                           wirebook::to_string(outcome)));
  } else if (outcome != Outcome::ok) {
    not_carried_.add(
        fmt::format("a frame from the kernel cannot be sent by a UDP socket ({}); "
                    "WIREBOOK_SIM_WIRE=packet:INTERFACE carries all",
                    wirebook::to_string(outcome)));
  } else if (!reaches_someone(wire::view<wire::EthernetHeader>(frame.data()).destination,
                              datagram.destination_address)) {
    wrong_.add(fmt::format("a frame from the kernel was not sent: its Ethernet address is not {}'s",
                           to_string({datagram.destination_address, datagram.destination_port})));
  } else {
    const std::size_t ip = ipv4_offset(frame).value_or(0);
    send(datagram, wire::view<wire::Ipv4Header>(frame.data() + ip).time_to_live);
  }
}

bool UdpWire::answered(std::span<const std::byte> frame) {
  std::vector<std::byte> reply;
  const ArpQuestion question = answer_arp(frame, reply);
  if (question == ArpQuestion::malformed)
    wrong_.add("a frame from the kernel is wrong: ARP, but cut short or not IPv4 over Ethernet");
  else if (question == ArpQuestion::answered && answers_.size() < answers_max)
    answers_.push_back(std::move(reply));
  else if (question == ArpQuestion::answered)
    unanswered_.add("ARP requests come faster than the kernel takes the answers");
  return question != ArpQuestion::not_arp;
}

void UdpWire::send(const wire_in::UdpDatagram& datagram, std::uint8_t time_to_live) {
  const SocketAddress source{datagram.source_address, datagram.source_port};
  const SocketAddress to{datagram.destination_address, datagram.destination_port};
  const auto port = std::ranges::find(ports_, source, &Port::local);
  DatagramSocket& socket = port == ports_.end() ? elsewhere_ : port->socket;
  if (const int error = socket.send(datagram.payload, to, source.address, time_to_live); error != 0)
    not_sent_.add(fmt::format("cannot send from {} to {}: {}", to_string(source), to_string(to),
                              std::strerror(error)));
}

}  // namespace wirebook::hw_sim
