#include "journal/snapshot.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

namespace wirebook::journal {

namespace {

std::string error_text(int error) { return std::strerror(error); }

std::string try_to_take(Store& store, const SnapshotSearch& search, const SnapshotName& name,
                        SnapshotHeader& header) {
  if (search.refuse)
    if (std::string reason = search.refuse(name); !reason.empty())
      return reason;
  const std::string text = snapshot_name(name);
  std::span<const std::byte> file;
  if (const int error = store.map(text, file); error != 0)
    return "it cannot be read: " + error_text(error);
  std::vector<std::byte> content;
  if (std::string reason = decode_snapshot(text, file, header, content); !reason.empty())
    return reason;
  if (header.shard != search.shard)
    return "of shard " + std::to_string(header.shard) + " instead of " +
           std::to_string(search.shard);
  if (header.trading_day != search.trading_day)
    return "of the day " + std::to_string(header.trading_day) + " instead of " +
           std::to_string(search.trading_day);
  return search.take(header, content);
}

/// Removes those that are not wanted, and makes it last.
int remove_where(Store& store, const std::vector<SnapshotName>& names,
                 const std::function<bool(std::size_t)>& goes) {
  bool removed = false;
  for (std::size_t i = 0; i != names.size(); ++i) {
    if (!goes(i))
      continue;
    if (const int error = store.remove(snapshot_name(names[i])); error != 0)
      return error;
    removed = true;
  }
  return removed ? store.sync_directory() : 0;
}

}  // namespace

int list_snapshots(Store& store, std::vector<SnapshotName>& names) {
  names.clear();
  std::vector<std::string> files;
  if (const int error = store.list(files); error != 0)
    return error;
  for (const std::string& file : files)
    if (const auto name = parse_snapshot_name(file))
      names.push_back(*name);
  std::sort(names.begin(), names.end(), std::greater<>());
  return 0;
}

SnapshotFound take_newest_snapshot(Store& store, const SnapshotSearch& search) {
  SnapshotFound found;
  std::vector<SnapshotName> names;
  found.error = list_snapshots(store, names);
  for (const SnapshotName& name : names) {
    SnapshotHeader header;
    const std::string reason = try_to_take(store, search, name, header);
    if (reason.empty()) {
      found.taken = header;
      break;
    }
    found.passed_over.push_back(snapshot_name(name) + " is passed over: " + reason);
  }
  return found;
}

bool has_last_slot(const Journal& journal, const SnapshotName& name) {
  if (name.sequence == 0)
    return false;
  const std::uint64_t last = name.sequence - 1;
  const auto parts = journal.parts();
  return std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
    return last >= part.first && last < part.end && part.epoch == name.epoch &&
           journal.segment_of(part).proves(last);
  });
}

int write_snapshot(Store& store, const SnapshotName& name, std::span<const std::byte> file) {
  const std::array<std::span<const std::byte>, 1> pieces{file};
  return store.write_file(snapshot_name(name), pieces);
}

int keep_snapshots(Store& store, std::size_t count) {
  std::vector<SnapshotName> names;
  if (const int error = list_snapshots(store, names); error != 0)
    return error;
  return remove_where(store, names, [count](std::size_t index) { return index >= count; });
}

int remove_snapshots_beyond(Store& store, std::uint64_t tail) {
  std::vector<SnapshotName> names;
  if (const int error = list_snapshots(store, names); error != 0)
    return error;
  return remove_where(store, names,
                      [&](std::size_t index) { return names[index].sequence > tail; });
}

}  // namespace wirebook::journal
