// Which instruments are wanted: a bit for each of the 65,536 stock locates.
//
// Asked in T3, the RAM answers in the next cycle with the 32 bits around. The host writes 32 at
// once.
module locate_table (
  input  logic        clk_i,

  input  logic        write_i,
  input  logic [10:0] write_word_i,
  input  logic [31:0] write_data_i,

  input  logic [15:0] locate_next_i,
  output logic        wanted_o
);

  logic [31:0] word;
  logic [4:0] bit_q;

  ram #(.Width(32), .DepthLog2(11)) i_bits (
    .clk_i,
    .write_i, .write_address_i(write_word_i), .write_data_i,
    .read_address_i(locate_next_i[15:5]), .read_data_o(word)
  );

  always_ff @(posedge clk_i) bit_q <= locate_next_i[4:0];
  assign wanted_o = word[bit_q];

endmodule
