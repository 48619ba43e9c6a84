// What can be known of a beat before anybody knows where in it a message starts: the shape of the
// frame's headers, should it be a first beat, and for each byte position where the block ends whose
// length field starts there, should one start there.
//
// All of it is feed-forward, so that the splitter's loop is one look-up. Combinational, T1.
module prep (
  input  logic [511:0]  data_i,
  input  logic [7:0]    byte_before_i,  // the last byte of the beat before

  output logic [2:0]    tags_o,         // one-hot: 0, 1, 2 VLAN tags
  output logic [2:0]    ipv4_o,         // behind so many tags lies the type of IPv4
  output logic [2:0]    arp_o,          // … of ARP
  output logic [3:0]    shape_o,        // VLAN tags + IPv4 option words: 0 to 12

  output logic [63:0]   ends_here_o,    // the block at this byte ends in this beat
  output logic [63:0]   ends_next_o,    // … in the next
  output logic [63:0]   ends_full_o,    // … with the last byte of that beat
  output logic [383:0]  end_o,          // … at this byte of it, 0 if full: 6 planes of 64 bits
  output logic          before_here_o,  // the same for a length field that began a beat earlier
  output logic          before_next_o,
  output logic          before_full_o,
  output logic [5:0]    before_end_o
);

  function automatic logic is_tag(input logic [15:0] bytes);
    is_tag = bytes == 16'h0081 || bytes == 16'hA888;  // as they lie: low byte first
  endfunction

  // Headers.
  wire [15:0] type0 = data_i[8*12 +: 16];
  wire [15:0] type1 = data_i[8*16 +: 16];
  wire [15:0] type2 = data_i[8*20 +: 16];
  wire tag0 = is_tag(type0);
  wire tag1 = is_tag(type1);

  assign tags_o = {tag0 && tag1, tag0 && !tag1, !tag0};
  assign ipv4_o = {type2 == 16'h0008, type1 == 16'h0008, type0 == 16'h0008};
  assign arp_o = {type2 == 16'h0608, type1 == 16'h0608, type0 == 16'h0608};

  // Header words, less the five that every header has, and the tags.
  wire [3:0] shape0 = data_i[8*14 +: 4] - 4'd5;
  wire [3:0] shape1 = data_i[8*18 +: 4] - 4'd4;
  wire [3:0] shape2 = data_i[8*22 +: 4] - 4'd3;
  assign shape_o = tag0 ? tag1 ? shape2 : shape1 : shape0;

  // Blocks. A length of 62 - p at byte p ends with the beat. Byte 63 is for the next beat to say.
  //
  // All bytes at once, bit by bit: simulation takes a step for a word, whatever its width. So first
  // the planes, bit b of all bytes in a word: eight bytes are a square of bits, which is turned.
  logic [511:0] turned, planes;
  for (genvar w = 0; w < 8; w++) begin : g_turn
    wire [63:0] x = data_i[64*w +: 64];
    wire [63:0] y = (x & 64'hAA55AA55AA55AA55) | ((x & 64'h00AA00AA00AA00AA) << 7) |
                    ((x >> 7) & 64'h00AA00AA00AA00AA);
    wire [63:0] z = (y & 64'hCCCC3333CCCC3333) | ((y & 64'h0000CCCC0000CCCC) << 14) |
                    ((y >> 14) & 64'h0000CCCC0000CCCC);
    assign turned[64*w +: 64] = (z & 64'hF0F0F0F00F0F0F0F) | ((z & 64'h00000000F0F0F0F0) << 28) |
                                ((z >> 28) & 64'h00000000F0F0F0F0);
  end
  for (genvar b = 0; b < 8; b++) begin : g_plane
    assign planes[64*b +: 64] = {turned[8*b+448 +: 8], turned[8*b+384 +: 8], turned[8*b+320 +: 8],
                                 turned[8*b+256 +: 8], turned[8*b+192 +: 8], turned[8*b+128 +: 8],
                                 turned[8*b+64 +: 8], turned[8*b +: 8]};
  end

  // In planes as well: first + p or first - p at each byte p, 0 at byte 63.
  function automatic logic [511:0] rising(input integer first);
    integer p, b;
    rising = '0;
    for (p = 0; p < 63; p = p + 1)
      for (b = 0; b < 8; b = b + 1) rising[64*b+p] = ((first + p) >> b) % 2 == 1;
  endfunction
  function automatic logic [511:0] falling(input integer first);
    integer p, b;
    falling = '0;
    for (p = 0; p < 63; p = p + 1)
      for (b = 0; b < 8; b = b + 1) falling[64*b+p] = ((first - p) >> b) % 2 == 1;
  endfunction
  localparam logic [511:0] HERE = falling(62);
  localparam logic [511:0] NEXT = falling(126);
  localparam logic [511:0] BEHIND = rising(2);  // where a block without bytes ends
  localparam logic [63:0] ASKED = {1'b0, {63{1'b1}}};

  logic [63:0] high, low, here, next, carry, sum, rest;
  always_comb begin
    high = '0;
    here = '1;
    next = '1;
    for (int b = 0; b < 8; b++) begin
      high |= planes[64*b +: 64];
      // At most: smaller in this bit, or the same and at most in those below.
      low = planes[64*b +: 64] >> 1;
      here = (~low & (HERE[64*b +: 64] | here)) | (HERE[64*b +: 64] & here);
      next = (~low & (NEXT[64*b +: 64] | next)) | (NEXT[64*b +: 64] & next);
    end
    ends_here_o = here & ~high & ASKED;
    ends_next_o = next & ~high & ASKED;

    carry = '0;
    rest = '0;
    for (int b = 0; b < 6; b++) begin
      low = planes[64*b +: 64] >> 1;
      sum = (low ^ BEHIND[64*b +: 64] ^ carry) & ASKED;
      carry = (low & (BEHIND[64*b +: 64] | carry)) | (BEHIND[64*b +: 64] & carry);
      end_o[64*b +: 64] = sum;
      rest |= sum;
    end
    ends_full_o = ~rest & ASKED;
  end

  wire [15:0] before_length = {byte_before_i, data_i[7:0]};
  assign before_here_o = before_length <= 16'd63;
  assign before_next_o = before_length <= 16'd127;
  assign before_end_o = data_i[5:0] + 6'd1;
  assign before_full_o = before_end_o == '0;

endmodule
