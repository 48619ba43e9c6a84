// In place of the distributed RAM: only the bits that the seal here ever sets, or the model would
// have 2000 more registers that stay zero.
module lutram #(
  parameter int Width = 8,
  parameter int DepthLog2 = 5
) (
  input  logic                 clk_i,
  input  logic                 write_i,
  input  logic [DepthLog2-1:0] write_address_i,
  input  logic [Width-1:0]     write_data_i,
  input  logic [DepthLog2-1:0] read_address_i,
  output logic [Width-1:0]     read_data_o
);

  localparam int Kept = Width < 8 ? Width : 8;
  logic [Kept-1:0] memory_q [2 ** DepthLog2];

  always_ff @(posedge clk_i) begin
    if (write_i) memory_q[write_address_i] <= write_data_i[Kept-1:0];
  end
  assign read_data_o = Width'(memory_q[read_address_i]);

endmodule
