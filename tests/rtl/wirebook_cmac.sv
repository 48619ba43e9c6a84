// Stands for the vendor's MAC core where there is none: in lint, and in the bench of wirebook_mac.
//
// The ports are those that the core has as board/mac/cmac.tcl configures it (PG203; names and widths
// as in public instances of it), and no others: a port that is not here does not exist. Its clock
// is the reference clock. It aligns after a while if there is a signal or the loopback is on, sends
// what it gets from the bench, and gives the bench what it was given. What the bench reads or writes
// is `public`.
module wirebook_cmac (
  input  logic         gt_ref_clk_p,
  input  logic         gt_ref_clk_n,
  input  logic [3:0]   gt_rxp_in,
  input  logic [3:0]   gt_rxn_in,
  output logic [3:0]   gt_txp_out,
  output logic [3:0]   gt_txn_out,
  input  logic         init_clk,
  output logic         gt_txusrclk2,
  input  logic         rx_clk,
  input  logic [11:0]  gt_loopback_in,
  output logic [3:0]   gt_powergoodout,

  input  logic         sys_reset,
  input  logic         core_rx_reset,
  input  logic         core_tx_reset,
  input  logic         gtwiz_reset_rx_datapath,
  input  logic         gtwiz_reset_tx_datapath,
  output logic         usr_rx_reset,
  output logic         usr_tx_reset,

  input  logic         ctl_rx_enable,
  input  logic         ctl_rx_force_resync,
  input  logic         ctl_rx_test_pattern,
  input  logic         ctl_tx_enable,
  input  logic         ctl_tx_send_rfi,
  input  logic         ctl_tx_send_lfi,
  input  logic         ctl_tx_send_idle,
  input  logic         ctl_tx_test_pattern,
  input  logic         ctl_rx_rsfec_enable,
  input  logic         ctl_tx_rsfec_enable,
  input  logic         ctl_rx_rsfec_enable_correction,
  input  logic         ctl_rx_rsfec_enable_indication,
  input  logic         ctl_rsfec_ieee_error_indication_mode,

  output logic         rx_axis_tvalid,
  output logic [511:0] rx_axis_tdata,
  output logic [63:0]  rx_axis_tkeep,
  output logic         rx_axis_tlast,
  output logic         rx_axis_tuser,
  input  logic         tx_axis_tvalid,
  output logic         tx_axis_tready,
  input  logic [511:0] tx_axis_tdata,
  input  logic [63:0]  tx_axis_tkeep,
  input  logic         tx_axis_tlast,
  input  logic         tx_axis_tuser,
  input  logic [55:0]  tx_preamblein,
  output logic         tx_unfout,
  output logic         tx_ovfout,

  output logic         stat_rx_aligned,
  output logic         stat_rx_status,
  output logic         stat_rx_local_fault,
  output logic         stat_rx_remote_fault,
  output logic         stat_rx_hi_ber,
  output logic         stat_rx_rsfec_lane_alignment_status,
  output logic         stat_rx_rsfec_hi_ser,
  output logic [19:0]  stat_rx_synced,
  output logic         stat_rx_rsfec_am_lock0,
  output logic         stat_rx_rsfec_am_lock1,
  output logic         stat_rx_rsfec_am_lock2,
  output logic         stat_rx_rsfec_am_lock3,
  output logic         stat_rx_rsfec_cw_inc,
  output logic         stat_rx_rsfec_corrected_cw_inc,
  output logic         stat_rx_rsfec_uncorrected_cw_inc,

  input  logic         core_drp_reset,
  input  logic         drp_clk,
  input  logic [9:0]   drp_addr,
  input  logic [15:0]  drp_di,
  input  logic         drp_en,
  input  logic         drp_we
);

  // ── The bench's side ───────────────────────────────────────────────────────────────────────────

  logic signal /* verilator public_flat_rw */ = 1'b0;           // from the other end of the cable
  logic in_valid /* verilator public_flat_rw */ = 1'b0;
  logic [511:0] in_data /* verilator public_flat_rw */;
  logic [63:0] in_keep /* verilator public_flat_rw */;
  logic in_last /* verilator public_flat_rw */;
  logic in_bad /* verilator public_flat_rw */;
  logic may_take /* verilator public_flat_rw */ = 1'b1;         // tready of the next cycle
  logic [2:0] fec_words /* verilator public_flat_rw */ = '0;
  logic overflow /* verilator public_flat_rw */ = 1'b0;

  logic sent_valid /* verilator public_flat_rd */ = 1'b0;       // a beat that was taken
  logic [511:0] sent_data /* verilator public_flat_rd */;
  logic [63:0] sent_keep /* verilator public_flat_rd */;
  logic sent_last /* verilator public_flat_rd */;
  logic sends_rfi /* verilator public_flat_rd */;
  logic takes_frames /* verilator public_flat_rd */;
  logic fec_on /* verilator public_flat_rd */;
  logic half_reset /* verilator public_flat_rd */;

  // ── The core ───────────────────────────────────────────────────────────────────────────────────

  localparam logic [11:0] LOOPBACK = {4{3'b010}};

  logic [4:0] reset_q = '1;    // the transceivers take their time
  logic [5:0] align_q = '0;
  logic inside_q = 1'b0;       // a frame to send has begun
  logic ready_q = 1'b0;

  wire clk = gt_ref_clk_p;
  wire in_loopback = gt_loopback_in == LOOPBACK;
  wire reset = reset_q != '0;
  wire locked = (signal || in_loopback) && !reset && !core_rx_reset && ctl_rx_enable;
  wire taken = tx_axis_tvalid && tx_axis_tready;

  assign gt_txusrclk2 = clk;
  assign gt_powergoodout = 4'b1111;
  assign gt_txp_out = gt_rxp_in;
  assign gt_txn_out = gt_rxn_in;
  assign usr_rx_reset = reset || core_rx_reset;
  assign usr_tx_reset = reset || core_tx_reset;
  assign tx_axis_tready = ready_q && ctl_tx_enable;

  always_ff @(posedge rx_clk) begin
    reset_q <= sys_reset ? '1 : reset_q - 5'(reset);
    align_q <= !locked ? '0 : align_q == '1 ? align_q : align_q + 6'd1;
    stat_rx_aligned <= locked && align_q == '1;
    stat_rx_status <= locked && align_q == '1;
    stat_rx_synced <= {20{locked && align_q >= 6'd20}};
    stat_rx_rsfec_lane_alignment_status <= locked && ctl_rx_rsfec_enable && align_q >= 6'd30;

    rx_axis_tvalid <= stat_rx_aligned && (in_loopback ? taken : in_valid);
    rx_axis_tdata <= in_loopback ? tx_axis_tdata : in_data;
    rx_axis_tkeep <= in_loopback ? tx_axis_tkeep : in_keep;
    rx_axis_tlast <= in_loopback ? tx_axis_tlast : in_last;
    rx_axis_tuser <= in_loopback ? tx_axis_tuser : in_bad;

    ready_q <= may_take;
    sent_valid <= taken && !core_tx_reset;
    sent_data <= tx_axis_tdata;
    sent_keep <= tx_axis_tkeep;
    sent_last <= tx_axis_tlast;
    if (taken) inside_q <= !tx_axis_tlast;
    if (core_tx_reset || reset) inside_q <= 1'b0;
    tx_unfout <= inside_q && ready_q && !tx_axis_tvalid && !core_tx_reset;
    tx_ovfout <= overflow;
    {stat_rx_rsfec_uncorrected_cw_inc, stat_rx_rsfec_corrected_cw_inc, stat_rx_rsfec_cw_inc} <=
        fec_words;

    sends_rfi <= ctl_tx_send_rfi;
    takes_frames <= ctl_tx_enable;
    fec_on <= ctl_rx_rsfec_enable && ctl_tx_rsfec_enable && ctl_rx_rsfec_enable_correction &&
              ctl_rx_rsfec_enable_indication;
    half_reset <= core_rx_reset;
  end

  assign stat_rx_local_fault = !stat_rx_aligned;
  assign stat_rx_remote_fault = 1'b0;
  assign stat_rx_hi_ber = 1'b0;
  assign stat_rx_rsfec_hi_ser = 1'b0;
  assign {stat_rx_rsfec_am_lock3, stat_rx_rsfec_am_lock2, stat_rx_rsfec_am_lock1,
          stat_rx_rsfec_am_lock0} = {4{stat_rx_rsfec_lane_alignment_status}};

  wire unused = ^{gt_ref_clk_n, init_clk, gtwiz_reset_rx_datapath, gtwiz_reset_tx_datapath,
                  ctl_rx_force_resync, ctl_rx_test_pattern, ctl_tx_send_lfi, ctl_tx_send_idle,
                  ctl_tx_test_pattern, ctl_rsfec_ieee_error_indication_mode, tx_preamblein,
                  core_drp_reset, drp_clk, drp_addr, drp_di, drp_en, drp_we};

endmodule
