// What really happened, kept beside the node by the plainest means: every slot that was published,
// the naive engine over them, each message that this makes with its number, and what the drive
// really holds of it. All that leaves the node is held against it.
//
// Shapes: slots by sequence from 0; messages by number from 1. Threads: one. Errors: findings in
// the record. Cost: the naive engine's; a restart feeds it all over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "wirebook/slot.hpp"

#include "match/naive/naive_engine.hpp"
#include "node/config/config.hpp"
#include "node/simulation/drive.hpp"
#include "node/simulation/record.hpp"
#include "slot_ring/ring.hpp"
#include "wire_out/itch_encoder.hpp"

namespace wirebook::simulation {

struct Message {
  std::uint64_t hash = 0;
  std::uint64_t cause_end = 0;  ///< it may leave when all slots before this are durable
};

class Truth {
 public:
  Truth(const node::NodeConfig& config, const Drive& drive, Record& record);

  /// The next group of the stream.
  void publish(const SlotGroup& group);
  /// The node has come back with the slots before `tail`. True if nothing is missing that was told
  /// or was durable when the node went down.
  bool come_back(std::uint64_t tail);
  /// The node is gone: what is durable now must come back, whatever recovery may do about it.
  void go_down(bool cleanly);
  /// In `async` nothing waits for the drive, and what was told may be lost: then all begins anew.
  void set_async() { async_ = true; }
  void forget_told();

  [[nodiscard]] std::uint64_t end() const { return stream_.size(); }
  [[nodiscard]] SlotGroup group_at(std::uint64_t sequence) const;
  [[nodiscard]] const match::NaiveEngine& engine() const { return *engine_; }
  /// All slots before this lie on the drive as they were published; or would, if the drive had not
  /// put them elsewhere, or let them rot.
  std::uint64_t durable_end();
  /// The same when the node last went down: what must come back.
  [[nodiscard]] std::uint64_t owed() const { return owed_; }
  /// What was told outside, up to which slot.
  [[nodiscard]] std::uint64_t told() const { return told_; }

  /// By session; [0] is the market.
  [[nodiscard]] const std::vector<Message>& messages(std::uint32_t session) const {
    return messages_[session];
  }
  /// Bytes left the node as message `number`: they are right, durable, and the same as ever.
  void check_told(std::uint32_t session, std::uint64_t number, std::span<const std::byte> bytes);
  /// The next number was named: the message before it is there, and durable.
  void check_next(std::uint32_t session, std::uint64_t next_number);
  /// The answer to a login left: its slot is durable, and the number is one that can be.
  void check_login(std::uint32_t session, std::uint64_t next_number);

  /// Of the slot at this sequence, on the drive: what recovery will see.
  enum class OnDrive : std::uint8_t { right, zeros, wrong, nowhere };
  [[nodiscard]] OnDrive on_drive(std::uint64_t sequence) const;
  /// From this slot to the end of its segment there are zeros, and durably so.
  [[nodiscard]] bool is_clear_from(std::uint64_t sequence) const;

 private:
  void begin();
  void feed(std::uint64_t sequence);
  void take_events(const SlotGroup& cause);
  struct Place {
    Drive::File file = 0;
    std::uint64_t offset = 0;
  };
  /// Where the slot lies, by names that are durable; file 0: nowhere.
  [[nodiscard]] Place place_of(std::uint64_t sequence) const;
  [[nodiscard]] const Slot& durable_slot(const Place& place) const {
    return *reinterpret_cast<const Slot*>(drive_->durable(place.file).data() + place.offset);
  }

  const node::NodeConfig* config_;
  const Drive* drive_;
  Record* record_;
  std::vector<Slot> stream_;
  slot_ring::Ring<Event> events_{512};
  slot_ring::Writer<Event> event_writer_{events_};
  slot_ring::Reader<Event> event_reader_{events_};
  std::unique_ptr<match::NaiveEngine> engine_;
  std::unique_ptr<wire_out::ItchEncoder> itch_;
  std::vector<std::vector<Message>> messages_;
  std::vector<std::vector<std::uint64_t>> told_hashes_;  ///< by session and number, 0: never told
  /// By session: the end of its first `session_up` in this life of the node; 0: none yet.
  std::vector<std::uint64_t> up_end_;
  std::uint64_t life_begin_ = 0;  ///< where this life's slots begin
  std::uint64_t durable_end_ = 0;
  std::uint64_t owed_ = 0;
  std::uint64_t told_ = 0;
  bool async_ = false;
};

}  // namespace wirebook::simulation
