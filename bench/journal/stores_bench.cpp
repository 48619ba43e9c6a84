// The journal beside RocksDB and LMDB: orders of 64 bytes with consecutive numbers, durable in
// batches of 1024, on the same disk, by turns in one run.
//
// RocksDB: a WriteBatch of 1024 puts, written with `sync`; from one thread, and from eight, whose
// batches its log then syncs together. LMDB: a transaction of 1024 appends, committed; there is one
// writer at a time. Both also keep an index that finds a record by its number; the journal finds
// it by its place, and keeps none.
// The journal: slots sealed by one thread, written as they come, in writes of up to 1024; at depth
// 1, where a batch waits for the one before as with one thread of the others, and at depth 8.
//
// `--directory DIR` (default: beside the program) names the disk.
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <lmdb.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include "bench/journal/live_journal.hpp"
#include "bench/journal/place.hpp"
#include "bench/report.hpp"

namespace {

using namespace wirebook;         // NOLINT(google-build-using-namespace): a program of its own
using namespace wirebook::bench;  // NOLINT(google-build-using-namespace)

constexpr std::uint64_t store_batches = 256;
constexpr std::uint64_t store_orders = store_batches * batch_slots;
constexpr std::uint64_t segment_slots = std::uint64_t{2} << 20;
constexpr std::uint64_t journal_orders = segment_slots - batch_slots;
constexpr unsigned rocksdb_threads = 8;

using Order = std::array<std::uint64_t, 8>;
static_assert(sizeof(Order) == slot_bytes);

Order order_of(std::uint64_t number) {
  const SlotWords words = words_of(number);
  Order order{};
  std::memcpy(order.data(), words.data(), sizeof words);
  return order;
}
/// Big endian: both compare keys as bytes.
std::uint64_t key_of(std::uint64_t number) { return __builtin_bswap64(number); }

/// Million orders a second.
double rate(std::uint64_t orders, std::uint64_t start_ns) {
  return static_cast<double>(orders) * 1e3 / static_cast<double>(now_ns() - start_ns);
}

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "stores bench: %s\n", what.c_str());
  std::exit(1);
}

double run_journal(const Place& place, std::uint32_t depth) {
  LiveJournal journal(place.empty("journal"), {.depth = depth},
                      {.segment_slots = segment_slots, .write_slots = batch_slots});
  std::atomic<bool> go{false};
  std::thread producer([&] {
    pin_to_core(producer_core);
    while (!go.load())
      slot_ring::pause_processor();
    make_sealed(journal.ring(), journal_orders);
  });
  const std::uint64_t start_ns = now_ns();
  go.store(true);
  journal.poll_until(journal_orders);
  const double speed = rate(journal_orders, start_ns);
  producer.join();
  return speed;
}

void put_batches(rocksdb::DB& store, unsigned thread, unsigned threads) {
  rocksdb::WriteOptions durable;
  durable.sync = true;
  for (std::uint64_t batch = thread; batch < store_batches; batch += threads) {
    rocksdb::WriteBatch puts;
    for (std::uint64_t n = batch * batch_slots; n < (batch + 1) * batch_slots; ++n) {
      const std::uint64_t key = key_of(n);
      const Order order = order_of(n);
      puts.Put({reinterpret_cast<const char*>(&key), sizeof key},
               {reinterpret_cast<const char*>(&order), sizeof order});
    }
    if (const rocksdb::Status status = store.Write(durable, &puts); !status.ok())
      give_up("RocksDB: " + status.ToString());
  }
}

double run_rocksdb(const Place& place, unsigned threads) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  options.write_buffer_size = 256 << 20;  // no table is written in the run
  options.enable_pipelined_write = threads > 1;
  rocksdb::DB* opened = nullptr;
  if (const auto status = rocksdb::DB::Open(options, place.empty("rocksdb"), &opened); !status.ok())
    give_up("RocksDB: " + status.ToString());
  const std::unique_ptr<rocksdb::DB> store(opened);
  std::vector<std::thread> writers;
  const std::uint64_t start_ns = now_ns();
  for (unsigned thread = 1; thread < threads; ++thread)
    writers.emplace_back([&, thread] {
      const AnyCore any;
      put_batches(*store, thread, threads);
    });
  put_batches(*store, 0, threads);
  for (std::thread& writer : writers)
    writer.join();
  return rate(store_orders, start_ns);
}

