# XRT, if it is here: Debian's libxrt-dev has no CMake config, and its pkg-config file a wrong path.

find_path(WIREBOOK_XRT_INCLUDE xrt/xrt_device.h PATH_SUFFIXES xrt)
find_library(WIREBOOK_XRT_SWEMU libxrt_swemu.a)
find_library(WIREBOOK_XRT_COREUTIL xrt_coreutil)
find_library(WIREBOOK_UUID uuid)
# Asked anew each time: packages may have come since.
cmake_dependent_option(WIREBOOK_XRT "Build the card that is simulated under XRT" ON
  "WIREBOOK_XRT_INCLUDE;WIREBOOK_XRT_SWEMU;WIREBOOK_XRT_COREUTIL;WIREBOOK_UUID;\
NOT WIREBOOK_SANITIZE;NOT WIREBOOK_COVERAGE" OFF)
if(WIREBOOK_XRT)
  cmake_path(GET WIREBOOK_XRT_COREUTIL PARENT_PATH WIREBOOK_XRT_LIBRARIES)
  find_package(fmt REQUIRED)
  add_subdirectory(xclbin)
  add_subdirectory(xrt_driver)
else()
  message(STATUS "No simulated card: it needs libxrt-dev, uuid-dev, and no sanitizer or coverage")
endif()
