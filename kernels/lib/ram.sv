// Block RAM: one port writes, one reads with the data in a register, a cycle later.
//
// A read in the cycle in which the same word is written gives the old content.
module ram #(
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

  logic [Width-1:0] memory_q [2 ** DepthLog2];

  // As the FPGA comes up.
  initial begin
    for (int i = 0; i < 2 ** DepthLog2; i++) memory_q[i] = '0;
  end

  always_ff @(posedge clk_i) begin
    if (write_i) memory_q[write_address_i] <= write_data_i;
    read_data_o <= memory_q[read_address_i];
  end

endmodule
