# Constraints of the MAC kernel, beside those of mac_crossing (kernels/mac_crossing.xdc, which also
# holds for the counters: they cross in the same Gray code). Vivado has not read this file yet.

# Levels, bit by bit: it does not matter which is seen first, or when.
set_false_path \
  -to [get_cells -hierarchical -filter {NAME =~ */i_core/meta_q_reg[*]}]
set_false_path \
  -to [get_cells -hierarchical -filter {NAME =~ */i_level/meta_q_reg[*]}]
set_false_path \
  -to [get_cells -hierarchical -filter {NAME =~ */i_powered/meta_q_reg[*]}]

# What the core and its transceivers take without a clock; these registers lead nowhere else.
set_false_path \
  -from [get_cells -hierarchical -filter {NAME =~ *i_side/core_reset_o_reg}]
set_false_path \
  -from [get_cells -hierarchical -filter {NAME =~ *i_side/loopback_o_reg}]
