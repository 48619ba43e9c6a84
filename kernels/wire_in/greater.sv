// a > b of up to 27 bits, three LUTs deep: (greater, equal) of three bits each, combined by threes.
//
// Combinational. A carry chain is shorter to write, and no faster behind other logic.
module greater #(
  parameter int Width = 27
) (
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  output logic             greater_o,
  output logic             equal_o
);

  wire [26:0] a = 27'(a_i);
  wire [26:0] b = 27'(b_i);
  logic [8:0] leaf_greater;
  logic [8:0] leaf_equal;
  logic [2:0] node_greater;
  logic [2:0] node_equal;

  for (genvar i = 0; i < 9; i++) begin : g_leaf
    assign leaf_greater[i] = a[3*i +: 3] > b[3*i +: 3];
    assign leaf_equal[i] = a[3*i +: 3] == b[3*i +: 3];
  end
  for (genvar i = 0; i < 3; i++) begin : g_node
    assign node_greater[i] = leaf_greater[3*i+2] || (leaf_equal[3*i+2] &&
                             (leaf_greater[3*i+1] || (leaf_equal[3*i+1] && leaf_greater[3*i])));
    assign node_equal[i] = &leaf_equal[3*i +: 3];
  end

  assign greater_o = node_greater[2] || (node_equal[2] &&
                     (node_greater[1] || (node_equal[1] && node_greater[0])));
  assign equal_o = &node_equal;

endmodule
