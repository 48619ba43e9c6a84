// Goal: the deep queue hands on every entry once, in order, a cycle after it came if nothing is
// ahead of it, and counts what is inside. Method: random rates of writing and reading, and resets,
// against a queue.
#include "Vdeep_fifo.h"
#include "queue_bench.hpp"

namespace wirebook {
namespace {

class DeepFifo : public testing::TestWithParam<unsigned> {};

TEST_P(DeepFifo, hands_on_each_entry_once_and_in_order) { run_queue<Vdeep_fifo>(GetParam(), 32); }

INSTANTIATE_TEST_SUITE_P(Seeds, DeepFifo, testing::Range(1U, 6U));

}  // namespace
}  // namespace wirebook
