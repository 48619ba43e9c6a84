// Whose datagram is it? Sixteen feed filters and order entry, each an address and a port.
//
// Address and port are compared where they come by; a match needs both. Combinational.
module filter (
  input  logic [31:0]  address_i,
  input  logic [15:0]  port_i,

  input  logic [15:0]  filter_valid_i,
  input  logic [511:0] filter_address_i,
  input  logic [255:0] filter_port_i,
  input  logic         order_valid_i,
  input  logic [31:0]  order_address_i,
  input  logic [15:0]  order_port_i,

  output logic [16:0]  address_match_o,  // 16: order entry
  output logic [16:0]  port_match_o
);

  always_comb begin
    for (int i = 0; i < 16; i++) begin
      address_match_o[i] = filter_valid_i[i] && address_i == filter_address_i[32*i +: 32];
      port_match_o[i] = port_i == filter_port_i[16*i +: 16];
    end
    address_match_o[16] = order_valid_i && address_i == order_address_i;
    port_match_o[16] = port_i == order_port_i;
  end

endmodule
