// A deep queue in block RAM that costs one cycle while it is empty.
//
// In front stands a small `fifo`; what finds the RAM empty goes there straight away. The RAM
// answers a cycle after it is asked, so it is asked ahead, as far as the small queue has room. What
// comes while the RAM's last answer is on its way does not go through the RAM, but follows that
// answer: there is no bubble. One transfer a cycle.
module deep_fifo #(
  parameter int Width = 8,
  parameter int DepthLog2 = 11,
  parameter int FrontLog2 = 3
) (
  input  logic                 clk_i,
  input  logic                 rst_i,

  input  logic                 valid_i,
  output logic                 ready_o,
  input  logic [Width-1:0]     data_i,

  output logic                 valid_o,
  input  logic                 ready_i,
  output logic [Width-1:0]     data_o,

  output logic [DepthLog2+1:0] level_o
);

  logic [DepthLog2:0] write_q;
  logic [DepthLog2:0] read_q;
  logic stored_q;     // the RAM holds something that was not asked for yet
  logic full_q;
  logic asked_q;      // an answer comes in this cycle
  logic follows_q;    // … not from the RAM
  logic front_room_q; // room for this cycle's answer and one more
  logic front_ready;
  logic [FrontLog2+1:0] front_level;
  logic [Width-1:0] stored;
  logic [Width-1:0] follower_q;

  assign ready_o = !full_q && !rst_i;

  wire push = valid_i && ready_o;
  wire may_go_straight = !stored_q && !asked_q && front_ready;
  wire may_follow = !stored_q && !may_go_straight && front_room_q;
  wire straight = push && may_go_straight;
  wire follow = push && may_follow;
  wire store = push && !may_go_straight && !may_follow;
  wire ask = stored_q && front_room_q;
  wire [Width-1:0] answer = follows_q ? follower_q : stored;

  // As in `fifo`, valid_i may come late in the cycle.
  wire [DepthLog2:0] held = write_q - read_q;
  wire held_one = held == (DepthLog2+1)'(1);
  wire held_almost_all = held == (DepthLog2+1)'(2 ** DepthLog2 - 1);

  ram #(.Width(Width), .DepthLog2(DepthLog2)) i_memory (
    .clk_i,
    .write_i(store),
    .write_address_i(write_q[DepthLog2-1:0]),
    .write_data_i(data_i),
    .read_address_i(read_q[DepthLog2-1:0]),
    .read_data_o(stored)
  );

  fifo #(.Width(Width), .DepthLog2(FrontLog2)) i_front (
    .clk_i,
    .rst_i,
    .valid_i(asked_q || straight),
    .ready_o(front_ready),
    .data_i(asked_q ? answer : data_i),
    .valid_o,
    .ready_i,
    .data_o,
    .level_o(front_level)
  );

  always_ff @(posedge clk_i) begin
    if (store) write_q <= write_q + (DepthLog2+1)'(1);
    if (ask) read_q <= read_q + (DepthLog2+1)'(1);
    stored_q <= store || (stored_q && !(ask && held_one));
    full_q <= (full_q && !ask) || (held_almost_all && store && !ask);
    asked_q <= ask || follow;
    follows_q <= follow;
    follower_q <= data_i;
    // Counting what was asked in the last two cycles, and nothing of what leaves.
    front_room_q <= front_level < (FrontLog2 + 2)'(2 ** FrontLog2 - 2);
    if (rst_i) begin
      write_q <= '0;
      read_q <= '0;
      stored_q <= 1'b0;
      full_q <= 1'b0;
      asked_q <= 1'b0;
      front_room_q <= 1'b0;
    end
  end

  assign level_o = {1'b0, held} + {{(DepthLog2 + 1){1'b0}}, asked_q} +
                   (DepthLog2 + 2)'(front_level);

endmodule
