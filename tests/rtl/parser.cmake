wirebook_rtl_test(sequencer
  RTL outcome_pkg.sv slot_pkg.sv lib/lutram.sv wire_in/sequencer.sv)

# The parser without and with what surrounds it, against the software's.
set(parser_sources ${kernel_sources})
list(FILTER parser_sources INCLUDE REGEX "_pkg|^lib/|^wire_in/")
list(FILTER parser_sources EXCLUDE REGEX "punt")
wirebook_rtl_test(packet_parser
  RTL ${parser_sources}
  DEPENDS card wire_in slot_ring
  LABELS slow)
foreach(name IN ITEMS kernel cosim)
  wirebook_test(rtl_${name}
    SOURCES ${name}_test.cpp
    DEPENDS verilated_wirebook_kernel card wire_in slot_ring
    LABELS slow)
  add_dependencies(test_rtl_${name} verilate_wirebook_kernel)
  add_dependencies(rtl_tests test_rtl_${name})
endforeach()
