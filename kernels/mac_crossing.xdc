# Constraints of the paths between the clocks of mac_crossing. Vivado has not read this file yet.
#
# Everything else between the two clocks must not exist: `report_cdc` has to show these alone.
# 3.0 ns is less than either clock's period (3.103 and 3.333 ns). So the bits of a Gray code arrive
# within one step of it, and what was written a cycle earlier is seen no later.
# ASYNC_REG stands in lib/two_flop.sv; the first flip-flop of a pair is meta_q.

# Counts in Gray code: pointers, whole frames to send, drops.
set_max_delay -datapath_only 3.0 \
  -from [get_cells -hierarchical -filter {NAME =~ */gray_q_reg[*]}] \
  -to [get_cells -hierarchical -filter {NAME =~ */i_far/meta_q_reg[*]}]
set_bus_skew 3.0 \
  -from [get_cells -hierarchical -filter {NAME =~ */gray_q_reg[*]}] \
  -to [get_cells -hierarchical -filter {NAME =~ */i_far/meta_q_reg[*]}]

# The reset's handshake.
set_max_delay -datapath_only 3.0 \
  -from [get_cells -hierarchical -filter {NAME =~ */request_q_reg || NAME =~ */acknowledge_q_reg}] \
  -to [get_cells -hierarchical -filter {NAME =~ */i_far/meta_q_reg[*]}]

# Distributed RAM, written by one clock, into the reader's register: the word has been there for two
# edges of the reader's clock when it is looked at. The read address is the reader's own and stays
# timed as ever.
set_max_delay -datapath_only 3.0 \
  -from [get_cells -hierarchical -filter {NAME =~ */i_queue/i_memory/* && PRIMITIVE_SUBGROUP == LUTRAM}] \
  -to [get_cells -hierarchical -filter {NAME =~ */i_queue/rd_data_o_reg[*]}]
