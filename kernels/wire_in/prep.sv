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
  logic [5:0] low;
  logic [63:0] end0, end1, end2, end3, end4, end5;  // planes, a word each: simulation is quicker
  always_comb begin
    ends_here_o = '0;
    ends_next_o = '0;
    ends_full_o = '0;
    end0 = '0;
    end1 = '0;
    end2 = '0;
    end3 = '0;
    end4 = '0;
    end5 = '0;
    for (int p = 0; p < 63; p++) begin
      ends_here_o[p] = {data_i[8*p +: 8], data_i[8*(p+1) +: 8]} <= 16'(62 - p);
      ends_next_o[p] = {data_i[8*p +: 8], data_i[8*(p+1) +: 8]} <= 16'(126 - p);
      low = data_i[8*(p+1) +: 6] + 6'((p + 2) % 64);
      ends_full_o[p] = low == '0;
      end0[p] = low[0];
      end1[p] = low[1];
      end2[p] = low[2];
      end3[p] = low[3];
      end4[p] = low[4];
      end5[p] = low[5];
    end
  end
  assign end_o = {end5, end4, end3, end2, end1, end0};

  wire [15:0] before_length = {byte_before_i, data_i[7:0]};
  assign before_here_o = before_length <= 16'd63;
  assign before_next_o = before_length <= 16'd127;
  assign before_end_o = data_i[5:0] + 6'd1;
  assign before_full_o = before_end_o == '0;

endmodule
