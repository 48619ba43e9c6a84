#include "node/simulation/drive.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "wirebook/assert.hpp"

namespace wirebook::simulation {

Drive::Drive(Random& random, Record& record) : random_(&random), record_(&record) {}

// --- names ---

void Drive::apply(Names& names, const Change& change) {
  switch (change.kind) {
    case Change::Kind::link:
      names[change.name] = change.file;
      break;
    case Change::Kind::rename:
      names.erase(change.name);
      names[change.to] = change.file;
      break;
    case Change::Kind::remove:
      names.erase(change.name);
      break;
  }
}

void Drive::change(Change change) {
  ++changes_;
  apply(names_, change);
  unsynced_changes_.push_back(std::move(change));
}

Drive::File Drive::find(std::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? 0 : found->second;
}

Drive::File Drive::create(std::string_view name) {
  const auto file = static_cast<File>(files_.size());
  files_.emplace_back();
  change({.kind = Change::Kind::link, .name = std::string(name), .to = {}, .file = file});
  return file;
}

int Drive::rename(std::string_view from, std::string_view to) {
  const File file = find(from);
  if (file == 0)
    return -ENOENT;
  change({.kind = Change::Kind::rename,
          .name = std::string(from),
          .to = std::string(to),
          .file = file});
  return 0;
}

int Drive::remove(std::string_view name) {
  if (find(name) == 0)
    return -ENOENT;
  change({.kind = Change::Kind::remove, .name = std::string(name), .to = {}, .file = 0});
  return 0;
}

void Drive::sync_names() {
  durable_names_ = names_;
  unsynced_changes_.clear();
}

// --- bytes ---

int Drive::grow(File file, std::uint64_t bytes) {
  if (full_)
    return -ENOSPC;
  Content& content = files_[file];
  content.view.resize(bytes);
  content.durable.resize(bytes);
  return 0;
}

void Drive::write(File file, std::uint64_t offset, std::span<const std::byte> bytes) {
  ++changes_;
  Content& content = files_[file];
  if (offset + bytes.size() > content.view.size()) {
    content.view.resize(offset + bytes.size());
    content.durable.resize(offset + bytes.size());
  }
  std::copy(bytes.begin(), bytes.end(), content.view.begin() + static_cast<std::ptrdiff_t>(offset));
  record_->bytes(bytes);
  const std::uint64_t end = offset + bytes.size();
  for (std::uint64_t sector = offset / sector_bytes; sector * sector_bytes < end; ++sector) {
    Sector now{};
    const std::uint64_t at = sector * sector_bytes;
    std::memcpy(now.data(), content.view.data() + at,
                std::min<std::uint64_t>(sector_bytes, content.view.size() - at));
    content.unsynced[sector].push_back(now);
  }
}

void Drive::sync(File file) {
  Content& content = files_[file];
  for (const auto& [sector, versions] : content.unsynced) {
    const std::uint64_t at = sector * sector_bytes;
    std::memcpy(content.durable.data() + at, versions.back().data(),
                std::min<std::uint64_t>(sector_bytes, content.durable.size() - at));
  }
  content.unsynced.clear();
  content.durable_bytes = content.view.size();
}

void Drive::sync(File file, std::uint64_t offset, std::uint64_t bytes) {
  Content& content = files_[file];
  const auto begin = content.unsynced.lower_bound(offset / sector_bytes);
  const auto end = content.unsynced.lower_bound((offset + bytes + sector_bytes - 1) / sector_bytes);
  for (auto at = begin; at != end; ++at)
    std::memcpy(content.durable.data() + at->first * sector_bytes, at->second.back().data(),
                sector_bytes);
  content.unsynced.erase(begin, end);
}

// --- power ---

void Drive::power_loss() {
  for (std::size_t i = random_->below(unsynced_changes_.size() + 1); i != 0; --i) {
    apply(durable_names_, unsynced_changes_.front());
    unsynced_changes_.erase(unsynced_changes_.begin());
  }
  unsynced_changes_.clear();
  names_ = durable_names_;
  for (Content& content : files_)
    if (!content.unsynced.empty() || content.durable_bytes != content.view.size())
      lose_sectors(content);
}

void Drive::lose_sectors(Content& content) {
  for (const auto& [sector, versions] : content.unsynced) {
    const std::uint64_t which = random_->below(versions.size() + 1);
    if (which == 0)
      continue;
    const std::uint64_t at = sector * sector_bytes;
    std::memcpy(content.durable.data() + at, versions[which - 1].data(),
                std::min<std::uint64_t>(sector_bytes, content.durable.size() - at));
  }
  content.unsynced.clear();
  if (content.durable_bytes != content.view.size() && random_->coin())
    content.durable.resize(content.durable_bytes);
  content.durable_bytes = content.durable.size();
  content.view.resize(content.durable.size());
  std::copy(content.durable.begin(), content.durable.end(), content.view.begin());
}

// --- damage ---

void Drive::note_damage(File file, std::uint64_t offset, std::uint64_t bytes) {
  damage_.push_back({file, offset, bytes});
}

bool Drive::is_damaged(File file, std::uint64_t offset, std::uint64_t bytes) const {
  return std::any_of(damage_.begin(), damage_.end(), [&](const Damage& damage) {
    return damage.file == file && damage.offset < offset + bytes &&
           offset < damage.offset + damage.bytes;
  });
}

void Drive::rot(File file, std::uint64_t byte) {
  Content& content = files_[file];
  WIREBOOK_ASSERT(byte < content.view.size());
  const auto bit = static_cast<std::byte>(1U << random_->below(8));
  content.view[byte] ^= bit;
  content.durable[byte] = content.view[byte];
  note_damage(file, byte, 1);
  record_->note(Act::damaged, file, byte, 0);
}

void Drive::misplace(File file, std::uint64_t offset, std::span<const std::byte> bytes) {
  Content& content = files_[file];
  WIREBOOK_ASSERT(offset + bytes.size() <= content.view.size());
  std::copy(bytes.begin(), bytes.end(), content.view.begin() + static_cast<std::ptrdiff_t>(offset));
  std::copy(bytes.begin(), bytes.end(),
            content.durable.begin() + static_cast<std::ptrdiff_t>(offset));
  note_damage(file, offset, bytes.size());
  record_->note(Act::damaged, file, offset, 1);
}

}  // namespace wirebook::simulation
