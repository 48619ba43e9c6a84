// Frames from the kernel's clock into a MAC's, which must not run dry within one: a frame starts
// only when it is whole in the queue, and then its beats follow each other without a pause, unless
// the MAC makes one.
//
// Beside the queue a count of whole frames crosses; it comes a cycle after its frame's last beat,
// so it is never seen before that. Frames are 2 KiB at most; one of more than 2**DepthLog2 beats
// would wait forever.
//
// A reset of the kernel lets the frame that is being sent come to its end, and takes away those
// behind it. A reset of the MAC takes away what is in the queue, and the rest of the frame that the
// kernel is handing over; then the kernel waits until the MAC's side is back.
module mac_tx #(
  parameter int DataBytes = 64,
  parameter int DepthLog2 = 6
) (
  input  logic                   clk_i,
  input  logic                   rst_i,
  input  logic                   tx_valid_i,
  output logic                   tx_ready_o,
  input  logic [8*DataBytes-1:0] tx_data_i,
  input  logic [DataBytes-1:0]   tx_keep_i,
  input  logic                   tx_last_i,

  input  logic                   mac_clk_i,
  input  logic                   mac_rst_i,
  output logic                   mac_valid_o,
  input  logic                   mac_ready_i,
  output logic [8*DataBytes-1:0] mac_data_o,
  output logic [DataBytes-1:0]   mac_keep_o,
  output logic                   mac_last_o
);

  localparam int BITS = DepthLog2 + 1;

  // ── In the kernel's clock ──────────────────────────────────────────────────────────────────────

  logic inside_q = 1'b0;  // a frame was begun and not ended
  logic skip_q = 1'b0;    // … and its rest has nowhere to go
  logic whole_q = 1'b0;
  logic wr_ready, wr_stop, wr_clear;
  logic [DepthLog2:0] unused_level;

  wire push = tx_valid_i && wr_ready && !skip_q;

  assign tx_ready_o = (wr_ready || skip_q) && !rst_i;

  always_ff @(posedge clk_i) begin
    if (tx_valid_i && tx_ready_o) inside_q <= !tx_last_i;
    skip_q <= skip_q ? !(tx_valid_i && tx_last_i) : inside_q && wr_stop;
    whole_q <= push && tx_last_i;
    if (rst_i) begin
      inside_q <= 1'b0;
      skip_q <= 1'b0;
    end
  end

  // ── Across ─────────────────────────────────────────────────────────────────────────────────────

  logic queue_valid, queue_ready, sending_q, rd_stop, rd_clear, unused_lost;
  logic [BITS-1:0] frames;
  logic [BITS-1:0] unused_count, unused_gray, unused_far_gray;

  async_fifo #(.Width(9 * DataBytes + 1), .DepthLog2(DepthLog2)) i_queue (
    .wr_clk_i(clk_i), .wr_rst_i(rst_i),
    .wr_valid_i(push), .wr_ready_o(wr_ready),
    .wr_data_i({tx_last_i, tx_keep_i, tx_data_i}),
    .wr_level_o(unused_level), .wr_stop_o(wr_stop), .wr_clear_o(wr_clear),
    .rd_clk_i(mac_clk_i), .rd_rst_i(mac_rst_i),
    .rd_valid_o(queue_valid), .rd_ready_i(queue_ready),
    .rd_data_o({mac_last_o, mac_keep_o, mac_data_o}),
    .rd_keep_i(sending_q), .rd_hold_i(1'b0),
    .rd_stop_o(rd_stop), .rd_clear_o(rd_clear), .rd_lost_o(unused_lost)
  );

  gray_link #(.Bits(BITS)) i_frames (
    .clk_i, .clear_i(wr_clear), .step_i(whole_q),
    .count_o(unused_count), .gray_o(unused_gray),
    .far_clk_i(mac_clk_i), .far_count_o(frames), .far_gray_o(unused_far_gray)
  );

  // ── In the MAC's clock ─────────────────────────────────────────────────────────────────────────

  logic [BITS-1:0] started_q = '0;

  wire start = queue_valid && !sending_q && !rd_stop && frames != started_q;

  assign mac_valid_o = queue_valid && (sending_q || start);
  // A beat that was fetched for a frame that must not start any more goes nowhere.
  assign queue_ready = mac_valid_o ? mac_ready_i : rd_stop && !sending_q;

  always_ff @(posedge mac_clk_i) begin
    if (mac_valid_o) sending_q <= !(mac_ready_i && mac_last_o);
    if (rd_clear) started_q <= '0;
    else if (start) started_q <= started_q + BITS'(1);
    if (mac_rst_i) sending_q <= 1'b0;
    // Once begun, never dry.
    if (!mac_rst_i) assert (!sending_q || queue_valid);
  end

endmodule
