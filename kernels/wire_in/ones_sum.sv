// The ones' complement sum of the enabled bytes of a beat and of two words more, as three words.
//
// Combinational, four LUTs deep: three bits and their enables fit one LUT, so masking costs nothing
// besides the first compression, 32 words to 22; then 24 to 12, 6 and 3.
module ones_sum (
  input  logic [511:0] data_i,
  input  logic [63:0]  enable_i,  // by byte
  input  logic [31:0]  extra_i,
  output logic [47:0]  sums_o
);

  // The layers are kept as they are: what synthesis finds instead is deeper.
  logic [511:0] masked;
  (* keep = "true" *) logic [383:0] first;
  (* keep = "true" *) logic [191:0] second;
  (* keep = "true" *) logic [95:0] third;

  for (genvar w = 0; w < 16; w++) begin : g_mask
    assign masked[32*w +: 32] = data_i[32*w +: 32] &
                                {{8{enable_i[4*w+3]}}, {8{enable_i[4*w+2]}},
                                 {8{enable_i[4*w+1]}}, {8{enable_i[4*w]}}};
  end

  for (genvar g = 0; g < 10; g++) begin : g_three
    wire [15:0] a = masked[48*g +: 16];
    wire [15:0] b = masked[48*g + 16 +: 16];
    wire [15:0] c = masked[48*g + 32 +: 16];
    wire [15:0] carry = (a & b) | (c & (a | b));
    assign first[32*g +: 32] = {carry[14:0], carry[15], a ^ b ^ c};
  end
  assign first[383:320] = {extra_i, masked[511:480]};

  for (genvar g = 0; g < 4; g++) begin : g_second
    ones_six i_six (.words_i(first[96*g +: 96]), .sums_o(second[48*g +: 48]));
  end
  for (genvar g = 0; g < 2; g++) begin : g_third
    ones_six i_six (.words_i(second[96*g +: 96]), .sums_o(third[48*g +: 48]));
  end
  ones_six i_last (.words_i(third), .sums_o);

endmodule
