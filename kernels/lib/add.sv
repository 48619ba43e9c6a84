// a + b + carry of up to 78 bits, five LUTs deep and less: (generates, passes) of three bits each,
// then by threes of all that is below, and at last each group's sum with a carry or without.
//
// Combinational. A carry chain is shorter to write, and no faster behind other logic.
module add #(
  parameter int Width = 64
) (
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  input  logic             carry_i,
  output logic [Width-1:0] sum_o,
  output logic             carry_o
);

  // Whole words, of which the upper bit of each group of three counts: simulation takes a step for
  // a word, whatever its width.
  localparam logic [77:0] ALL_FIRST = {26{3'b001}};
  localparam logic [Width-1:0] FIRST = Width'(ALL_FIRST);
  localparam logic [Width-1:0] SECOND = FIRST << 1;
  localparam logic [Width-1:0] THIRD = FIRST << 2;

  wire [Width-1:0] generates = a_i & b_i;
  wire [Width-1:0] passes = a_i ^ b_i;

  wire [Width-1:0] passes_3 = passes & (passes << 1) & (passes << 2) & THIRD;
  wire [Width-1:0] generates_3 = THIRD & (generates |
      (passes & ((generates << 1) | ((passes << 1) & (generates << 2)))) |
      (passes_3 & (Width'(carry_i) << 2)));
  wire [Width-1:0] passes_9 = passes_3 & (passes_3 << 3) & (passes_3 << 6);
  wire [Width-1:0] generates_9 = generates_3 |
      (passes_3 & ((generates_3 << 3) | ((passes_3 << 3) & (generates_3 << 6))));
  wire [Width-1:0] passes_27 = passes_9 & (passes_9 << 9) & (passes_9 << 18);
  wire [Width-1:0] generates_27 = generates_9 |
      (passes_9 & ((generates_9 << 9) | ((passes_9 << 9) & (generates_9 << 18))));
  wire [Width-1:0] generates_78 = generates_27 |
      (passes_27 & ((generates_27 << 27) | ((passes_27 << 27) & (generates_27 << 54))));

  // Into each bit.
  wire [Width-1:0] carries_1 = (generates_78 << 1) | Width'(carry_i);
  wire [Width-1:0] carries_2 = ((generates | (passes & carries_1)) << 1) & SECOND;
  wire [Width-1:0] carries_3 = ((generates | (passes & carries_2)) << 1) & THIRD;
  wire [Width-1:0] carries = carries_1 | carries_2 | carries_3;

  assign sum_o = passes ^ carries;
  assign carry_o = generates[Width-1] | (passes[Width-1] & carries[Width-1]);

endmodule
