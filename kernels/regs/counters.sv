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

  logic [COUNT*BITS-1:0] count_q, latched_q;
  logic [COUNT-1:0] one_q, two_q;
  logic [BITS-1:0] value_q;

  always_ff @(posedge clk_i) begin
    for (int i = 0; i < 64; i++) begin
      one_q[i] <= (count_a_valid_i && count_a_code_i == 6'(i)) ^
                  (count_b_valid_i && count_b_code_i == 6'(i));
      two_q[i] <= count_a_valid_i && count_a_code_i == 6'(i) &&
                  count_b_valid_i && count_b_code_i == 6'(i);
    end
    for (int i = 64; i < COUNT; i++) begin
      one_q[i] <= event_i[i - 64];
      two_q[i] <= 1'b0;
    end
    for (int i = 0; i < COUNT; i++) begin
      count_q[BITS*i +: BITS] <= count_q[BITS*i +: BITS] + {{(BITS - 2){1'b0}}, two_q[i], one_q[i]};
    end
    if (snapshot_i) latched_q <= count_q;
    value_q <= latched_q[BITS*index_i +: BITS];
    value_o <= {{(64 - BITS){1'b0}}, value_q};
    if (rst_i) begin
      count_q <= '0;
      one_q <= '0;
      two_q <= '0;
    end
  end

endmodule
