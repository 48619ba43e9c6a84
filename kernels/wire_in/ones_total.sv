// A beat's three words added to the sum so far, and whether that comes to 0 in ones' complement.
//
// Combinational; the sum is two LUTs deep and stays in carry-save form, what it comes to takes two
// more. Two words that are not both 0 add up to 0 modulo 2**16 - 1 where they are each other's
// complement, or both all ones. The latter cannot be: three words of all ones would have to go into
// them, seven ones a column, and only five words come in. So no adder is needed.
module ones_total (
  input  logic [47:0] sums_i,
  input  logic [31:0] total_i,
  output logic [31:0] total_o,
  output logic        good_o
);

  // Kept as it is: what synthesis finds instead is deeper.
  (* keep = "true" *) logic [47:0] sums;
  ones_six i_six (.words_i({16'd0, total_i, sums_i}), .sums_o(sums));

  wire [15:0] a = sums[15:0];
  wire [15:0] b = sums[31:16];
  wire [15:0] c = sums[47:32];
  wire [15:0] sum = a ^ b ^ c;
  wire [15:0] majority = (a & b) | (c & (a | b));
  wire [15:0] carry = {majority[14:0], majority[15]};

  assign total_o = {carry, sum};
  assign good_o = &(sum ^ carry);

endmodule
