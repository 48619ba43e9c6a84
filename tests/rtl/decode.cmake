wirebook_rtl_test(decode
  RTL outcome_pkg.sv slot_pkg.sv wire_in/decode_itch.sv wire_in/decode_ouch.sv wire_in/decode.sv
  DEPENDS wire_in slot_ring)
wirebook_rtl_test(locate_table RTL lib/ram.sv wire_in/locate_table.sv)
wirebook_rtl_test(session_table RTL lib/ram.sv wire_in/session_table.sv DEPENDS card wire_in)
