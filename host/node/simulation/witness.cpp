#include "node/simulation/witness.hpp"

#include <fmt/format.h>

#include "wirebook/wire/session.hpp"

namespace wirebook::simulation {

namespace {

namespace ufo = wire::ufo;
namespace mold = wire::mold;

}  // namespace

void Witness::on_order_entry(node::Endpoint to, std::span<const std::byte> packet) {
  const std::uint32_t session = to.address - first_client_address;
  record_->bytes(packet);
  switch (static_cast<char>(packet[0])) {
    case ufo::SequencedHeader::type_code: {
      const auto& header = wire::view<ufo::SequencedHeader>(packet.data());
      record_->note(Act::sent, session, header.sequence_number, header.message_count);
      return check_blocks(session, header.sequence_number, header.message_count,
                          packet.subspan(sizeof header));
    }
    case ufo::LoginAccepted::type_code: {
      const auto& accepted = wire::view<ufo::LoginAccepted>(packet.data());
      record_->note(Act::accepted, session, accepted.sequence_number);
      return truth_->check_login(session, accepted.sequence_number);
    }
    case ufo::EndOfSession::type_code:
      return truth_->check_next(session,
                                wire::view<ufo::EndOfSession>(packet.data()).message_count + 1ULL);
    default:
      return record_->found(fmt::format("session {} is sent a packet of type {}", session,
                                        static_cast<char>(packet[0])));
  }
}

void Witness::on_market_data(std::span<const std::byte> packet) {
  record_->bytes(packet);
  const auto& header = wire::view<mold::Header>(packet.data());
  const std::uint16_t count = header.message_count;
  record_->note(Act::sent, 0, header.sequence_number, count);
  if (count == mold::count_end_of_session)
    return truth_->check_next(0, header.sequence_number);
  check_blocks(0, header.sequence_number, count, packet.subspan(sizeof header));
}

void Witness::check_blocks(std::uint32_t session, std::uint64_t first, std::uint64_t count,
                           std::span<const std::byte> blocks) {
  if (count == 0)
    return truth_->check_next(session, first);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::size_t length = wire::view<wire::Big16>(blocks.data());
    truth_->check_told(session, first + i, blocks.subspan(sizeof(wire::Big16), length));
    blocks = blocks.subspan(sizeof(wire::Big16) + length);
  }
}

}  // namespace wirebook::simulation
