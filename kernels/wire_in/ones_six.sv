// Carry-save addition in ones' complement: six 16-bit words to three of equal sum.
//
// Combinational, one LUT deep: the three bits of how many ones a column has. Carries wrap around,
// as 2**16 is 1 modulo 2**16 - 1, so words stay 16 bits wide and nothing propagates until the very
// end. Words that are not all 0 never become all 0.
module ones_six (
  input  logic [95:0] words_i,
  output logic [47:0] sums_o
);

  wire [15:0] a = words_i[15:0];
  wire [15:0] b = words_i[31:16];
  wire [15:0] c = words_i[47:32];
  wire [15:0] d = words_i[63:48];
  wire [15:0] e = words_i[79:64];
  wire [15:0] f = words_i[95:80];

  wire [15:0] low_abc = a ^ b ^ c;
  wire [15:0] low_def = d ^ e ^ f;
  wire [15:0] high_abc = (a & b) | (c & (a | b));
  wire [15:0] high_def = (d & e) | (f & (d | e));
  wire [15:0] both = low_abc & low_def;

  wire [15:0] ones = low_abc ^ low_def;
  wire [15:0] twos = high_abc ^ high_def ^ both;
  wire [15:0] fours = (high_abc & high_def) | (both & (high_abc | high_def));

  assign sums_o = {fours[13:0], fours[15:14], twos[14:0], twos[15], ones};

endmodule
