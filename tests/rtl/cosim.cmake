# The kernel and the software parser: enumerated cases, the recorded day, what a difference says.
wirebook_test(rtl_cosim_cases
  SOURCES cosim_alignment_test.cpp cosim_difference_test.cpp cosim_recorded_test.cpp
  DEPENDS verilated_wirebook_kernel card wire_in slot_ring
  LABELS slow)
add_dependencies(test_rtl_cosim_cases verilate_wirebook_kernel)
add_dependencies(rtl_tests test_rtl_cosim_cases)
