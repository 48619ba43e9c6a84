// async_fifo: what goes in comes out once, in order and unaltered, whatever the two clocks do;
// never more than there is room for, and never before it has settled for two of the
// reader's edges.
//
// Entries are numbered, round and round; one number, any, is picked. Nothing is assumed: both
// clocks rise whenever they like. Resets are reset_side_proof's and the bench's.
//
// A flip-flop of another clock may see a bit that changes near its edge as it was or as it is, each
// bit for itself. two_flop is the model in ../two_flop.sv; so a code of which two
// bits change at once does not pass.
module async_fifo_proof (
  input logic       wr_clk_i,
  input logic       wr_valid_i,
  input logic [1:0] wr_data_i,
  input logic       rd_clk_i,
  input logic       rd_ready_i,
  input logic       rd_hold_i
);

  localparam int WIDTH = 2;
  localparam int DEPTH_LOG2 = 2;
  localparam int DEPTH = 2 ** DEPTH_LOG2;
  localparam int BITS = 4;  // of a number: more than there can be inside

  logic wr_ready_o, wr_stop_o, wr_clear_o;
  logic rd_valid_o, rd_stop_o, rd_clear_o, rd_lost_o;
  logic [DEPTH_LOG2:0] wr_level_o;
  logic [WIDTH-1:0] rd_data_o;

  async_fifo #(.Width(WIDTH), .DepthLog2(DEPTH_LOG2)) dut (
    .wr_clk_i, .wr_rst_i(1'b0), .wr_valid_i, .wr_ready_o, .wr_data_i, .wr_level_o, .wr_stop_o,
    .wr_clear_o, .rd_clk_i, .rd_rst_i(1'b0), .rd_valid_o, .rd_ready_i, .rd_data_o,
    .rd_keep_i(1'b0), .rd_hold_i, .rd_stop_o, .rd_clear_o, .rd_lost_o
  );

  (* anyconst *) logic [BITS-1:0] pick;

  // ── The writer ─────────────────────────────────────────────────────────────────────────────────

  logic [BITS-1:0] pushed_q = '0;
  logic [WIDTH-1:0] picked_q = '0;
  logic full_q = 1'b0;

  wire push = wr_valid_i && wr_ready_o;

  always_ff @(posedge wr_clk_i) begin
    pushed_q <= pushed_q + BITS'(push);
    if (push && pushed_q == pick) picked_q <= wr_data_i;
    full_q <= full_q || !wr_ready_o;
  end

  // ── The reader ─────────────────────────────────────────────────────────────────────────────────

  logic [BITS-1:0] shown_q = '0;
  logic stalled_q = 1'b0;
  logic [WIDTH-1:0] stalled_data_q = '0;
  logic [1:0] edges_q = '0;  // that the picked one has been waiting for
  logic seen_q = 1'b0;       // the picked one came out

  wire shown = rd_valid_o && !stalled_q;
  wire [BITS-1:0] next = shown_q + BITS'(shown);
  wire [BITS-1:0] inside = pushed_q - next;
  wire [BITS-1:0] ahead = pick - next;
  wire waits = ahead < inside;

  always_ff @(posedge rd_clk_i) begin
    shown_q <= next;
    stalled_q <= rd_valid_o && !rd_ready_i;
    stalled_data_q <= rd_data_o;
    edges_q <= !waits ? '0 : edges_q == 2'd3 ? 2'd3 : edges_q + 2'd1;
    seen_q <= seen_q || (shown && shown_q == pick);
  end

  // ── What holds ─────────────────────────────────────────────────────────────────────────────────

  always @($global_clock) begin
    a_inside: assert (inside <= BITS'(DEPTH));  // neither overflow nor underflow
    a_level: assert (BITS'(wr_level_o) >= inside && wr_level_o <= (DEPTH_LOG2 + 1)'(DEPTH));
    a_data: assert (!shown || shown_q != pick || rd_data_o == picked_q);
    a_settled: assert (!shown || shown_q != pick || edges_q == 2'd3);
    a_stable: assert (!stalled_q || (rd_valid_o && rd_data_o == stalled_data_q));
    cover (full_q && seen_q);
    cover (seen_q && wr_level_o == '0);
  end

`ifdef INVARIANTS
  // Registers of the queue, tied to these by proof.cfg. All counts are of PTR bits.
  localparam int PTR = DEPTH_LOG2 + 1;

  logic [PTR-1:0] write, write_gray, write_before, write_meta, write_far;
  logic [PTR-1:0] read, read_gray, read_before, read_meta, read_far;
  logic [WIDTH-1:0] memory_0, memory_1, memory_2, memory_3;
  logic wr_request, wr_acknowledge, wr_pending, wr_acknowledged;
  logic rd_request, rd_acknowledge, rd_pending, rd_acknowledged;
  logic [1:0] wr_before, wr_meta, wr_settled, rd_before, rd_meta, rd_settled;

  function automatic logic [PTR-1:0] binary(input logic [PTR-1:0] gray);
    binary = gray ^ (gray >> 1) ^ (gray >> 2);  // of three bits
  endfunction

  // A pointer's way across: as it is, as it was a step before, in the first flip-flop, in the
  // second. Each is behind the one before, and all of them lie within what is inside.
  wire [PTR-1:0] w2 = binary(write_far) - read;
  wire [PTR-1:0] w1 = binary(write_meta) - read;
  wire [PTR-1:0] w0 = binary(write_before) - read;
  wire [4*WIDTH-1:0] memory = {memory_3, memory_2, memory_1, memory_0};
  wire [PTR-1:0] held = write - read;
  wire [PTR-1:0] r2 = write - binary(read_far);
  wire [PTR-1:0] r1 = write - binary(read_meta);
  wire [PTR-1:0] r0 = write - binary(read_before);

  always @($global_clock) begin
    a_no_reset: assert ({wr_request, wr_acknowledge, wr_pending, wr_acknowledged, rd_request,
                         rd_acknowledge, rd_pending, rd_acknowledged, wr_before, wr_meta,
                         wr_settled, rd_before, rd_meta, rd_settled} == '0);
    a_gray: assert (binary(write_gray) == write && binary(read_gray) == read);
    a_write_way: assert (w2 <= w1 && w1 <= w0 && w0 <= held && held <= PTR'(DEPTH));
    a_write_step: assert (held - w0 <= PTR'(1));
    a_read_way: assert (held <= r0 && r0 <= r1 && r1 <= r2 && r2 <= wr_level_o);
    a_read_step: assert (r0 - held <= PTR'(1));
    a_numbers: assert (pushed_q[PTR-1:0] == write && BITS'(held) == inside);
    a_memory: assert (!waits || memory[pick[DEPTH_LOG2-1:0]*WIDTH +: WIDTH] == picked_q);
    a_edges: assert (!waits || ((edges_q != 2'd0 || BITS'(w1) <= ahead) &&
                                (edges_q > 2'd1 || BITS'(w2) <= ahead)));
  end
`endif

endmodule
