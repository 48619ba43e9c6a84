#include "card/bulk_parser.hpp"

#include "card/module.hpp"

namespace wirebook::card {

BulkModule& opencl_module() {
  return load<BulkModule>(
      "wirebook_opencl", "wirebook_opencl_module",
      "--card opencl needs it and OpenCL: apt-get install opencl-clhpp-headers ocl-icd-opencl-dev "
      "pocl-opencl-icd, then ./dev build");
}

}  // namespace wirebook::card
