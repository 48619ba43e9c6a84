// What the first beat of a frame says of its headers: tags, header lengths, the checks on them.
//
// Combinational, for one register stage. Every field is read at its place under no, one and two
// tags, and the tags choose among the results; the header's length joins as late as it can. The
// headers up to the 20 bytes that any IPv4 packet has always fit the first beat.
//
// A frame too short for a field fails a check before those that read it, so bytes behind the
// frame's end may be anything.
module frame_shape (
  input  logic [511:0] data_i,
  input  logic         whole_i,         // the frame ends in this beat
  input  logic [5:0]   last_index_i,

  output logic [2:0]   tags_o,          // one-hot: none, one, two
  output logic [3:0]   ip_words_o,      // IHL
  output logic [16:0]  ip_parts_o,      // which 32-bit words from byte 14 on are the IPv4 header
  output logic [12:0]  shift_o,         // one-hot: UDP starts at byte 34 + 4 * shift
  output logic [4:0]   shift_plus_8_o,
  output logic [15:0]  ip_length_o,
  output logic [15:0]  udp_length_o,    // for a shift of at most 6; else it is in the next beat

  // The checks in their order.
  output logic         truncated_o,
  output logic         too_deep_o,
  output logic         not_ipv4_o,
  output logic         ip_truncated_o,
  output logic         ip_version_o,
  output logic         ip_header_length_o,
  output logic         ip_fragment_o,
  output logic         ip_not_udp_o
);

  localparam logic [15:0] TYPE_IPV4 = 16'h0800;
  localparam logic [15:0] TYPE_VLAN = 16'h8100;
  localparam logic [15:0] TYPE_VLAN_SERVICE = 16'h88A8;
  localparam logic [15:0] VLAN_SAME = ~(TYPE_VLAN ^ TYPE_VLAN_SERVICE);
  localparam logic [7:0] PROTOCOL_UDP = 8'd17;

  logic [47:0] types;
  (* keep = "true" *) logic [8:0] vlan_parts;
  (* keep = "true" *) logic [2:0] is_vlan;  // the types at bytes 12, 16, 20
  logic [2:0] is_ipv4;
  logic [2:0] version_bad;
  logic [2:0] fragment;
  logic [2:0] not_udp;

  always_comb
    for (int t = 0; t < 3; t++) begin
      types[16*t +: 16] = {data_i[8*(12+4*t) +: 8], data_i[8*(13+4*t) +: 8]};
      // Three LUTs: the bits that the two types share, in two parts, and those that differ.
      vlan_parts[3*t] = (types[16*t +: 16] & VLAN_SAME & 16'hFF00) == (TYPE_VLAN & VLAN_SAME);
      vlan_parts[3*t+1] = (types[16*t +: 16] & VLAN_SAME & 16'h00FF) == 16'd0;
      vlan_parts[3*t+2] = (types[16*t +: 16] & ~VLAN_SAME) == (TYPE_VLAN & ~VLAN_SAME) ||
                          (types[16*t +: 16] & ~VLAN_SAME) == (TYPE_VLAN_SERVICE & ~VLAN_SAME);
      is_vlan[t] = &vlan_parts[3*t +: 3];
      is_ipv4[t] = types[16*t +: 16] == TYPE_IPV4;
      version_bad[t] = data_i[8*(14+4*t) + 4 +: 4] != 4'd4;
      // All but the reserved bit and "don't fragment".
      fragment[t] = {data_i[8*(20+4*t) +: 6], data_i[8*(21+4*t) +: 8]} != 14'd0;
      not_udp[t] = data_i[8*(23+4*t) +: 8] != PROTOCOL_UDP;
    end

  assign tags_o = {is_vlan[1] && is_vlan[0], !is_vlan[1] && is_vlan[0], !is_vlan[0]};

  always_comb begin
    ip_words_o = '0;
    ip_length_o = '0;
    for (int t = 0; t < 3; t++) begin
      ip_words_o |= data_i[8*(14+4*t) +: 4] & {4{tags_o[t]}};
      ip_length_o |= {data_i[8*(16+4*t) +: 8], data_i[8*(17+4*t) +: 8]} & {16{tags_o[t]}};
    end
  end

  assign truncated_o = whole_i && (last_index_i < 6'd13 ||
                                   (is_vlan[0] && last_index_i < 6'd17) ||
                                   (is_vlan[0] && is_vlan[1] && last_index_i < 6'd21));
  assign too_deep_o = &is_vlan;
  assign not_ipv4_o = (is_ipv4 & tags_o) == 3'd0;
  assign ip_truncated_o = whole_i && (last_index_i < 6'd33 ||
                                      (is_vlan[0] && last_index_i < 6'd37) ||
                                      (is_vlan[0] && is_vlan[1] && last_index_i < 6'd41));
  assign ip_version_o = (version_bad & tags_o) != 3'd0;
  assign ip_header_length_o = ip_words_o < 4'd5;
  assign ip_fragment_o = (fragment & tags_o) != 3'd0;
  assign ip_not_udp_o = (not_udp & tags_o) != 3'd0;

  // One-hot tags have the bits of a count.
  wire [4:0] words_and_tags = {1'b0, ip_words_o} + {3'd0, tags_o[2:1]};
  assign shift_plus_8_o = words_and_tags + 5'd3;

  always_comb begin
    for (int s = 0; s < 13; s++)
      shift_o[s] = words_and_tags == 5'(s + 5) && !ip_header_length_o;
    for (int w = 0; w < 17; w++)
      ip_parts_o[w] = 5'(w) >= {3'd0, tags_o[2:1]} && 5'(w) < words_and_tags;
  end

  // From each place that tags and IHL can name, without waiting for the shift.
  (* keep = "true" *) logic [20:0] place;
  always_comb begin
    udp_length_o = '0;
    for (int t = 0; t < 3; t++)
      for (int words = 5; words < 12; words++) begin
        place[7*t+words-5] = tags_o[t] && data_i[8*(14+4*t) +: 4] == 4'(words);
        if (t + words < 12)
          udp_length_o |= {data_i[8*(18+4*(t+words)) +: 8], data_i[8*(19+4*(t+words)) +: 8]} &
                          {16{place[7*t+words-5]}};
      end
  end

endmodule
