// `wirebook journal archive` against cp and rsync, and against itself without a pool and without
// registered buffers: throughput and CPU seconds, by turns in one run.
//
// Each round runs all of them once, the order turns; ratios are those of a round. Every target is
// on stable storage when the clock stops: ours syncs by itself, for cp and rsync the bench does,
// and counts it. CPU seconds are those of the process and its children; what the kernel's own
// threads write back for cp and rsync is nobody's.
//
//   --gib N (1)   --source cached|cold (cold: evicted before each run)   --dir DIR   --runs N (5)
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/journal/order_flow.hpp"
#include "bench/report.hpp"
#include "journal/archive.hpp"
#include "journal/piece_io.hpp"
#include "journal/segment_format.hpp"

namespace {

namespace fs = std::filesystem;
namespace journal = wirebook::journal;
using wirebook::Slot;
using wirebook::bench::Goal;
using wirebook::bench::now_ns;
using wirebook::bench::OrderFlow;
using wirebook::bench::Report;
using wirebook::bench::summarize;

constexpr std::uint64_t segment_bytes_max = std::uint64_t{256} << 20;

struct Options {
  double gib = 1;
  bool cached = false;
  fs::path directory = fs::temp_directory_path() / "wirebook_archive_bench";
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--gib")
      options.gib = std::stod(argv[i + 1]);
    else if (name == "--source")
      options.cached = std::string_view(argv[i + 1]) == "cached";
    else if (name == "--dir")
      options.directory = argv[i + 1];
  }
  return options;
}

void make_journal(const fs::path& directory, std::uint64_t bytes) {
  fs::create_directories(directory);
  const std::uint64_t segment_bytes = std::min(segment_bytes_max, bytes);
  const std::uint64_t capacity = segment_bytes / wirebook::slot_bytes;
  OrderFlow flow;
  std::vector<std::byte> block(journal::block_bytes);
  for (std::uint64_t first = 0; first * wirebook::slot_bytes < bytes; first += capacity) {
    const std::string path = directory / journal::segment_name(first, 1);
    std::ofstream file(path, std::ios::binary);
    journal::encode_header({.epoch = 1,
                            .first_sequence = first,
                            .capacity_slots = capacity,
                            .trading_day = 20'200'101},
                           std::span<std::byte, journal::block_bytes>(block));
    file.write(reinterpret_cast<const char*>(block.data()), journal::block_bytes);
    for (std::uint64_t i = 0; i < capacity; ++i) {
      const Slot slot = flow.next(first + i, 1);
      file.write(reinterpret_cast<const char*>(&slot), sizeof slot);
    }
    file.close();
    if (!file) {
      std::fprintf(stderr, "%s: cannot be written\n", path.c_str());
      std::exit(5);
    }
  }
}

// ── What is measured ────────────────────────────────────────────────────────────────────────────

double cpu_seconds() {
  double sum = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime})
      sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  }
  return sum;
}

void for_each_file(const fs::path& directory, const std::function<void(int)>& act) {
  for (const auto& entry : fs::directory_iterator(directory)) {
    const int file = open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    act(file);
    close(file);
  }
}

void sync_all(const fs::path& directory) {
  for_each_file(directory, [](int file) { fdatasync(file); });
  const int file = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  fsync(file);
  close(file);
}

void set_cache(const fs::path& directory, bool cached) {
  std::vector<char> buffer(std::size_t{1} << 20);
  for_each_file(directory, [&](int file) {
    if (!cached)
      posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    while (cached && read(file, buffer.data(), buffer.size()) > 0) {
    }
  });
}

