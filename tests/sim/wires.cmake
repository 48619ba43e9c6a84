# What the card is connected to.
wirebook_test(wire_spec SOURCES wire_spec_test.cpp DEPENDS wirebook_sim_wires wire_in)
wirebook_test(wire_udp SOURCES wire_udp_test.cpp wire_udp_sent_test.cpp
  DEPENDS wirebook_sim_wires wire_in)
wirebook_test(wire_pcap SOURCES wire_pcap_test.cpp DEPENDS wirebook_sim_wires wire_in
  LABELS threads)
wirebook_test(wire_packet SOURCES wire_packet_test.cpp wire_network_test.cpp
  DEPENDS wirebook_sim_wires wire_in)
