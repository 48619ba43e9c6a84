// A MAC kernel but for the MAC's core: streams and registers in the kernel's clock, the core's
// AXI4-Stream, control and status in the MAC's.
//
//   s_axis_tx ─► frame_pad ─► tx_gate ─► mac_crossing ─► tx_*  ┐
//   m_axis_rx ◄───────────────────────── mac_crossing ◄─ rx_*  ├ the core
//   s_axi_control ─► mac_registers ◄─────────── mac_counters ◄─┤
//                                                  mac_link ◄──┘
module mac_side #(
  parameter int RestartCycles = 64,  // of ap_clk for the core, of mac_clk for its halves
  parameter int AlignedCycles = 64
) (
  input  logic         ap_clk,
  input  logic         ap_rst_n,

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

  output logic         core_reset_o,      // all of it, transceivers too; in ap_clk
  output logic         loopback_o,        // in ap_clk; the transceivers take it as it comes
  input  logic [3:0]   powered_i,         // of no clock

  input  logic         mac_clk_i,
  input  logic         rx_reset_i,        // of the core's halves
  input  logic         tx_reset_i,
  output logic         halves_reset_o,
  output logic         rx_enable_o,
  output logic         tx_enable_o,
  output logic         tx_send_rfi_o,
  output logic         fec_enable_o,
  input  logic         rx_valid_i,
  input  logic [511:0] rx_data_i,
  input  logic [63:0]  rx_keep_i,
  input  logic         rx_last_i,
  input  logic         rx_bad_i,
  output logic         tx_valid_o,
  input  logic         tx_ready_i,
  output logic [511:0] tx_data_o,
  output logic [63:0]  tx_keep_o,
  output logic         tx_last_o,
  input  logic         aligned_i,
  input  logic [4:0]   faults_i,          // FEC aligned, bit errors, remote, local fault, PCS
  input  logic         fec_errors_i,      // high symbol error rate
  input  logic [23:0]  lanes_i,
  input  logic         tx_underflow_i,
  input  logic         tx_overflow_i,
  input  logic [2:0]   fec_words_i        // a codeword; … corrected; … not to be corrected
);

  localparam int EVENTS = 10;

  logic reset_q = 1'b1;
  always_ff @(posedge ap_clk) reset_q <= !ap_rst_n;

  // ── Registers ──────────────────────────────────────────────────────────────────────────────────

  localparam int RESTART_BITS = $clog2(RestartCycles) + 1;

  logic fec_off, loopback, restart;
  logic [31:0] status, lanes;
  logic [64*EVENTS-1:0] counted;
  logic [63:0] rx_dropped_q, tx_dropped_q;
  logic [RESTART_BITS-1:0] restart_q = '0;

  mac_registers #(.Counters(EVENTS + 2)) i_registers (
    .clk_i(ap_clk), .rst_i(reset_q),
    .s_axi_control_awvalid, .s_axi_control_awready, .s_axi_control_awaddr,
    .s_axi_control_wvalid, .s_axi_control_wready, .s_axi_control_wdata, .s_axi_control_wstrb,
    .s_axi_control_bvalid, .s_axi_control_bready, .s_axi_control_bresp,
    .s_axi_control_arvalid, .s_axi_control_arready, .s_axi_control_araddr,
    .s_axi_control_rvalid, .s_axi_control_rready, .s_axi_control_rdata, .s_axi_control_rresp,
    .loopback_o(loopback), .fec_off_o(fec_off), .restart_o(restart),
    .status_i(status), .lanes_i(lanes),
    .counters_i({tx_dropped_q, counted[64*EVENTS-1:64*3], rx_dropped_q, counted[64*3-1:0]})
  );

  // Long enough for the slowest clock that looks at it, the transceivers' free-running one.
  always_ff @(posedge ap_clk) begin
    core_reset_o <= restart_q != '0;
    loopback_o <= loopback;  // a register that leads nowhere else: the path is not timed
    if (restart_q != '0) restart_q <= restart_q - RESTART_BITS'(1);
    if (restart || reset_q) restart_q <= RESTART_BITS'(RestartCycles);
  end

  // ── Frames ─────────────────────────────────────────────────────────────────────────────────────

  logic crossing_rst_n, up, drop, tx_drop, link_up;
  logic padded_valid, padded_ready, padded_last, gated_valid, gated_ready;
  logic [511:0] padded_data;
  logic [63:0] padded_keep;

  frame_pad i_pad (
    .clk_i(ap_clk), .rst_i(reset_q),
    .valid_i(s_axis_tx_tvalid), .ready_o(s_axis_tx_tready), .data_i(s_axis_tx_tdata),
    .keep_i(s_axis_tx_tkeep), .last_i(s_axis_tx_tlast),
    .valid_o(padded_valid), .ready_i(padded_ready), .data_o(padded_data),
    .keep_o(padded_keep), .last_o(padded_last)
  );

  tx_gate i_gate (
    .clk_i(ap_clk), .rst_i(reset_q), .up_i(link_up),
    .valid_i(padded_valid), .ready_o(padded_ready), .last_i(padded_last),
    .valid_o(gated_valid), .ready_i(gated_ready), .drop_o(tx_drop)
  );

  mac_crossing i_crossing (
    .mac_clk(mac_clk_i), .mac_rst_n(crossing_rst_n),
    .s_axis_mac_rx_tvalid(rx_valid_i && up), .s_axis_mac_rx_tdata(rx_data_i),
    .s_axis_mac_rx_tkeep(rx_keep_i), .s_axis_mac_rx_tlast(rx_last_i),
    .s_axis_mac_rx_tuser(rx_bad_i),
    .m_axis_mac_tx_tvalid(tx_valid_o), .m_axis_mac_tx_tready(tx_ready_i),
    .m_axis_mac_tx_tdata(tx_data_o), .m_axis_mac_tx_tkeep(tx_keep_o),
    .m_axis_mac_tx_tlast(tx_last_o),
    .ap_clk, .ap_rst_n,
    .m_axis_rx_tvalid, .m_axis_rx_tready, .m_axis_rx_tdata, .m_axis_rx_tkeep, .m_axis_rx_tlast,
    .m_axis_rx_tuser,
    .s_axis_tx_tvalid(gated_valid), .s_axis_tx_tready(gated_ready),
    .s_axis_tx_tdata(padded_data), .s_axis_tx_tkeep(padded_keep), .s_axis_tx_tlast(padded_last),
    .rx_drop_o(drop)
  );

  always_ff @(posedge ap_clk) begin
    if (drop) rx_dropped_q <= rx_dropped_q + 64'd1;
    if (tx_drop) tx_dropped_q <= tx_dropped_q + 64'd1;
    if (reset_q) begin
      rx_dropped_q <= '0;
      tx_dropped_q <= '0;
    end
  end

  // ── The link ───────────────────────────────────────────────────────────────────────────────────

  logic rx_reset, tx_reset, fec_off_seen, lost;

  two_flop #(.Width(3)) i_core (
    .clk_i(mac_clk_i), .data_i({rx_reset_i, tx_reset_i, fec_off}),
    .data_o({rx_reset, tx_reset, fec_off_seen})
  );

  assign fec_enable_o = !fec_off_seen;

  mac_link #(.RestartCycles(RestartCycles), .AlignedCycles(AlignedCycles)) i_link (
    .clk_i(mac_clk_i), .rx_reset_i(rx_reset), .tx_reset_i(tx_reset), .aligned_i,
    .rx_valid_i, .rx_last_i,
    .core_reset_o(halves_reset_o), .rx_enable_o, .tx_enable_o, .tx_send_rfi_o,
    .crossing_rst_n_o(crossing_rst_n), .rx_open_o(up), .lost_o(lost)
  );

  // ── What the host is told ──────────────────────────────────────────────────────────────────────

  logic [33:0] level_q = '0;
  logic [33:0] level;
  logic [3:0] powered;

  always_ff @(posedge mac_clk_i)
    level_q <= {lanes_i, tx_reset, rx_reset, fec_errors_i, faults_i, aligned_i, up};

  two_flop #(.Width(34)) i_level (.clk_i(ap_clk), .data_i(level_q), .data_o(level));
  two_flop #(.Width(4)) i_powered (.clk_i(ap_clk), .data_i(powered_i), .data_o(powered));

  // A clock that stands still cannot say so: its cycles are looked at now and then.
  logic [5:0] look_q = '0;
  logic [15:0] cycles_q = '0;
  logic alive_q = 1'b0;

  always_ff @(posedge ap_clk) begin
    look_q <= look_q + 6'd1;
    if (look_q == '0) begin
      alive_q <= counted[15:0] != cycles_q;
      cycles_q <= counted[15:0];
    end
  end

  assign link_up = level[0] && alive_q;
  assign status = {16'd0, powered, 2'd0, level[9:1], link_up};
  assign lanes = {8'd0, level[33:10]};

  mac_counters #(.Events(EVENTS)) i_counters (
    .clk_i(mac_clk_i),
    .event_i({fec_words_i[2], fec_words_i[1], fec_words_i[0], lost, tx_overflow_i, tx_underflow_i,
              tx_valid_o && tx_ready_i && tx_last_o,
              rx_valid_i && rx_last_i && rx_bad_i, rx_valid_i && rx_last_i, 1'b1}),
    .far_clk_i(ap_clk), .far_rst_i(reset_q), .count_o(counted)
  );

endmodule
