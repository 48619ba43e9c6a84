// What libwirebook_opencl.so exports.
#include "card/opencl/opencl_parser.hpp"

namespace wirebook::card {

namespace {

class OpenClModule final : public BulkModule {
 public:
  std::unique_ptr<BulkParser> open() override { return make_opencl_parser(); }
};

}  // namespace

}  // namespace wirebook::card

extern "C" [[gnu::visibility("default")]] wirebook::card::BulkModule* wirebook_opencl_module(
    std::uint32_t version) {
  static wirebook::card::OpenClModule module;
  return version == wirebook::card::BulkModule::version ? &module : nullptr;
}
