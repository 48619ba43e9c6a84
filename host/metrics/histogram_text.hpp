// Histograms as text: the percentile table of HdrHistogram (`.hgrm`), and a JSON object.
//
// Shapes: `.hgrm` lines are value, percentile, count so far, 1/(1-percentile), with five lines to
// each halving of the distance to 100 %, as HdrHistogram's own tools write and plot them; the value
// is ns divided by `unit_ns`. JSON holds ns. Threads: any; a histogram that is still recorded into
// gives a table of about now. Errors: those of the stream. Cost: one pass over the buckets.
// Specification: HdrHistogram's outputPercentileDistribution.
#pragma once

#include <ostream>
#include <string>

#include "metrics/histogram.hpp"

namespace wirebook::metrics {

void write_hgrm(std::ostream& out, const Histogram& histogram, double unit_ns = 1000.0);

/// {"unit":"ns","count":…,"min":…,"mean":…,"p50":…,"p90":…,"p99":…,"p99_9":…,"p99_99":…,"max":…}
[[nodiscard]] std::string to_json(const Histogram& histogram);

/// A time for people, in a unit that fits: "812 ns", "14.2 us", "3.05 ms", "1.20 s".
[[nodiscard]] std::string readable_ns(std::uint64_t value_ns);

}  // namespace wirebook::metrics
