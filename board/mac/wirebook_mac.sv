// The MAC kernel: 100G Ethernet, four lanes of 25.78125 Gb/s, RS-FEC. No other rate.
//
// The core is the vendor's (cmac.tcl makes it: `wirebook_cmac`), with its AXI4-Stream interface,
// the transceivers inside, and its control and status as plain wires. All of its user side runs in
// the transmitter's clock, 322.265625 MHz. The transceivers' reference clock and lanes go straight
// to the card's pins; `clk_gt_freerun` runs from power-up.
module wirebook_mac (
  input  logic         ap_clk,
  input  logic         ap_rst_n,
  input  logic         clk_gt_freerun,

  input  logic         s_axi_control_awvalid,
  output logic         s_axi_control_awready,
  input  logic [11:0]  s_axi_control_awaddr,
  input  logic         s_axi_control_wvalid,
  output logic         s_axi_control_wready,
  input  logic [31:0]  s_axi_control_wdata,
  input  logic [3:0]   s_axi_control_wstrb,
  output logic         s_axi_control_bvalid,
  input  logic         s_axi_control_bready,
  output logic [1:0]   s_axi_control_bresp,
  input  logic         s_axi_control_arvalid,
  output logic         s_axi_control_arready,
  input  logic [11:0]  s_axi_control_araddr,
  output logic         s_axi_control_rvalid,
  input  logic         s_axi_control_rready,
  output logic [31:0]  s_axi_control_rdata,
  output logic [1:0]   s_axi_control_rresp,

  output logic         m_axis_rx_tvalid,
  input  logic         m_axis_rx_tready,
  output logic [511:0] m_axis_rx_tdata,
  output logic [63:0]  m_axis_rx_tkeep,
  output logic         m_axis_rx_tlast,
  output logic [0:0]   m_axis_rx_tuser,
  input  logic         s_axis_tx_tvalid,
  output logic         s_axis_tx_tready,
  input  logic [511:0] s_axis_tx_tdata,
  input  logic [63:0]  s_axis_tx_tkeep,
  input  logic         s_axis_tx_tlast,

  input  logic         gt_refclk_p,
  input  logic         gt_refclk_n,
  input  logic [3:0]   gt_rxp_in,
  input  logic [3:0]   gt_rxn_in,
  output logic [3:0]   gt_txp_out,
  output logic [3:0]   gt_txn_out
);

  localparam logic [2:0] NEAR_END_PMA = 3'b010;  // UG578

  logic mac_clk, core_reset, loopback, rx_reset, tx_reset, halves_reset;
  logic rx_enable, tx_enable, tx_send_rfi, fec_enable;
  logic rx_valid, rx_last, rx_bad, tx_valid, tx_ready, tx_last;
  logic [511:0] rx_data, tx_data;
  logic [63:0] rx_keep, tx_keep;
  logic aligned, tx_underflow, tx_overflow, fec_errors;
  logic [4:0] faults;
  logic [23:0] lanes;
  logic [2:0] fec_words;
  logic [3:0] powered;

  mac_side #(.RestartCycles(256), .AlignedCycles(1024)) i_side (
    .ap_clk, .ap_rst_n,
    .s_axi_control_awvalid, .s_axi_control_awready, .s_axi_control_awaddr,
    .s_axi_control_wvalid, .s_axi_control_wready, .s_axi_control_wdata, .s_axi_control_wstrb,
    .s_axi_control_bvalid, .s_axi_control_bready, .s_axi_control_bresp,
    .s_axi_control_arvalid, .s_axi_control_arready, .s_axi_control_araddr,
    .s_axi_control_rvalid, .s_axi_control_rready, .s_axi_control_rdata, .s_axi_control_rresp,
    .m_axis_rx_tvalid, .m_axis_rx_tready, .m_axis_rx_tdata, .m_axis_rx_tkeep, .m_axis_rx_tlast,
    .m_axis_rx_tuser,
    .s_axis_tx_tvalid, .s_axis_tx_tready, .s_axis_tx_tdata, .s_axis_tx_tkeep, .s_axis_tx_tlast,
    .core_reset_o(core_reset), .loopback_o(loopback), .powered_i(powered),
    .mac_clk_i(mac_clk), .rx_reset_i(rx_reset), .tx_reset_i(tx_reset),
    .halves_reset_o(halves_reset), .rx_enable_o(rx_enable), .tx_enable_o(tx_enable),
    .tx_send_rfi_o(tx_send_rfi), .fec_enable_o(fec_enable),
    .rx_valid_i(rx_valid), .rx_data_i(rx_data), .rx_keep_i(rx_keep), .rx_last_i(rx_last),
    .rx_bad_i(rx_bad),
    .tx_valid_o(tx_valid), .tx_ready_i(tx_ready), .tx_data_o(tx_data), .tx_keep_o(tx_keep),
    .tx_last_o(tx_last),
    .aligned_i(aligned), .faults_i(faults), .fec_errors_i(fec_errors), .lanes_i(lanes),
    .tx_underflow_i(tx_underflow), .tx_overflow_i(tx_overflow), .fec_words_i(fec_words)
  );

  wirebook_cmac i_cmac (
    // Pins and clocks.
    .gt_ref_clk_p(gt_refclk_p), .gt_ref_clk_n(gt_refclk_n),
    .gt_rxp_in, .gt_rxn_in, .gt_txp_out, .gt_txn_out,
    .init_clk(clk_gt_freerun), .gt_txusrclk2(mac_clk), .rx_clk(mac_clk),
    .gt_loopback_in({4{loopback ? NEAR_END_PMA : 3'b000}}), .gt_powergoodout(powered),

    // Resets.
    .sys_reset(core_reset), .core_rx_reset(halves_reset), .core_tx_reset(halves_reset),
    .gtwiz_reset_rx_datapath(1'b0), .gtwiz_reset_tx_datapath(1'b0),
    .usr_rx_reset(rx_reset), .usr_tx_reset(tx_reset),

    // What it is told.
    .ctl_rx_enable(rx_enable), .ctl_rx_force_resync(1'b0), .ctl_rx_test_pattern(1'b0),
    .ctl_tx_enable(tx_enable), .ctl_tx_send_rfi(tx_send_rfi), .ctl_tx_send_lfi(1'b0),
    .ctl_tx_send_idle(1'b0), .ctl_tx_test_pattern(1'b0),
    .ctl_rx_rsfec_enable(fec_enable), .ctl_tx_rsfec_enable(fec_enable),
    .ctl_rx_rsfec_enable_correction(fec_enable), .ctl_rx_rsfec_enable_indication(fec_enable),
    .ctl_rsfec_ieee_error_indication_mode(fec_enable),

    // Frames.
    .rx_axis_tvalid(rx_valid), .rx_axis_tdata(rx_data), .rx_axis_tkeep(rx_keep),
    .rx_axis_tlast(rx_last), .rx_axis_tuser(rx_bad),
    .tx_axis_tvalid(tx_valid), .tx_axis_tready(tx_ready), .tx_axis_tdata(tx_data),
    .tx_axis_tkeep(tx_keep), .tx_axis_tlast(tx_last), .tx_axis_tuser(1'b0),
    .tx_preamblein(56'd0), .tx_unfout(tx_underflow), .tx_ovfout(tx_overflow),

    // What it tells.
    .stat_rx_aligned(aligned), .stat_rx_status(faults[0]), .stat_rx_local_fault(faults[1]),
    .stat_rx_remote_fault(faults[2]), .stat_rx_hi_ber(faults[3]),
    .stat_rx_rsfec_lane_alignment_status(faults[4]), .stat_rx_rsfec_hi_ser(fec_errors),
    .stat_rx_synced(lanes[19:0]), .stat_rx_rsfec_am_lock0(lanes[20]),
    .stat_rx_rsfec_am_lock1(lanes[21]), .stat_rx_rsfec_am_lock2(lanes[22]),
    .stat_rx_rsfec_am_lock3(lanes[23]), .stat_rx_rsfec_cw_inc(fec_words[0]),
    .stat_rx_rsfec_corrected_cw_inc(fec_words[1]),
    .stat_rx_rsfec_uncorrected_cw_inc(fec_words[2]),

    // Its configuration port, which nobody uses.
    .core_drp_reset(1'b0), .drp_clk(1'b0), .drp_addr(10'd0), .drp_di(16'd0), .drp_en(1'b0),
    .drp_we(1'b0)
  );

endmodule
