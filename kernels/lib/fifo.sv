// An elastic register: a queue that, while it is empty, is one register and no more.
//
// Latency 1 cycle through an empty queue; one transfer a cycle. Holds 2**DepthLog2 entries in
// distributed RAM and one in the output register, which is all that the reader sees.
module fifo #(
  parameter int Width = 8,
  parameter int DepthLog2 = 4
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
  logic stored_q;  // the RAM holds something
  logic full_q;
  logic [Width-1:0] stored;

  assign ready_o = !full_q && !rst_i;

  wire push = valid_i && ready_o;
  wire advance = ready_i || !valid_o;
  wire pop = advance && stored_q;
  wire store = push && (stored_q || !advance);

  // valid_i and ready_i may come late in the cycle: each next state is one gate behind them.
  wire [DepthLog2:0] held = write_q - read_q;
  wire held_one = held == (DepthLog2+1)'(1);
  wire held_almost_all = held == (DepthLog2+1)'(2 ** DepthLog2 - 1);

  lutram #(.Width(Width), .DepthLog2(DepthLog2)) i_memory (
    .clk_i,
    .write_i(store),
    .write_address_i(write_q[DepthLog2-1:0]),
    .write_data_i(data_i),
    .read_address_i(read_q[DepthLog2-1:0]),
    .read_data_o(stored)
  );

  always_ff @(posedge clk_i) begin
    if (store) write_q <= write_q + (DepthLog2+1)'(1);
    if (pop) read_q <= read_q + (DepthLog2+1)'(1);
    stored_q <= store || (stored_q && !(pop && held_one));
    full_q <= (full_q && !pop) || (held_almost_all && store && !pop);
    if (advance) begin
      valid_o <= stored_q || push;
      data_o <= stored_q ? stored : data_i;
    end
    if (rst_i) begin
      write_q <= '0;
      read_q <= '0;
      stored_q <= 1'b0;
      full_q <= 1'b0;
      valid_o <= 1'b0;
    end
  end

  assign level_o = {1'b0, held} + {{(DepthLog2 + 1){1'b0}}, valid_o};

endmodule