void check_lmdb(int result) {
  if (result != 0)
    give_up(std::string("LMDB: ") + mdb_strerror(result));
}

double run_lmdb(const Place& place) {
  MDB_env* environment = nullptr;
  check_lmdb(mdb_env_create(&environment));
  check_lmdb(mdb_env_set_mapsize(environment, std::size_t{1} << 30));
  check_lmdb(mdb_env_open(environment, place.empty("lmdb").c_str(), 0, 0600));
  MDB_dbi table = 0;
  std::uint64_t n = 0;
  const std::uint64_t start_ns = now_ns();
  while (n < store_orders) {
    MDB_txn* transaction = nullptr;
    check_lmdb(mdb_txn_begin(environment, nullptr, 0, &transaction));
    check_lmdb(mdb_dbi_open(transaction, nullptr, 0, &table));
    for (std::uint64_t i = 0; i < batch_slots; ++i, ++n) {
      std::uint64_t key = key_of(n);
      Order order = order_of(n);
      MDB_val key_bytes{sizeof key, &key};
      MDB_val order_bytes{sizeof order, &order};
      check_lmdb(mdb_put(transaction, table, &key_bytes, &order_bytes, MDB_APPEND));
    }
    check_lmdb(mdb_txn_commit(transaction));
  }
  const double speed = rate(store_orders, start_ns);
  mdb_env_close(environment);
  return speed;
}

}  // namespace

int main(int argc, char** argv) {
  Report report("journal_stores", argc, argv);
  const Place place(argc, argv);
  if (!pin_to_core(journal_core))
    report.note("not pinned: the host refuses it");
  const std::size_t runs = report.runs();
  const auto deep = [&] { return run_journal(place, 8); };
  const auto waiting = [&] { return run_journal(place, 1); };
  const auto lmdb = [&] { return run_lmdb(place); };
  const auto rocksdb = [&] { return run_rocksdb(place, 1); };

  const auto against_rocksdb = paired_runs(runs, deep, rocksdb);
  report.add("journal, depth 8", against_rocksdb.a, "M orders/s");
  report.add("RocksDB, one thread", against_rocksdb.b, "M orders/s");
  report.add_ratio("  journal / RocksDB", against_rocksdb.ratio, {.at_least = 20});
  const auto against_lmdb = paired_runs(runs, deep, lmdb);
  report.add("LMDB", against_lmdb.b, "M orders/s");
  report.add_ratio("  journal / LMDB", against_lmdb.ratio, {.at_least = 10});

  const auto waits_rocksdb = paired_runs(runs, waiting, rocksdb);
  report.add("journal, depth 1: a batch waits for the last", waits_rocksdb.a, "M orders/s");
  report.add_ratio("  journal at depth 1 / RocksDB", waits_rocksdb.ratio);
  const auto waits_lmdb = paired_runs(runs, waiting, lmdb);
  report.add_ratio("  journal at depth 1 / LMDB", waits_lmdb.ratio);
  const auto threads = paired_runs(runs, deep, [&] { return run_rocksdb(place, rocksdb_threads); });
  report.add("RocksDB, eight threads", threads.b, "M orders/s");
  report.add_ratio("  journal, depth 8 / RocksDB, eight threads", threads.ratio);

  report.note("orders of 64 bytes, keys of 8 in their order, durable in batches of 1024: " +
              std::to_string(store_orders) + " a run, of the journal " +
              std::to_string(journal_orders));
  report.note("RocksDB and LMDB also index: they find an order by any key. The journal does not:");
  report.note("its orders are found by their place, which is their number");
  report.note("RocksDB " + rocksdb::GetRocksVersionAsString() + ", LMDB " +
              mdb_version(nullptr, nullptr, nullptr));
  report.note("the disk: " + place.path());
  return report.finish();
}
