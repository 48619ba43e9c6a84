wirebook_rtl_test(skid_buffer RTL lib/skid_buffer.sv)
