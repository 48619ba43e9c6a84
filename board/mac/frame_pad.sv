// Fills frames up to 60 bytes, 64 with the FCS: Ethernet knows none shorter, and the MAC sends what
// it is given. An ARP reply has 42. What is filled in is zero. Takes no cycle.
module frame_pad (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         valid_i,
  output logic         ready_o,
  input  logic [511:0] data_i,
  input  logic [63:0]  keep_i,
  input  logic         last_i,

  output logic         valid_o,
  input  logic         ready_i,
  output logic [511:0] data_o,
  output logic [63:0]  keep_o,
  output logic         last_o
);

  localparam logic [63:0] SHORTEST = 64'h0FFF_FFFF_FFFF_FFFF;

  logic first_q = 1'b1;

  always_ff @(posedge clk_i) begin
    if (valid_i && ready_i) first_q <= last_i;
    if (rst_i) first_q <= 1'b1;
  end

  assign valid_o = valid_i;
  assign ready_o = ready_i;
  assign last_o = last_i;
  assign keep_o = keep_i | (first_q && last_i ? SHORTEST : '0);

  // Bytes that are not kept mean nothing on the stream; here some of them become part of a frame.
  always_comb begin
    for (int i = 0; i < 64; i++) data_o[8*i +: 8] = keep_i[i] ? data_i[8*i +: 8] : '0;
  end

endmodule
