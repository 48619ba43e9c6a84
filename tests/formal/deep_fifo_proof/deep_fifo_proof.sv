// deep_fifo: what goes in comes out once, in order and unaltered; nothing is lost.
//
// One entry, any, is picked while it is pushed; `ahead_q` counts the entries before it. Nothing is
// assumed of the environment but the reset at the start: it may come again at any time.
module deep_fifo_proof (
  input logic             clk_i,
  input logic             rst_i,
  input logic             valid_i,
  input logic             data_i,
  input logic             ready_i
);

  localparam int WIDTH = 1;
  localparam int DEPTH_LOG2 = 2;
  localparam int FRONT_LOG2 = 3;
  localparam int COUNT_BITS = DEPTH_LOG2 + 2;

  logic ready_o;
  logic valid_o;
  logic [WIDTH-1:0] data_o;
  logic [DEPTH_LOG2+1:0] level_o;

  deep_fifo #(.Width(WIDTH), .DepthLog2(DEPTH_LOG2), .FrontLog2(FRONT_LOG2)) dut (
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
      cover (full_q && waited_q);
      cover (waited_q && count_q == '0);
      cover (push && pop && count_q == COUNT_BITS'(1));
    end
  end

`ifndef INVARIANTS
  // For mutants only, to save time: all that is special begins when the front is nearly full.
  logic [3:0] age_q = 4'd0;
  always_ff @(posedge clk_i) begin
    if (age_q != 4'd8) age_q <= age_q + 4'd1;
    assume (!started_q || !rst_i);
    assume (age_q == 4'd8 || (valid_i && !ready_i));
  end
`endif

`ifdef INVARIANTS
  // Registers of the queue and of the small one in front, tied to these by proof.cfg.
  logic [DEPTH_LOG2:0] write, read;
  logic [FRONT_LOG2:0] front_write, front_read;
  logic stored, full, asked, follows, front_room, front_stored, front_full;
  logic answer, follower;
  logic memory_0, memory_1, memory_2, memory_3;
  logic front_memory_0, front_memory_1, front_memory_2, front_memory_3;
  logic front_memory_4, front_memory_5, front_memory_6, front_memory_7;

  wire [DEPTH_LOG2:0] held = write - read;
  wire [FRONT_LOG2:0] front_held = front_write - front_read;
  wire [COUNT_BITS-1:0] front = COUNT_BITS'(front_held) + COUNT_BITS'(valid_o);
  wire [3:0] memory = {memory_3, memory_2, memory_1, memory_0};
  wire [7:0] front_memory = {front_memory_7, front_memory_6, front_memory_5, front_memory_4,
                             front_memory_3, front_memory_2, front_memory_1, front_memory_0};

  // Where the picked one is.
  wire in_front = ahead_q != '0 && ahead_q < front;
  wire in_answer = asked && ahead_q == front;
  wire in_memory = ahead_q >= front + COUNT_BITS'(asked);
  wire [2:0] front_place = front_read[2:0] + 3'(ahead_q) - 3'd1;
  wire [1:0] place = read[1:0] + 2'(ahead_q - front) - 2'(asked);

  always_ff @(posedge clk_i) begin
    if (started_q && !rst_i) begin
      a_held: assert (held <= 3'd4 && front_held <= 4'd8);
      a_count: assert (count_q == COUNT_BITS'(held) + COUNT_BITS'(asked) + front);
      a_flags: assert (stored == (held != '0) && full == held[DEPTH_LOG2]);
      a_front_flags: assert (front_stored == (front_held != '0) &&
                             front_full == front_held[FRONT_LOG2]);
      a_output: assert (valid_o || !front_stored);

      // An answer finds room, and something before it that still stands there.
      a_room_asked: assert (!front_room || front <= 4'd6);
      a_answer: assert (!asked || (front >= 4'd1 && front <= 4'd7));
      a_no_room: assert (front_room || front >= 4'd5 || count_q == '0);
      a_stored: assert (!stored || asked || front >= 4'd4);

      a_ahead: assert (!waits_q || ahead_q < count_q);
      a_in_front: assert (!waits_q || !in_front || front_memory[front_place] == picked_q);
      a_in_answer: assert (!waits_q || !in_answer || (follows ? follower : answer) == picked_q);
      a_in_memory: assert (!waits_q || !in_memory || memory[place] == picked_q);
    end
  end
`endif

endmodule
