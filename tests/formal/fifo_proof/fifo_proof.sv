// fifo: what goes in comes out once, in order and unaltered; nothing is lost.
//
// One entry, any, is picked while it is pushed; `ahead_q` counts the entries before it. Nothing is
// assumed of the environment but the reset at the start: it may come again at any time.
module fifo_proof (
  input logic             clk_i,
  input logic             rst_i,
  input logic             valid_i,
  input logic [1:0]       data_i,
  input logic             ready_i
);

  localparam int WIDTH = 2;
  localparam int DEPTH_LOG2 = 2;
  localparam int COUNT_BITS = DEPTH_LOG2 + 2;

  logic ready_o;
  logic valid_o;
  logic [WIDTH-1:0] data_o;
  logic [DEPTH_LOG2+1:0] level_o;

  fifo #(.Width(WIDTH), .DepthLog2(DEPTH_LOG2)) dut (
    .clk_i, .rst_i, .valid_i, .ready_o, .data_i, .valid_o, .ready_i, .data_o, .level_o
  );

  wire push = valid_i && ready_o;
  wire pop = valid_o && ready_i;

  (* anyseq *) logic pick;
  logic started_q = 1'b0;
  logic [COUNT_BITS-1:0] count_q;  // entries inside
  logic [COUNT_BITS-1:0] ahead_q;  // … before the one that was picked
  logic [WIDTH-1:0] picked_q;
  logic waits_q;                   // the picked one is inside
  logic waited_q;                  // … and was seen to leave
  logic full_q;                    // it was full once
  logic stalled_q;
  logic [WIDTH-1:0] stalled_data_q;

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    count_q <= count_q + COUNT_BITS'(push) - COUNT_BITS'(pop);
    stalled_q <= valid_o && !ready_i;
    stalled_data_q <= data_o;
    full_q <= full_q || !ready_o;
    if (waits_q) begin
      if (pop) begin
        ahead_q <= ahead_q - COUNT_BITS'(1);
        if (ahead_q == '0) begin
          waits_q <= 1'b0;
          waited_q <= 1'b1;
        end
      end
    end else if (push && pick) begin
      waits_q <= 1'b1;
      picked_q <= data_i;
      ahead_q <= count_q - COUNT_BITS'(pop);
    end
    if (rst_i) begin
      count_q <= '0;
      waits_q <= 1'b0;
      waited_q <= 1'b0;
      full_q <= 1'b0;
      stalled_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!started_q) assume (rst_i);
    if (rst_i) begin
      a_not_ready_in_reset: assert (!ready_o);
    end
    if (started_q && !rst_i) begin
      // Visible a cycle after the push and until it is taken; no bubble between entries.
      a_valid: assert (valid_o == (count_q != '0));
      a_stable: assert (!stalled_q || (valid_o && data_o == stalled_data_q));
      a_room: assert (ready_o || count_q >= COUNT_BITS'(2 ** DEPTH_LOG2));
      a_order: assert (!waits_q || ahead_q != '0 || data_o == picked_q);
      a_level: assert (level_o == count_q);
      cover (full_q && waited_q && count_q == '0);
      cover (push && pop && count_q == COUNT_BITS'(1));
    end
  end

`ifdef INVARIANTS
  // Registers of the queue, tied to these by proof.cfg.
  logic [DEPTH_LOG2:0] write;
  logic [DEPTH_LOG2:0] read;
  logic stored;
  logic full;
  logic [WIDTH-1:0] memory_0;
  logic [WIDTH-1:0] memory_1;
  logic [WIDTH-1:0] memory_2;
  logic [WIDTH-1:0] memory_3;

  wire [DEPTH_LOG2:0] held = write - read;
  wire [4*WIDTH-1:0] memory = {memory_3, memory_2, memory_1, memory_0};
  wire [DEPTH_LOG2-1:0] place = read[DEPTH_LOG2-1:0] + DEPTH_LOG2'(ahead_q - COUNT_BITS'(1));

  always_ff @(posedge clk_i) begin
    if (started_q && !rst_i) begin
      a_held: assert (held <= (DEPTH_LOG2 + 1)'(2 ** DEPTH_LOG2));
      a_count: assert (count_q == COUNT_BITS'(held) + COUNT_BITS'(valid_o));
      a_flags: assert (stored == (held != '0) && full == held[DEPTH_LOG2]);
      a_output: assert (valid_o || !stored);
      a_ahead: assert (!waits_q || ahead_q < count_q);
      a_memory: assert (!waits_q || ahead_q == '0 || memory[place*WIDTH +: WIDTH] == picked_q);
    end
  end
`endif

endmodule
