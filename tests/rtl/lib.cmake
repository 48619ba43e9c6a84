wirebook_rtl_test(skid_buffer RTL lib/skid_buffer.sv)
wirebook_rtl_test(add RTL lib/add.sv)
