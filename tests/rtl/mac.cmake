# The MAC kernel of board/: on a model of the vendor's core, and as hardware emulation has it.
file(STRINGS "${PROJECT_SOURCE_DIR}/board/mac/sources.txt" mac_sources)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  "${PROJECT_SOURCE_DIR}/board/mac/sources.txt")
list(TRANSFORM mac_sources PREPEND "${PROJECT_SOURCE_DIR}/")
list(PREPEND mac_sources "${PROJECT_SOURCE_DIR}/board/mac/lint.vlt")

wirebook_rtl_test(frame_pad RTL "${PROJECT_SOURCE_DIR}/board/mac/frame_pad.sv")
wirebook_rtl_test(tx_gate RTL "${PROJECT_SOURCE_DIR}/board/mac/tx_gate.sv")
wirebook_rtl_test(mac_registers RTL "${PROJECT_SOURCE_DIR}/board/mac/lint.vlt"
  "${PROJECT_SOURCE_DIR}/board/mac/mac_regs_pkg.sv"
  "${PROJECT_SOURCE_DIR}/board/mac/mac_registers.sv")
wirebook_rtl_test(wirebook_mac
  RTL ${mac_sources} "${CMAKE_CURRENT_SOURCE_DIR}/wirebook_cmac.sv"
      "${PROJECT_SOURCE_DIR}/board/mac/wirebook_mac.sv")
wirebook_verilated(mac_emulation TOP wirebook_mac
  RTL ${mac_sources} "${PROJECT_SOURCE_DIR}/board/emulation/wirebook_mac.sv")
wirebook_test(rtl_mac_emulation SOURCES mac_emulation_test.cpp DEPENDS card verilated_mac_emulation)
add_dependencies(test_rtl_mac_emulation verilate_mac_emulation)
add_dependencies(rtl_tests test_rtl_mac_emulation)
