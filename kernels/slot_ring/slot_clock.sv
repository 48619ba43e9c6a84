// Time in ns, at a rate that the host sets, that never steps back; and a tick each so many ns.
//
// The time is 64 bits of ns with 32 bits of fraction, in four lanes. Each hands its carry to the
// next a cycle later and is one cycle older than the lane before it, so nothing is lost and no
// adder is long. In time_o are the cycles up to four cycles ago.
//
// A set shows eight cycles later. If it is to an earlier time, time_o stands still until the time
// that was set has caught up. Ticks count the time that passes, and care for no set; a period is
// longer than eight cycles, and a new one counts from the next tick on, or at once after none.
module slot_clock (
  input  logic        clk_i,
  input  logic        rst_i,

  input  logic        set_i,
  input  logic [63:0] set_time_i,
  input  logic [39:0] rate_i,         // ns a cycle, 32 bits of it fraction
  input  logic [31:0] tick_period_i,  // ns; 0: no ticks

  output logic [63:0] time_o,
  output logic        tick_o
);

  // ── The lanes ──────────────────────────────────────────────────────────────────────────────────

  logic [2:0] set_q;  // the set on its way to the lanes
  logic [63:0] set_time_q;
  logic [23:0] rate1_q;
  logic [7:0] rate2_q;

  logic carry0_q, carry1_q, carry2_q;
  logic [15:0] lane0_q;
  logic [15:0] lane1_q;
  logic [11:0] lane2_q;
  logic [51:0] lane3_q;
  logic [11:0] lane2_old_q;  // as old as lane 3

  always_ff @(posedge clk_i) begin
    set_q <= {set_q[1:0], set_i};
    if (set_i)
      set_time_q <= set_time_i;
    rate1_q <= rate_i[39:16];
    rate2_q <= rate1_q[23:16];

    {carry0_q, lane0_q} <= {1'b0, lane0_q} + {1'b0, rate_i[15:0]};
    {carry1_q, lane1_q} <= {1'b0, lane1_q} + {1'b0, rate1_q[15:0]} + 17'(carry0_q);
    {carry2_q, lane2_q} <= {1'b0, lane2_q} + {5'd0, rate2_q} + 13'(carry1_q);
    lane3_q <= lane3_q + 52'(carry2_q);
    lane2_old_q <= lane2_q;

    if (set_i)
      {carry0_q, lane0_q} <= '0;
    if (set_q[0])
      {carry1_q, lane1_q} <= '0;
    if (set_q[1])
      {carry2_q, lane2_q} <= {1'b0, set_time_q[11:0]};
    if (set_q[2])
      lane3_q <= set_time_q[63:12];

    if (rst_i) begin
      set_q <= '0;
      rate1_q <= '0;
      rate2_q <= '0;
      {carry0_q, lane0_q} <= '0;
      {carry1_q, lane1_q} <= '0;
      {carry2_q, lane2_q} <= '0;
      lane3_q <= '0;
      lane2_old_q <= '0;
    end
  end

  wire [63:0] lanes = {lane3_q, lane2_old_q};

  // ── Never back ─────────────────────────────────────────────────────────────────────────────────

  // From a set on time_o is held, until a comparison that began behind the set finds it passed. The
  // comparison takes two cycles; both sides of it only grow or stand meanwhile.
  logic hold_q;
  logic [4:0] settling_q;
  logic [7:0] ahead_q, level_q;  // of time_o, by byte
  logic held_is_ahead_q;
  logic [7:0] ahead, level;
  logic held_is_ahead, unused_equal;

  for (genvar b = 0; b < 8; b++) begin : g_byte
    assign ahead[b] = time_o[8*b +: 8] > lanes[8*b +: 8];
    assign level[b] = time_o[8*b +: 8] == lanes[8*b +: 8];
  end
  greater #(.Width(8)) i_greater (
    .a_i(ahead_q), .b_i(~ahead_q & ~level_q), .greater_o(held_is_ahead), .equal_o(unused_equal)
  );

  always_ff @(posedge clk_i) begin
    ahead_q <= ahead;
    level_q <= level;
    held_is_ahead_q <= held_is_ahead;
    settling_q <= {settling_q[3:0], set_i};
    if (set_i)
      hold_q <= 1'b1;
    else if (settling_q == 5'd0 && !held_is_ahead_q)
      hold_q <= 1'b0;
    if (!hold_q)
      time_o <= lanes;
    if (rst_i) begin
      settling_q <= '0;
      hold_q <= 1'b0;
      time_o <= '0;
    end
  end

  // ── Ticks ──────────────────────────────────────────────────────────────────────────────────────

  // What is left of the period, in two lanes like those above; below 0 it is time for a tick, and
  // the next period is added. In that cycle lane 0 adds, so what passes meanwhile is taken off a
  // cycle later.
  logic [9:0] passed_q;
  logic [11:0] left0_q;
  logic [20:0] left1_q;     // its upper bit is the sign
  logic carry_q;            // a carry behind a period that was added, else a borrow
  logic [19:0] period1_q;   // for lane 1, of the cycle whose lower part lane 0 took
  logic tick1_q;
  logic [1:0] off_q;        // no period, as lanes 0 and 1 see it

  wire [11:0] change0 = tick_o ? tick_period_i[11:0] : ~{2'b00, passed_q};
  wire [12:0] left0 = {1'b0, left0_q} + {1'b0, change0} + 13'(!tick_o);
  wire [20:0] change1 = tick1_q ? {1'b0, period1_q} : {21{carry_q}};

  always_ff @(posedge clk_i) begin
    passed_q <= {2'b00, rate2_q} + 10'(carry1_q) + (passed_q & {10{tick_o}});
    {carry_q, left0_q} <= {left0[12] ^ !tick_o, left0[11:0]};
    left1_q <= left1_q + change1 + 21'(tick1_q && carry_q);
    tick_o <= left1_q[20] && !tick_o && !tick1_q && off_q == 2'b00;
    tick1_q <= tick_o;
    period1_q <= tick_period_i[31:12];
    off_q <= {off_q[0], tick_period_i == 32'd0};
    if (off_q[0])
      {carry_q, left0_q} <= {1'b0, tick_period_i[11:0]};
    if (off_q[1])
      left1_q <= {1'b0, period1_q};
    if (rst_i) begin
      passed_q <= '0;
      tick_o <= 1'b0;
      tick1_q <= 1'b0;
      off_q <= '1;
    end
  end

endmodule
