// Seals a slot: the phase bit of its lap and the CRC-32C of its place and content.
//
// The CRC runs over the 64-bit sequence, bytes 0 to 59 with the phase taken as 0, and the epoch;
// see wirebook/crc32c.hpp. It is linear: each bit of it is the parity of some of the 576 bits that
// go in, so all of it is one layer of exclusive-or trees. Combinational.
module seal (
  input  logic [479:0] slot_i,        // bytes 0 to 59; byte 58 (flags) is 0
  input  logic [63:0]  sequence_i,
  input  logic [31:0]  epoch_i,
  input  logic [4:0]   slots_log2_i,

  output logic [511:0] sealed_o
);

  localparam int BITS = 576;

  // Which input bits go into bit `b` of the CRC: the last one goes in as the polynomial itself
  // (Castagnoli, reflected), and each one before it is shifted once more.
  function automatic logic [575:0] row(input logic [4:0] b);
    logic [31:0] crc;
    integer i;
    crc = 32'h82F63B78;
    for (i = 575; i >= 0; i = i - 1) begin
      row[i] = crc[b];
      crc = {1'b0, crc[31:1]} ^ (crc[0] ? 32'h82F63B78 : 32'd0);
    end
  endfunction

  // What the initial state of all ones comes to after so many bits.
  function automatic logic [31:0] start(input integer bits);
    integer i;
    start = 32'hFFFFFFFF;
    for (i = 0; i < bits; i = i + 1)
      start = {1'b0, start[31:1]} ^ (start[0] ? 32'h82F63B78 : 32'd0);
  endfunction

  localparam logic [31:0] START = start(BITS);

  wire [BITS-1:0] message = {epoch_i, slot_i, sequence_i};
  logic [31:0] crc;

  for (genvar b = 0; b < 32; b++) begin : g_bit
    localparam logic [BITS-1:0] ROW = row(5'(b));
    // In words of 64 bits: simulation takes a step for each, but one for every 32 of what is wider.
    assign crc[b] = ^((message[63:0] & ROW[63:0]) ^ (message[127:64] & ROW[127:64]) ^
                      (message[191:128] & ROW[191:128]) ^ (message[255:192] & ROW[255:192]) ^
                      (message[319:256] & ROW[319:256]) ^ (message[383:320] & ROW[383:320]) ^
                      (message[447:384] & ROW[447:384]) ^ (message[511:448] & ROW[511:448]) ^
                      (message[575:512] & ROW[575:512])) ^ START[b];
  end

  // 1 on the first lap around a ring that starts at 0, so that zeroed memory is not taken for new.
  always_comb begin
    sealed_o = {~crc, slot_i};
    sealed_o[8*slot_pkg::TAIL_FLAGS] = !sequence_i[{1'b0, slots_log2_i}];
  end

endmodule