bool run_program(std::vector<std::string> arguments) {
  const pid_t child = fork();
  if (child == 0) {
    std::vector<char*> pointers;
    for (std::string& argument : arguments)
      pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    execvp(pointers[0], pointers.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct Contender {
  std::string name;
  std::function<void(const fs::path& from, const fs::path& to)> copy;
  std::vector<double> gib_per_second;
  std::vector<double> cpu;
};

auto ours(const journal::PieceIoOptions& how,
          journal::Compression compression = journal::Compression::none) {
  return [how, compression](const fs::path& from, const fs::path& to) {
    const auto io = journal::open_piece_io(how);
    journal::archive(*io, {.from = from, .to = to, .compression = compression}, [](const auto&) {});
  };
}

auto theirs(std::vector<std::string> command) {
  return [command](const fs::path& from, const fs::path& to) {
    std::vector<std::string> arguments = command;
    arguments.push_back(from.string() + "/.");
    arguments.push_back(to);
    fs::create_directories(to);
    if (!run_program(arguments)) {
      std::fprintf(stderr, "%s failed, or is not installed\n", command[0].c_str());
      std::exit(5);
    }
    sync_all(to);
  };
}

void run_once(Contender& contender, const fs::path& source, const Options& options, bool counted) {
  const fs::path target = options.directory / "target";
  fs::remove_all(target);
  sync();
  set_cache(source, options.cached);
  const double cpu = cpu_seconds();
  const std::uint64_t begin = now_ns();
  contender.copy(source, target);
  const double seconds = static_cast<double>(now_ns() - begin) * 1e-9;
  if (!counted)
    return;
  contender.gib_per_second.push_back(options.gib / seconds);
  contender.cpu.push_back(cpu_seconds() - cpu);
}

std::vector<double> ratios(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> out;
  for (std::size_t i = 0; i < a.size(); ++i)
    out.push_back(a[i] / b[i]);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  Report report("journal_archive", argc, argv);
  Options options = parse(argc, argv);
  fs::create_directories(options.directory);
  const auto room = static_cast<double>(fs::space(options.directory).available) / (1U << 30);
  if (room < 2 * options.gib + 4) {
    options.gib = std::max(0.0625, (room - 4) / 2);
    report.note("the disk is short: smaller than was asked for");
  }
  const fs::path source = options.directory / "source";
  fs::remove_all(source);
  make_journal(source, static_cast<std::uint64_t>(options.gib * (1U << 30)));
  sync();

  journal::PieceIoOptions no_pool{
      .pooled = false, .registered_reads = false, .registered_writes = false};
  journal::PieceIoOptions pool{.registered_reads = false, .registered_writes = false};
  journal::PieceIoOptions reads{.registered_writes = false};
  std::vector<Contender> all{
      {"archive", ours({}), {}, {}},
      {"cp", theirs({"cp", "-r"}), {}, {}},
      {"rsync", theirs({"rsync", "-r"}), {}, {}},
      {"no pool", ours(no_pool), {}, {}},
      {"pool", ours(pool), {}, {}},
      {"pool, registered reads", ours(reads), {}, {}},
      {"archive --compress lz4", ours({}, journal::Compression::lz4), {}, {}},
      {"archive --compress zstd", ours({}, journal::Compression::zstd), {}, {}}};
  for (Contender& contender : all)
    run_once(contender, source, options, false);
  for (std::size_t run = 0; run < report.runs(); ++run)
    for (std::size_t i = 0; i < all.size(); ++i)
      run_once(all[(run + i) % all.size()], source, options, true);

  for (const Contender& one : all) {
    report.add(one.name, summarize(one.gib_per_second), "GiB/s");
    report.add(one.name + ", CPU", summarize(one.cpu), "s");
  }
  const Contender& archive = all[0];
  const auto add = [&](const Contender& other, Goal speed, Goal cpu) {
    report.add_ratio("archive / " + other.name,
                     summarize(ratios(archive.gib_per_second, other.gib_per_second)), speed);
    report.add_ratio("archive / " + other.name + ", CPU", summarize(ratios(archive.cpu, other.cpu)),
                     cpu);
  };
  add(all[1], {.at_least = 1.0}, {.at_most = 1.0});
  add(all[2], {.at_least = 2.0}, {.at_most = 1.0});
  for (std::size_t i = 3; i < 6; ++i)
    add(all[i], {}, {});
  report.note(options.cached ? "source in the page cache; all targets synced"
                             : "source not in the page cache; all targets synced");
  fs::remove_all(options.directory);
  return report.finish();
}
