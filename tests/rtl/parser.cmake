wirebook_rtl_test(sequencer
  RTL outcome_pkg.sv slot_pkg.sv lib/add.sv lib/lutram.sv wire_in/greater.sv
    wire_in/sequencer.sv)

# The parser without and with what surrounds it, against the software's.
set(parser_sources ${kernel_sources})
list(FILTER parser_sources INCLUDE REGEX "_pkg|^lib/|^wire_in/")
list(FILTER parser_sources EXCLUDE REGEX "punt")
wirebook_rtl_test(packet_parser
  RTL ${parser_sources}
  DEPENDS card wire_in slot_ring
  LABELS slow)
foreach(name IN ITEMS kernel kernel_pace cosim)
  wirebook_test(rtl_${name}
    SOURCES ${name}_test.cpp
    DEPENDS verilated_wirebook_kernel card wire_in slot_ring
    LABELS slow)
  add_dependencies(test_rtl_${name} verilate_wirebook_kernel)
  add_dependencies(rtl_tests test_rtl_${name})
endforeach()

# A short recording in a second simulator; `./dev cosim` replays 10,000 frames.
add_test(NAME rtl_icarus
  COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/icarus/run" "${PROJECT_BINARY_DIR}" 200)
set_tests_properties(rtl_icarus PROPERTIES LABELS "rtl;slow" TIMEOUT 600)
add_dependencies(rtl_tests cosim)
