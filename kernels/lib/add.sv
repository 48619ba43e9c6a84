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

  localparam int Groups = (Width + 2) / 3;
  localparam int Bits = 3 * Groups;

  // What is above the width lets a carry pass.
  localparam logic [Bits-1:0] BEYOND = {Bits{1'b1}} << Width;
  logic [Bits-1:0] a, b, sum;
  assign a = BEYOND | Bits'(a_i);
  assign b = Bits'(b_i);

  // Index 0 is the carry that comes in.
  logic [Groups:0] generates, passes;
  wire [Groups:0] generates_3 = generates |
      (passes & ((generates << 1) | ((passes << 1) & (generates << 2))));
  wire [Groups:0] passes_3 = passes & (passes << 1) & (passes << 2);
  wire [Groups:0] generates_9 = generates_3 |
      (passes_3 & ((generates_3 << 3) | ((passes_3 << 3) & (generates_3 << 6))));
  wire [Groups:0] passes_9 = passes_3 & (passes_3 << 3) & (passes_3 << 6);
  wire [Groups:0] carries = generates_9 |
      (passes_9 & ((generates_9 << 9) | ((passes_9 << 9) & (generates_9 << 18))));

  assign generates[0] = carry_i;
  assign passes[0] = 1'b0;
  for (genvar i = 0; i < Groups; i++) begin : g_group
    wire [3:0] without = {1'b0, a[3*i +: 3]} + {1'b0, b[3*i +: 3]};
    wire [2:0] with_carry = without[2:0] + 3'd1;
    assign generates[i+1] = without[3];
    assign passes[i+1] = without[2:0] == 3'd7;
    assign sum[3*i +: 3] = carries[i] ? with_carry : without[2:0];
  end

  assign sum_o = sum[Width-1:0];
  assign carry_o = carries[Groups];

endmodule
