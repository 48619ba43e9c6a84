wirebook_rtl_test(seal RTL slot_pkg.sv slot_ring/seal.sv DEPENDS slot_ring)

# Of the seal's bench bit by bit: what it rests on.
add_test(NAME rtl_seal_is_linear COMMAND "${PROJECT_SOURCE_DIR}/tests/formal/seal_is_linear")
set_tests_properties(rtl_seal_is_linear PROPERTIES LABELS rtl)
