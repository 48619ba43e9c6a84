#include "node/journal_commands/journal_import_lines.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "node/json/json_orders.hpp"
#include "node/json/json_slot_reader.hpp"

namespace wirebook::node {

namespace {

class LineImport {
 public:
  explicit LineImport(const journal::ImportPlan& plan) : plan_(plan) {}

  void take(std::string_view line, std::uint64_t number) {
    if (!reader_.read(line, group_))
      throw MalformedLine(number, reader_.error());
    place(number);
    pending_ = group_;
    ++lines_;
  }

  ImportSums finish() {
    flush();
    if (import_ == nullptr)
      return {};
    import_->finish();
    return {.lines = lines_, .first = plan_.first_sequence, .tail = import_->sequence()};
  }

 private:
  /// Where the group that was read begins; what is pending before it is then complete.
  void place(std::uint64_t number) {
    if (import_ == nullptr) {
      plan_.first_sequence = group_.sequence.value_or(0);
      import_ = std::make_unique<journal::JournalImport>(plan_);
      return;
    }
    auto& extensions = pending_->head.tail.extension_count;
    const std::uint64_t next = import_->sequence() + 1 + extensions;
    const std::uint64_t wanted = group_.sequence.value_or(next);
    const std::uint64_t more = wanted - next;  // wraps around if it is before
    if (more > extension_slots_max - extensions)
      throw MalformedLine(number, "sequence " + std::to_string(wanted) + ", where " +
                                      std::to_string(next) + " comes next");
    extensions = static_cast<std::uint8_t>(extensions + more);
    flush();
  }

  void flush() {
    if (pending_)
      import_->add(pending_->head, pending_->extensions);
    pending_.reset();
  }

  journal::ImportPlan plan_;
  std::unique_ptr<journal::JournalImport> import_;
  JsonSlotReader reader_;
  JsonSlotGroup group_;
  std::optional<JsonSlotGroup> pending_;
  std::uint64_t lines_ = 0;
};

}  // namespace

ImportSums import_lines(std::string_view text, journal::ImportPlan plan) {
  LineImport import(plan);
  std::string copy;
  std::uint64_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos)
      continue;
    if (text.size() < json_padding_bytes) {  // the parser reads a little beyond
      copy.assign(line);
      copy.append(json_padding_bytes, ' ');
      line = std::string_view(copy).substr(0, line.size());
    }
    import.take(line, number);
  }
  return import.finish();
}

}  // namespace wirebook::node
