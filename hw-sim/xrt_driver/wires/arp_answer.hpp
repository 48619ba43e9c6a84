// Answers to the kernel's ARP requests, where there is no network that could answer.
//
// Shapes: frames; a reply is 60 bytes. Threads: pure. Errors: `ArpQuestion` says what the frame
// was. Cost: a copy of the headers. Specification: RFC 826; RFC 5227 for what is no question.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wirebook::hw_sim {

enum class ArpQuestion : std::uint8_t {
  not_arp,
  none,       ///< a reply, an announcement, a probe: an answer would be a conflict of addresses
  malformed,  ///< cut short, or not about IPv4 over Ethernet
  answered,
};

/// Makes `reply` the answer, with the MAC address that `mac_of` gives the one who is asked for.
ArpQuestion answer_arp(std::span<const std::byte> frame, std::vector<std::byte>& reply);

}  // namespace wirebook::hw_sim
