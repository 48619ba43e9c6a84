# Makes the vendor's MAC core, `wirebook_cmac`, in the project that is open.
#
# 100G only: four lanes of 25.78125 Gb/s (CAUI-4), RS-FEC (clause 91) in the core and switched by
# its ctl_* pins. AXI4-Stream of 512 bits at 322.265625 MHz; control and status are plain wires; the
# transceivers and their clocking are inside. No pause frames, no time stamps. The FCS is made and
# taken away by the core, which is its default.
#
# Names of the properties: PG203, and as public designs have them (open-nic-shell,
# xup_vitis_network_example). The core asks for a licence, which costs nothing. No vendor tool has
# run this yet.

# freerun: MHz of init_clk, from which the transceivers are brought up.
proc make_cmac {refclk quad site freerun} {
  create_ip -name cmac_usplus -vendor xilinx.com -library ip -module_name wirebook_cmac
  set core [get_ips wirebook_cmac]
  set_property -dict [list \
    CONFIG.CMAC_CAUI4_MODE 1 \
    CONFIG.NUM_LANES 4x25 \
    CONFIG.USER_INTERFACE AXIS \
    CONFIG.INCLUDE_RS_FEC 1 \
    CONFIG.GT_REF_CLK_FREQ $refclk \
    CONFIG.GT_DRP_CLK $freerun \
    CONFIG.CMAC_CORE_SELECT $site \
    CONFIG.GT_GROUP_SELECT $quad \
    CONFIG.INCLUDE_SHARED_LOGIC 2 \
    CONFIG.OPERATING_MODE Duplex \
    CONFIG.ENABLE_AXI_INTERFACE 0 \
    CONFIG.INCLUDE_STATISTICS_COUNTERS 0 \
    CONFIG.ENABLE_PIPELINE_REG 1 \
    CONFIG.ENABLE_TIME_STAMPING 0 \
    CONFIG.TX_FLOW_CONTROL 0 \
    CONFIG.RX_FLOW_CONTROL 0 \
    CONFIG.RX_GT_BUFFER 1 \
    CONFIG.GT_RX_BUFFER_BYPASS 0 \
    CONFIG.RX_MIN_PACKET_LEN 64 \
    CONFIG.RX_MAX_PACKET_LEN 9600 \
  ] $core
  generate_target all $core
}
