#include "node/simulation/sim_store.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

namespace wirebook::simulation {

bool SimStore::alive() {
  if (may_crash_ && !crashed_ && random_->chance(scenario_->crash_recovery))
    crashed_ = true;
  return !crashed_;
}

int SimStore::list(std::vector<std::string>& names) {
  names.clear();
  if (!alive())
    return EIO;
  for (const auto& [name, file] : drive_->names())
    names.push_back(name);
  return 0;
}

int SimStore::map(const std::string& name, std::span<const std::byte>& bytes) {
  if (!alive())
    return EIO;
  const Drive::File file = drive_->find(name);
  if (file == 0)
    return ENOENT;
  bytes = drive_->view(file);
  return 0;
}

int SimStore::claim(const std::string& name) {
  if (!alive())
    return EIO;
  return drive_->find(name) == 0 ? ENOENT : 0;
}

int SimStore::zero_rest(const std::string& name, std::uint64_t from) {
  if (!alive())
    return EIO;
  const Drive::File file = drive_->find(name);
  if (file == 0)
    return ENOENT;
  if (scenario_->plant == Plant::tail_not_zeroed)
    return sync(name);
  if (const int error = zero_sectors(file, from); error != 0)
    return error;
  if (scenario_->plant == Plant::accepted_not_synced)
    drive_->sync(file, (from + sector_bytes - 1) / sector_bytes * sector_bytes,
                 drive_->view(file).size());
  else
    drive_->sync(file);
  return 0;
}

int SimStore::zero_sectors(Drive::File file, std::uint64_t from) {
  constexpr std::array<std::byte, sector_bytes> zeros{};
  const std::span<const std::byte> all = drive_->view(file);
  while (from < all.size()) {
    const std::uint64_t end =
        std::min<std::uint64_t>((from / sector_bytes + 1) * sector_bytes, all.size());
    const auto part = all.subspan(from, end - from);
    if (std::any_of(part.begin(), part.end(), [](std::byte byte) { return byte != std::byte{}; })) {
      if (!alive())
        return EIO;
      drive_->write(file, from, std::span(zeros).first(part.size()));
    }
    from = end;
  }
  return alive() ? 0 : EIO;
}

int SimStore::sync(const std::string& name) {
  if (!alive())
    return EIO;
  const Drive::File file = drive_->find(name);
  if (file == 0)
    return ENOENT;
  if (scenario_->plant != Plant::accepted_not_synced)
    drive_->sync(file);
  return 0;
}

int SimStore::write_file(const std::string& name,
                         std::span<const std::span<const std::byte>> pieces) {
  if (!alive())
    return EIO;
  const std::string unfinished = name + std::string(journal::unfinished_suffix);
  const Drive::File file = drive_->create(unfinished);
  if (const int error = fill(file, pieces); error != 0) {
    if (!crashed_)
      drive_->remove(unfinished);
    return error;
  }
  drive_->sync(file);
  if (!alive())
    return EIO;
  drive_->rename(unfinished, name);
  if (!alive())
    return EIO;
  drive_->sync_names();
  return 0;
}

int SimStore::fill(Drive::File file, std::span<const std::span<const std::byte>> pieces) {
  std::uint64_t offset = 0;
  for (const auto piece : pieces) {
    if (!alive())
      return EIO;
    if (drive_->full())
      return ENOSPC;
    drive_->write(file, offset, piece);
    offset += piece.size();
  }
  return alive() ? 0 : EIO;
}

int SimStore::remove(const std::string& name) {
  if (!alive())
    return EIO;
  return -drive_->remove(name);
}

int SimStore::sync_directory() {
  if (!alive())
    return EIO;
  drive_->sync_names();
  return 0;
}

}  // namespace wirebook::simulation
