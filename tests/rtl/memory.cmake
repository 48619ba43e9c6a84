# Host memory of the benches itself, without any kernel.
wirebook_test(rtl_axi_memory
  SOURCES axi_memory_test.cpp
  DEPENDS wirebook_verilator_runtime)
add_dependencies(rtl_tests test_rtl_axi_memory)
