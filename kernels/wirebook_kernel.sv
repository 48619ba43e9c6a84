// The kernel: Ethernet frames in, 64-byte slots into host memory, the host's frames out.
//
//   s_axis_rx ─► packet_parser ─► ring_writer ──────┐
//                   │    ▲                          ├─► write_arbiter ─► m_axi AW W B
//                   │    └─ inject ◄──┐             │
//                   └─► punt ─────────┼─────────────┘
//   m_axis_tx ◄─ frame_out ◄─ frame_fetch ◄─ read_arbiter ◄─ m_axi AR R
//   s_axi_control ─► regs ─► all of them; counters, clock and control beside
//
// Port names are those that Vitis asks of an RTL kernel. One clock; a MAC with a clock of its own
// joins through mac_crossing. Latency: the frame's last beat on s_axis_rx in cycle 0, its first
// slot on the W channel in cycle 7.
module wirebook_kernel #(
  parameter int BufferBeatsLog2 = 11,
  parameter logic [31:0] Build = 32'd0
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

  output logic         m_axi_awvalid,
  input  logic         m_axi_awready,
  output logic [63:0]  m_axi_awaddr,
  output logic [7:0]   m_axi_awlen,
  output logic [2:0]   m_axi_awsize,
  output logic [1:0]   m_axi_awburst,
  output logic [0:0]   m_axi_awid,
  output logic         m_axi_wvalid,
  input  logic         m_axi_wready,
  output logic [511:0] m_axi_wdata,
  output logic [63:0]  m_axi_wstrb,
  output logic         m_axi_wlast,
  input  logic         m_axi_bvalid,
  output logic         m_axi_bready,
  input  logic [1:0]   m_axi_bresp,
  input  logic [0:0]   m_axi_bid,
  output logic         m_axi_arvalid,
  input  logic         m_axi_arready,
  output logic [63:0]  m_axi_araddr,
  output logic [7:0]   m_axi_arlen,
  output logic [2:0]   m_axi_arsize,
  output logic [1:0]   m_axi_arburst,
  output logic [0:0]   m_axi_arid,
  input  logic         m_axi_rvalid,
  output logic         m_axi_rready,
  input  logic [511:0] m_axi_rdata,
  input  logic [1:0]   m_axi_rresp,
  input  logic         m_axi_rlast,
  input  logic [0:0]   m_axi_rid,

  input  logic         s_axis_rx_tvalid,
  output logic         s_axis_rx_tready,
  input  logic [511:0] s_axis_rx_tdata,
  input  logic [63:0]  s_axis_rx_tkeep,
  input  logic         s_axis_rx_tlast,
  input  logic [0:0]   s_axis_rx_tuser,

  output logic         m_axis_tx_tvalid,
  input  logic         m_axis_tx_tready,
  output logic [511:0] m_axis_tx_tdata,
  output logic [63:0]  m_axis_tx_tkeep,
  output logic         m_axis_tx_tlast
);

  // ── Reset: the board's, and the host's soft one, which leaves the registers alone ──────────────

  logic reset_q, core_reset_q, soft_reset;
  always_ff @(posedge ap_clk) begin
    reset_q <= !ap_rst_n;
    core_reset_q <= !ap_rst_n || soft_reset;
  end

  // ── Registers ──────────────────────────────────────────────────────────────────────────────────

  logic enable, quiesce, soft_reset_request, ap_start, heartbeat;
  logic [63:0] ring_base, start_sequence, slot_limit, consumer;
  logic [4:0] ring_slots_log2, inject_slots_log2;
  logic [31:0] epoch, lease_cycles, tick_period;
  logic set_time;
  logic [63:0] time_set, now;
  logic [39:0] rate;
  logic [63:0] inject_base, punt_base, tx_base;
  logic [3:0] punt_cells_log2, tx_cells_log2;
  logic [31:0] inject_produced, punt_consumer, tx_produced;
  logic [31:0] inject_consumed, punt_produced, tx_consumed;
  logic [31:0] local_address, order_address;
  logic order_valid;
  logic [15:0] order_port, filter_valid;
  logic [511:0] filter_address;
  logic [255:0] filter_port;
  logic session_write, session_valid, locate_write, snapshot;
  logic [10:0] session_index, locate_word;
  logic [31:0] session_address, session_number, locate_data;
  logic [15:0] session_port;
  logic [431:0] hash_rows;
  logic [6:0] counter_index;
  logic [63:0] counter_value;
  logic [3:0] state /* verilator public_flat_rd */;
  logic [7:0] errors;
  logic ap_done, ap_idle, ap_ready;
  logic [63:0] produced, acknowledged;

  regs #(.Build(Build), .BufferBeatsLog2(BufferBeatsLog2)) i_regs (
    .clk_i(ap_clk), .rst_i(reset_q),
    .s_axi_control_awvalid, .s_axi_control_awready, .s_axi_control_awaddr,
    .s_axi_control_wvalid, .s_axi_control_wready, .s_axi_control_wdata, .s_axi_control_wstrb,
    .s_axi_control_bvalid, .s_axi_control_bready, .s_axi_control_bresp,
    .s_axi_control_arvalid, .s_axi_control_arready, .s_axi_control_araddr,
    .s_axi_control_rvalid, .s_axi_control_rready, .s_axi_control_rdata, .s_axi_control_rresp,
    .cfg_enable_o(enable), .cfg_quiesce_o(quiesce), .soft_reset_o(soft_reset_request),
    .ap_start_o(ap_start), .heartbeat_o(heartbeat),
    .ring_base_o(ring_base), .ring_slots_log2_o(ring_slots_log2),
    .start_sequence_o(start_sequence), .epoch_o(epoch), .slot_limit_o(slot_limit),
    .consumer_o(consumer), .lease_cycles_o(lease_cycles),
    .set_time_o(set_time), .time_o(time_set), .rate_o(rate), .tick_period_o(tick_period),
    .inject_base_o(inject_base), .inject_slots_log2_o(inject_slots_log2),
    .inject_produced_o(inject_produced),
    .punt_base_o(punt_base), .punt_cells_log2_o(punt_cells_log2), .punt_consumer_o(punt_consumer),
    .tx_base_o(tx_base), .tx_cells_log2_o(tx_cells_log2), .tx_produced_o(tx_produced),
    .local_address_o(local_address), .order_valid_o(order_valid),
    .order_address_o(order_address), .order_port_o(order_port),
    .filter_valid_o(filter_valid), .filter_address_o(filter_address),
    .filter_port_o(filter_port),
    .session_write_o(session_write), .session_index_o(session_index),
    .session_valid_o(session_valid), .session_address_o(session_address),
    .session_port_o(session_port), .session_number_o(session_number),
    .hash_rows_o(hash_rows),
    .locate_write_o(locate_write), .locate_word_o(locate_word), .locate_data_o(locate_data),
    .snapshot_o(snapshot), .counter_index_o(counter_index), .counter_value_i(counter_value),
    .state_i(state), .error_i(errors),
    .ap_done_i(ap_done), .ap_idle_i(ap_idle), .ap_ready_i(ap_ready),
    .produced_i(produced), .acknowledged_i(acknowledged), .now_i(now),
    .inject_consumed_i(inject_consumed), .punt_produced_i(punt_produced),
    .tx_consumed_i(tx_consumed)
  );

  // ── Clock and control ──────────────────────────────────────────────────────────────────────────

  logic tick;
  slot_clock i_clock (  // … begins anew with a soft reset: a day's time is behind the day before
    .clk_i(ap_clk), .rst_i(core_reset_q),
    .set_i(set_time), .set_time_i(time_set), .rate_i(rate), .tick_period_i(tick_period),
    .time_o(now), .tick_o(tick)
  );

  logic admit, run, careful, start, boundary, credit_ok;
  logic writer_idle, punt_idle, tx_idle, out_idle, inject_idle;
  logic [2:0] writer_error;
  logic inject_error, punt_error, tx_error;

  control i_control (
    .clk_i(ap_clk), .rst_i(reset_q),
    .enable_i(enable), .quiesce_i(quiesce), .ap_start_i(ap_start),
    .soft_reset_i(soft_reset_request), .heartbeat_i(heartbeat), .lease_cycles_i(lease_cycles),
    .slot_limit_i(slot_limit), .sequence_i(slot_sequence), .start_sequence_i(start_sequence),
    .frame_boundary_i(boundary),
    .drained_i(writer_idle && punt_idle && tx_idle && out_idle && inject_idle),
    .error_i(writer_error),
    .admit_o(admit), .run_o(run), .careful_o(careful), .start_o(start),
    .soft_reset_o(soft_reset), .state_o(state),
    .ap_done_o(ap_done), .ap_idle_o(ap_idle), .ap_ready_o(ap_ready)
  );

  assign errors = {2'b00, tx_error, punt_error, inject_error, writer_error};

  // ── Wire to ring ───────────────────────────────────────────────────────────────────────────────

  logic inject_valid, inject_ready, inject_last;
  logic [511:0] inject_bytes;
  logic slot_valid, slot_ready;
  logic [479:0] slot_bytes;
  logic [63:0] slot_sequence;
  logic tap_valid, tap_first, tap_last, tap_punt, punt_decide, punt_keep;
  logic [511:0] tap_data;
  logic [5:0] tap_last_index;
  logic admitted /* verilator public_flat_rd */;  // benches ask which frames came in
  logic drop_full, drop_disabled;
  logic count_a_valid, count_b_valid;
  logic [5:0] count_a_code, count_b_code;

  packet_parser #(.BufferBeatsLog2(BufferBeatsLog2)) i_parser (
    .clk_i(ap_clk), .rst_i(core_reset_q),
    .rx_valid_i(s_axis_rx_tvalid), .rx_ready_o(s_axis_rx_tready), .rx_data_i(s_axis_rx_tdata),
    .rx_keep_i(s_axis_rx_tkeep), .rx_last_i(s_axis_rx_tlast), .rx_bad_i(s_axis_rx_tuser[0]),
    .admit_i(admit), .run_i(run), .careful_i(careful), .credit_ok_i(credit_ok),
    .start_i(start), .start_sequence_i(start_sequence), .boundary_o(boundary),
    .time_i(now), .tick_i(tick),
    .local_address_i(local_address), .order_valid_i(order_valid),
    .order_address_i(order_address), .order_port_i(order_port),
    .filter_valid_i(filter_valid), .filter_address_i(filter_address),
    .filter_port_i(filter_port),
    .session_write_i(session_write), .session_index_i(session_index),
    .session_valid_i(session_valid), .session_address_i(session_address),
    .session_port_i(session_port), .session_number_i(session_number), .hash_rows_i(hash_rows),
    .locate_write_i(locate_write), .locate_word_i(locate_word), .locate_data_i(locate_data),
    .inject_valid_i(inject_valid), .inject_ready_o(inject_ready),
    .inject_bytes_i(inject_bytes), .inject_last_i(inject_last),
    .slot_valid_o(slot_valid), .slot_ready_i(slot_ready), .slot_bytes_o(slot_bytes),
    .slot_sequence_o(slot_sequence),
    .tap_valid_o(tap_valid), .tap_data_o(tap_data), .tap_first_o(tap_first),
    .tap_last_o(tap_last), .tap_last_index_o(tap_last_index), .tap_punt_o(tap_punt),
    .punt_decide_o(punt_decide), .punt_keep_o(punt_keep),
    .admitted_o(admitted), .drop_full_o(drop_full), .drop_disabled_o(drop_disabled),
    .count_a_valid_o(count_a_valid), .count_a_code_o(count_a_code),
    .count_b_valid_o(count_b_valid), .count_b_code_o(count_b_code)
  );

  // ── The slot ring, and punted frames ───────────────────────────────────────────────────────────

  logic slot_aw_valid, slot_aw_ready, slot_w_valid, slot_w_ready, slot_w_last, slot_b_valid;
  logic [63:0] slot_aw_address;
  logic [7:0] slot_aw_length;
  logic [511:0] slot_w_data;

  ring_writer i_writer (
    .clk_i(ap_clk), .rst_i(core_reset_q),
    .start_i(start), .start_sequence_i(start_sequence),
    .ring_base_i(ring_base), .ring_slots_log2_i(ring_slots_log2), .epoch_i(epoch),
    .consumer_i(consumer), .running_i(!ap_idle),
    .slot_valid_i(slot_valid), .slot_ready_o(slot_ready), .slot_bytes_i(slot_bytes),
    .slot_sequence_i(slot_sequence),
    .aw_valid_o(slot_aw_valid), .aw_ready_i(slot_aw_ready), .aw_address_o(slot_aw_address),
    .aw_length_o(slot_aw_length),
    .w_valid_o(slot_w_valid), .w_ready_i(slot_w_ready), .w_data_o(slot_w_data),
    .w_last_o(slot_w_last),
    .b_valid_i(slot_b_valid), .b_response_i(m_axi_bresp),
    .credit_ok_o(credit_ok), .produced_o(produced), .acknowledged_o(acknowledged),
    .idle_o(writer_idle), .error_o(writer_error)
  );

  logic punt_aw_valid, punt_aw_ready, punt_w_valid, punt_w_ready, punt_w_last, punt_b_valid;
  logic [63:0] punt_aw_address;
  logic [7:0] punt_aw_length;
  logic [511:0] punt_w_data;
  logic count_punted, count_punt_dropped;

  punt i_punt (
    .clk_i(ap_clk), .rst_i(core_reset_q),
    .punt_base_i(punt_base), .punt_cells_log2_i(punt_cells_log2),
    .punt_consumer_i(punt_consumer), .punt_produced_o(punt_produced),
    .tap_valid_i(tap_valid), .tap_data_i(tap_data), .tap_first_i(tap_first),
    .tap_last_i(tap_last), .tap_last_index_i(tap_last_index), .tap_punt_i(tap_punt),
    .punt_decide_i(punt_decide), .punt_keep_i(punt_keep),
    .aw_valid_o(punt_aw_valid), .aw_ready_i(punt_aw_ready), .aw_address_o(punt_aw_address),
    .aw_length_o(punt_aw_length),
    .w_valid_o(punt_w_valid), .w_ready_i(punt_w_ready), .w_data_o(punt_w_data),
    .w_last_o(punt_w_last),
    .b_valid_i(punt_b_valid), .b_response_i(m_axi_bresp),
    .count_punted_o(count_punted), .count_dropped_o(count_punt_dropped),
    .punt_error_o(punt_error), .idle_o(punt_idle)
  );

  write_arbiter i_write_arbiter (
    .clk_i(ap_clk), .rst_i(core_reset_q),
    .slot_aw_valid_i(slot_aw_valid), .slot_aw_ready_o(slot_aw_ready),
    .slot_aw_address_i(slot_aw_address), .slot_aw_length_i(slot_aw_length),
    .slot_w_valid_i(slot_w_valid), .slot_w_ready_o(slot_w_ready), .slot_w_data_i(slot_w_data),
    .slot_w_last_i(slot_w_last), .slot_b_valid_o(slot_b_valid),
    .punt_aw_valid_i(punt_aw_valid), .punt_aw_ready_o(punt_aw_ready),
    .punt_aw_address_i(punt_aw_address), .punt_aw_length_i(punt_aw_length),
    .punt_w_valid_i(punt_w_valid), .punt_w_ready_o(punt_w_ready), .punt_w_data_i(punt_w_data),
    .punt_w_last_i(punt_w_last), .punt_b_valid_o(punt_b_valid),
    .aw_valid_o(m_axi_awvalid), .aw_ready_i(m_axi_awready), .aw_address_o(m_axi_awaddr),
    .aw_length_o(m_axi_awlen), .aw_id_o(m_axi_awid[0]),
    .w_valid_o(m_axi_wvalid), .w_ready_i(m_axi_wready), .w_data_o(m_axi_wdata),
    .w_last_o(m_axi_wlast),
    .b_valid_i(m_axi_bvalid), .b_ready_o(m_axi_bready), .b_id_i(m_axi_bid[0])
  );

  assign m_axi_awsize = 3'd6;   // 64 bytes
  assign m_axi_awburst = 2'b01;
  assign m_axi_wstrb = '1;

  // ── From the host: slots to be merged, frames to be sent ───────────────────────────────────────

  logic inject_ar_valid, inject_ar_ready, inject_r_valid;
  logic [63:0] inject_ar_address;
  logic [7:0] inject_ar_length;

  inject i_inject (
    .clk_i(ap_clk), .rst_i(core_reset_q),
    .enable_i(run), .inject_base_i(inject_base), .inject_slots_log2_i(inject_slots_log2),
    .inject_produced_i(inject_produced), .inject_consumed_o(inject_consumed),
    .ar_valid_o(inject_ar_valid), .ar_ready_i(inject_ar_ready),
    .ar_address_o(inject_ar_address), .ar_length_o(inject_ar_length),
    .r_valid_i(inject_r_valid), .r_data_i(m_axi_rdata), .r_response_i(m_axi_rresp),
    .inject_valid_o(inject_valid), .inject_ready_i(inject_ready),
    .inject_bytes_o(inject_bytes), .inject_last_o(inject_last),
    .idle_o(inject_idle), .inject_error_o(inject_error)
  );

  logic tx_ar_valid, tx_ar_ready, tx_r_valid;
  logic [63:0] tx_ar_address;
  logic [7:0] tx_ar_length;
  logic frame_valid, frame_ready;
  logic [10:0] frame_bytes;
  logic [4:0] frame_beat;
  logic [511:0] frame_data;
  logic count_bad, count_sent;

  frame_fetch i_fetch (
    .clk_i(ap_clk), .rst_i(core_reset_q),
    .enable_i(run), .tx_base_i(tx_base), .tx_cells_log2_i(tx_cells_log2),
    .tx_produced_i(tx_produced), .tx_consumed_o(tx_consumed),
    .ar_valid_o(tx_ar_valid), .ar_ready_i(tx_ar_ready), .ar_address_o(tx_ar_address),
    .ar_length_o(tx_ar_length),
    .r_valid_i(tx_r_valid), .r_data_i(m_axi_rdata), .r_response_i(m_axi_rresp),
    .frame_valid_o(frame_valid), .frame_ready_i(frame_ready), .frame_bytes_o(frame_bytes),
    .frame_beat_i(frame_beat), .frame_data_o(frame_data),
    .count_bad_o(count_bad), .tx_error_o(tx_error), .idle_o(tx_idle)
  );

  frame_out i_out (
    .clk_i(ap_clk), .rst_i(core_reset_q),
    .frame_valid_i(frame_valid), .frame_ready_o(frame_ready), .frame_bytes_i(frame_bytes),
    .frame_beat_o(frame_beat), .frame_data_i(frame_data),
    .tx_valid_o(m_axis_tx_tvalid), .tx_ready_i(m_axis_tx_tready), .tx_data_o(m_axis_tx_tdata),
    .tx_keep_o(m_axis_tx_tkeep), .tx_last_o(m_axis_tx_tlast),
    .idle_o(out_idle), .count_sent_o(count_sent)
  );

  read_arbiter i_read_arbiter (
    .clk_i(ap_clk), .rst_i(core_reset_q),
    .inject_ar_valid_i(inject_ar_valid), .inject_ar_ready_o(inject_ar_ready),
    .inject_ar_address_i(inject_ar_address), .inject_ar_length_i(inject_ar_length),
    .inject_r_valid_o(inject_r_valid),
    .tx_ar_valid_i(tx_ar_valid), .tx_ar_ready_o(tx_ar_ready),
    .tx_ar_address_i(tx_ar_address), .tx_ar_length_i(tx_ar_length), .tx_r_valid_o(tx_r_valid),
    .ar_valid_o(m_axi_arvalid), .ar_ready_i(m_axi_arready), .ar_address_o(m_axi_araddr),
    .ar_length_o(m_axi_arlen), .ar_id_o(m_axi_arid[0]),
    .r_valid_i(m_axi_rvalid), .r_ready_o(m_axi_rready), .r_id_i(m_axi_rid[0])
  );

  assign m_axi_arsize = 3'd6;
  assign m_axi_arburst = 2'b01;

  // ── Counters ───────────────────────────────────────────────────────────────────────────────────

  counters i_counters (
    .clk_i(ap_clk), .rst_i(core_reset_q),
    .count_a_valid_i(count_a_valid), .count_a_code_i(count_a_code),
    .count_b_valid_i(count_b_valid), .count_b_code_i(count_b_code),
    .event_i({8'd0, count_bad, count_sent, count_punt_dropped, count_punted,
              slot_valid && slot_ready, drop_disabled, drop_full, admitted}),
    .snapshot_i(snapshot), .index_i(counter_index), .value_o(counter_value)
  );

endmodule
