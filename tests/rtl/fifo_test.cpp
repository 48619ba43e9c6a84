// Goal: an elastic register hands on every entry once, in order, a cycle after it came if nothing
// is ahead of it, and counts what is inside. Method: random rates of writing and reading, and
// resets, against a queue.
#include "Vfifo.h"
#include "queue_bench.hpp"

namespace wirebook {
namespace {

class Fifo : public testing::TestWithParam<unsigned> {};

TEST_P(Fifo, hands_on_each_entry_once_and_in_order) { run_queue<Vfifo>(GetParam(), 8); }

INSTANTIATE_TEST_SUITE_P(Seeds, Fifo, testing::Range(1U, 6U));

}  // namespace
}  // namespace wirebook
