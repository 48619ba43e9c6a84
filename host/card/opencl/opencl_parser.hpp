// Bulk parsing by OpenCL: one work item a message, see kernels/opencl/README.md.
//
// Shapes: messages, their list and the ring are the device's as they lie (CL_MEM_USE_HOST_PTR), so
// a device must share the host's memory. Threads: one; OpenCL has its own. Errors: `CardError`.
// Cost: three calls a batch and two buffers made over memory that is there.
#pragma once

#include <memory>

#include "card/bulk_parser.hpp"

namespace wirebook::card {

[[nodiscard]] std::unique_ptr<BulkParser> make_opencl_parser();

}  // namespace wirebook::card
