// A queue between two clocks, of any ratio and phase.
//
// Holds 2**DepthLog2 entries in distributed RAM and one in the output register. Each side's pointer
// crosses in Gray code (gray_link). An entry is on `rd_data_o` at the third read edge after the
// edge that wrote it; the room it leaves is known at the third write edge after its pop. One
// transfer a cycle on each side.
//
// Resets: each is synchronous to its own side's clock, and either alone is safe, at any time and of
// any length: see reset_side. Entries in the RAM are lost. Not so what stands on `rd_data_o`: it is
// taken away by `rd_rst_i` only, since a reader that was shown it must find it again.
//
// `wr_level_o`: entries in the RAM, as far as the writer knows; never too few.
// `rd_keep_i`: the reader goes on reading through the writer's reset, until it is low.
// `rd_hold_i`: nothing new enters the output register.
// `rd_lost_o`: one cycle, when the writer's reset threw entries away.
//
// Not seen by any simulator: RAM to `rd_data_o` is a path between the clocks (mac_crossing.xdc).
// The word has been there for two read edges when its pointer is seen.
module async_fifo #(
  parameter int Width = 8,
  parameter int DepthLog2 = 5
) (
  input  logic               wr_clk_i,
  input  logic               wr_rst_i,
  input  logic               wr_valid_i,
  output logic               wr_ready_o,
  input  logic [Width-1:0]   wr_data_i,
  output logic [DepthLog2:0] wr_level_o,
  output logic               wr_stop_o,
  output logic               wr_clear_o,

  input  logic               rd_clk_i,
  input  logic               rd_rst_i,
  output logic               rd_valid_o,
  input  logic               rd_ready_i,
  output logic [Width-1:0]   rd_data_o,
  input  logic               rd_keep_i,
  input  logic               rd_hold_i,
  output logic               rd_stop_o,
  output logic               rd_clear_o,
  output logic               rd_lost_o
);

  localparam int BITS = DepthLog2 + 1;

  logic wr_request, wr_acknowledge, rd_request, rd_acknowledge;
  logic [BITS-1:0] write, write_seen_gray;
  logic [BITS-1:0] read, read_gray, read_seen;
  logic [BITS-1:0] unused_gray, unused_seen, unused_seen_gray;
  logic [BITS-1:0] level_q = '0;
  logic valid_q = 1'b0;
  logic stopped_q = 1'b0;
  logic [Width-1:0] stored;

  reset_side i_wr_reset (
    .clk_i(wr_clk_i), .rst_i(wr_rst_i), .keep_i(1'b0),
    .request_o(wr_request), .acknowledge_o(wr_acknowledge),
    .far_request_i(rd_request), .far_acknowledge_i(rd_acknowledge),
    .stop_o(wr_stop_o), .clear_o(wr_clear_o)
  );
  reset_side i_rd_reset (
    .clk_i(rd_clk_i), .rst_i(rd_rst_i), .keep_i(rd_keep_i),
    .request_o(rd_request), .acknowledge_o(rd_acknowledge),
    .far_request_i(wr_request), .far_acknowledge_i(wr_acknowledge),
    .stop_o(rd_stop_o), .clear_o(rd_clear_o)
  );

  // ── Writing ────────────────────────────────────────────────────────────────────────────────────

  wire push = wr_valid_i && wr_ready_o;

  assign wr_ready_o = !level_q[DepthLog2] && !wr_stop_o;
  assign wr_level_o = level_q;

  gray_link #(.Bits(BITS)) i_write (
    .clk_i(wr_clk_i), .clear_i(wr_clear_o), .step_i(push),
    .count_o(write), .gray_o(unused_gray),
    .far_clk_i(rd_clk_i), .far_count_o(unused_seen), .far_gray_o(write_seen_gray)
  );

  always_ff @(posedge wr_clk_i) begin
    level_q <= write + BITS'(push) - read_seen;
  end

  lutram #(.Width(Width), .DepthLog2(DepthLog2)) i_memory (
    .clk_i(wr_clk_i),
    .write_i(push),
    .write_address_i(write[DepthLog2-1:0]),
    .write_data_i(wr_data_i),
    .read_address_i(read[DepthLog2-1:0]),
    .read_data_o(stored)
  );

  // ── Reading ────────────────────────────────────────────────────────────────────────────────────

  wire unused_lap = read[DepthLog2];  // in Gray code it is compared
  wire available = write_seen_gray != read_gray;
  wire pop = available && !rd_stop_o && !rd_hold_i && (rd_ready_i || !valid_q);

  gray_link #(.Bits(BITS)) i_read (
    .clk_i(rd_clk_i), .clear_i(rd_clear_o), .step_i(pop),
    .count_o(read), .gray_o(read_gray),
    .far_clk_i(wr_clk_i), .far_count_o(read_seen), .far_gray_o(unused_seen_gray)
  );

  always_ff @(posedge rd_clk_i) begin
    if (rd_ready_i || !valid_q) valid_q <= pop;
    if (pop) rd_data_o <= stored;
    stopped_q <= rd_clear_o;
    if (rd_rst_i) valid_q <= 1'b0;
  end

  assign rd_valid_o = valid_q;
  assign rd_lost_o = rd_acknowledge && !stopped_q && available;

endmodule
