// Frames from a MAC's clock into the kernel's. The MAC cannot be stalled; a frame arrives whole, or
// as a bad one (tuser with the last beat), or not at all: never cut and good.
//
// On the MAC's side a frame is let in if the queue has room for `StartRoom` beats, and dropped
// whole otherwise. The queue's last place is kept for the end of the frame that is under way: if
// nothing but that is left and the frame goes on, its next beat is written as an end and bad, and
// its rest is dropped. A reset of either side ends the frame under way for good: the MAC's side
// begins again with a first beat, and the kernel's side, where it has handed out a frame's start
// and its rest cannot come, puts a bad end behind it. That end's data mean nothing.
//
// Lost frames are counted on the MAC's side by one a cycle, whole ones and cut ones; `drop_o` is
// high for a cycle of the kernel's clock for each. Of frames that were in the queue when the MAC's
// side was reset, it tells of one. What is lost while the kernel is in reset it does not tell.
//
// Depth. 100 Gb/s are 195 M full beats/s, but frames of 65 bytes (FCS among them) take two beats in
// 85 bytes of the wire's time: 294.1 M beats/s, the worst there is, against 300 M/s taken: 2% of
// reserve. Senders that keep less than 8 + 12 bytes between frames on average may exceed it, and
// then frames are dropped. In bursts the MAC gives a beat each cycle at 322.27 MHz, of which 6.9%
// stay behind: 11 of the longest frame's 150 beats (9,600 bytes). A beat counts as inside for up to
// 8 cycles on its way through the pointers. So 38 beats, above which no frame is begun, are reached
// after 430 beats (27 KB) without one idle cycle; the MAC would have to hold these back first. The
// 26 beats above are for frames of up to 1,664 bytes, which are let in whole even if the kernel
// takes nothing.
module mac_rx #(
  parameter int DataBytes = 64,
  parameter int DepthLog2 = 6,
  parameter int StartRoom = 26,
  parameter int DropBits = 12
) (
  input  logic                   mac_clk_i,
  input  logic                   mac_rst_i,
  input  logic                   mac_valid_i,
  input  logic [8*DataBytes-1:0] mac_data_i,
  input  logic [DataBytes-1:0]   mac_keep_i,
  input  logic                   mac_last_i,
  input  logic                   mac_bad_i,

  input  logic                   clk_i,
  input  logic                   rst_i,
  output logic                   rx_valid_o,
  input  logic                   rx_ready_i,
  output logic [8*DataBytes-1:0] rx_data_o,
  output logic [DataBytes-1:0]   rx_keep_o,
  output logic                   rx_last_o,
  output logic                   rx_bad_o,

  output logic                   drop_o
);

  localparam int LEVEL_START = 2 ** DepthLog2 - StartRoom;
  localparam int LEVEL_GO_ON = 2 ** DepthLog2 - 2;

  // ── In the MAC's clock ─────────────────────────────────────────────────────────────────────────

  logic inside_q = 1'b0;  // within a frame of the wire; the kernel's reset has no say in that
  logic taken_q = 1'b0;   // … that is written
  logic dropped_q = 1'b0;
  logic wr_ready, wr_stop;
  logic [DepthLog2:0] level;

  wire first = mac_valid_i && !inside_q && !mac_rst_i;
  wire start = first && wr_ready && level <= (DepthLog2 + 1)'(LEVEL_START);
  wire go_on = mac_valid_i && taken_q && !wr_stop;
  wire cut = go_on && !mac_last_i && level > (DepthLog2 + 1)'(LEVEL_GO_ON);

  always_ff @(posedge mac_clk_i) begin
    if (mac_valid_i) inside_q <= !mac_last_i;
    taken_q <= start ? !mac_last_i : taken_q && !wr_stop && !cut && !(go_on && mac_last_i);
    dropped_q <= (first && !start) || cut || (taken_q && wr_stop);
    // Beats that come in reset are no frame's; the queue stays stopped until after the next, so
    // that a frame of which they were the start is dropped as one.
    if (mac_rst_i) begin
      inside_q <= 1'b0;
      taken_q <= 1'b0;
      dropped_q <= 1'b0;
    end
    if (!mac_rst_i) assert (!go_on || wr_ready);
  end

  // ── Across ─────────────────────────────────────────────────────────────────────────────────────

  logic queue_valid, queue_first, queue_last, queue_bad, rd_stop, lost, end_q;
  logic [DropBits-1:0] drops;
  logic unused_wr_clear, unused_rd_clear;
  logic [DropBits-1:0] unused_count, unused_gray, unused_far_gray;

  wire behind_cut;  // a first beat, while the frame before it has no end
  wire queue_ready = rx_ready_i && !end_q && !behind_cut;

  async_fifo #(.Width(9 * DataBytes + 3), .DepthLog2(DepthLog2)) i_queue (
    .wr_clk_i(mac_clk_i), .wr_rst_i(mac_rst_i),
    .wr_valid_i(start || go_on), .wr_ready_o(wr_ready),
    .wr_data_i({first, mac_last_i || cut, mac_bad_i || cut, mac_keep_i, mac_data_i}),
    .wr_level_o(level), .wr_stop_o(wr_stop), .wr_clear_o(unused_wr_clear),
    .rd_clk_i(clk_i), .rd_rst_i(rst_i),
    .rd_valid_o(queue_valid), .rd_ready_i(queue_ready),
    .rd_data_o({queue_first, queue_last, queue_bad, rx_keep_o, rx_data_o}),
    .rd_keep_i(1'b0), .rd_hold_i(end_q),
    .rd_stop_o(rd_stop), .rd_clear_o(unused_rd_clear), .rd_lost_o(lost)
  );

  // Never cleared: the kernel's side follows wherever it stands.
  gray_link #(.Bits(DropBits)) i_drops (
    .clk_i(mac_clk_i), .clear_i(1'b0), .step_i(dropped_q),
    .count_o(unused_count), .gray_o(unused_gray),
    .far_clk_i(clk_i), .far_count_o(drops), .far_gray_o(unused_far_gray)
  );

  // ── In the kernel's clock ──────────────────────────────────────────────────────────────────────

  logic open_q = 1'b0;  // a frame was begun and not ended
  logic [DropBits-1:0] told_q = '0;

  assign behind_cut = queue_valid && queue_first && open_q;
  assign rx_valid_o = end_q || (queue_valid && !behind_cut);
  assign rx_last_o = end_q || queue_last;
  assign rx_bad_o = end_q || queue_bad;

  always_ff @(posedge clk_i) begin
    if (rx_valid_o && rx_ready_i) open_q <= !rx_last_o;
    end_q <= end_q ? !rx_ready_i : open_q && (queue_valid ? queue_first : rd_stop);
    drop_o <= lost || told_q != drops;
    if (!lost && told_q != drops) told_q <= told_q + DropBits'(1);
    if (rst_i) begin
      open_q <= 1'b0;
      end_q <= 1'b0;
      drop_o <= 1'b0;
      told_q <= drops;
    end
  end

endmodule
