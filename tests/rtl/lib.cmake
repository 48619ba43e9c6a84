wirebook_rtl_test(add RTL lib/add.sv)
