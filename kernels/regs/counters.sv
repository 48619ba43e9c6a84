// Counts outcomes and events, and latches all of them at one moment.
//
// 64 outcomes with two counts a cycle, which may be of the same outcome, and 16 events. What comes
// in is decoded in one cycle and counted in the next, so a snapshot holds what came up to two
// cycles before. Read: the value is there 2 cycles after the index.
module counters (
  input  logic        clk_i,
  input  logic        rst_i,

  input  logic        count_a_valid_i,
  input  logic [5:0]  count_a_code_i,
  input  logic        count_b_valid_i,
  input  logic [5:0]  count_b_code_i,
  input  logic [15:0] event_i,

  input  logic        snapshot_i,
  input  logic [6:0]  index_i,
  output logic [63:0] value_o
);

  localparam int COUNT = 80;
  localparam int BITS = 48;

  (* mem2reg *) logic [BITS-1:0] latched_q [COUNT];  // registers: all are written at once
  logic [COUNT-1:0] one_q, two_q;
  logic [BITS-1:0] value_q;

  // One-hot, all 0 if there is nothing to count. Shifts, not a loop of 64 comparisons: simulation
  // takes a loop step by step.
  wire [63:0] count_a = {63'd0, count_a_valid_i} << count_a_code_i;
  wire [63:0] count_b = {63'd0, count_b_valid_i} << count_b_code_i;

  always_ff @(posedge clk_i) begin
    one_q <= {event_i, count_a ^ count_b};
    two_q <= {16'd0, count_a & count_b};
    value_q <= latched_q[index_i];
    value_o <= {{(64 - BITS){1'b0}}, value_q};
    if (rst_i) begin
      one_q <= '0;
      two_q <= '0;
    end
  end

  for (genvar i = 0; i < COUNT; i++) begin : g_count
    logic [BITS-1:0] count_q;
    always_ff @(posedge clk_i) begin
      count_q <= count_q + {{(BITS - 2){1'b0}}, two_q[i], one_q[i]};
      if (snapshot_i) latched_q[i] <= count_q;
      if (rst_i) count_q <= '0;
    end
  end

endmodule
