# The node's card over the whole kernel, and the same in software.
wirebook_test(rtl_card
  SOURCES
    "${PROJECT_SOURCE_DIR}/tests/card/bodies_test.cpp"
    "${PROJECT_SOURCE_DIR}/tests/card/kernel_card_test.cpp"
    "${PROJECT_SOURCE_DIR}/tests/card/kernel_open_test.cpp"
    "${PROJECT_SOURCE_DIR}/tests/card/kernel_sessions_test.cpp"
    "${PROJECT_SOURCE_DIR}/tests/card/same_slots_test.cpp"
    "${PROJECT_SOURCE_DIR}/tests/card/self_test_test.cpp"
  DEPENDS verilated_wirebook_kernel card wire_in slot_ring
  LABELS slow)
target_compile_definitions(test_rtl_card PRIVATE WIREBOOK_HAS_KERNEL=1)
add_dependencies(test_rtl_card verilate_wirebook_kernel)
add_dependencies(rtl_tests test_rtl_card)
