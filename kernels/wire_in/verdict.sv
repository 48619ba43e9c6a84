// A frame's verdict: `ok`, or the first check of Ethernet, IPv4 and UDP that it fails.
//
// It watches the frames that the entrance admits and never stalls, whatever waits elsewhere: slots
// are made while their frame is still arriving, and what holds them back is this. Latency 4 cycles:
// a last beat in cycle 1 has its verdict at the output of the empty queue in cycle 5. A beat a
// cycle, frames of one beat back to back included.
//
//   cycle 1     fields by tags, shift by IHL               (frame_shape)
//   cycle 2     ends of packet and datagram; sum of the IPv4 header, first part
//   cycle 3     lengths compared; IPv4 checksum; the beat's sum behind the mask of its last byte
//   cycle 4     UDP checksum, the first check that fails
//
// The UDP sum runs from the IPv4 header on: a header whose checksum is right adds nothing, and a
// wrong one is told first. So the sum's start does not depend on the IPv4 header's length.
module verdict #(
  parameter int FramesLog2 = 12  // verdicts that can wait
) (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         arrival_valid_i,
  input  logic [511:0] arrival_data_i,
  input  logic         arrival_first_i,
  input  logic         arrival_last_i,
  input  logic [5:0]   arrival_last_index_i,
  input  logic         arrival_bad_i,
  input  logic         arrival_too_long_i,

  output logic         verdict_valid_o,
  input  logic         verdict_ready_i,
  output logic [5:0]   verdict_outcome_o
);

  localparam logic [15:0] PROTOCOL_UDP_WORD = 16'h1100;  // words are little-endian here

  // ── Cycle 1: fields ────────────────────────────────────────────────────────────────────────────

  logic [2:0] tags;
  logic [3:0] ip_words;
  logic [16:0] ip_parts;
  logic [12:0] shift;
  logic [4:0] shift_plus_8;
  logic [15:0] ip_length, udp_length_early;
  logic truncated, too_deep, not_ipv4, ip_truncated, ip_version, ip_header_length;
  logic ip_fragment, ip_not_udp;

  frame_shape i_shape (
    .data_i(arrival_data_i),
    .whole_i(arrival_last_i),
    .last_index_i(arrival_last_index_i),
    .tags_o(tags),
    .ip_words_o(ip_words),
    .ip_parts_o(ip_parts),
    .shift_o(shift),
    .shift_plus_8_o(shift_plus_8),
    .ip_length_o(ip_length),
    .udp_length_o(udp_length_early),
    .truncated_o(truncated),
    .too_deep_o(too_deep),
    .not_ipv4_o(not_ipv4),
    .ip_truncated_o(ip_truncated),
    .ip_version_o(ip_version),
    .ip_header_length_o(ip_header_length),
    .ip_fragment_o(ip_fragment),
    .ip_not_udp_o(ip_not_udp)
  );

  wire start = arrival_valid_i && arrival_first_i;

  // Of the beat.
  logic valid2_q, first2_q, second2_q, last2_q, bad2_q, too_long2_q;
  logic [5:0] last_index2_q;
  logic [511:0] data2_q;
  logic [31:0] ip_lanes2_q;   // which of its words are of the IPv4 header
  logic [12:0] not_zero2_q;   // the word where the checksum is under each shift
  // Of the frame, from its first beat on.
  logic [2:0] tags2_q;
  logic [3:0] ip_words2_q;
  logic [4:0] ip_tail2_q;     // ip_parts_o 12 to 16, which reach into the second beat
  logic [12:0] shift2_q;
  logic [4:0] shift_plus_8_2_q;
  logic late2_q;              // the UDP length is in the second beat
  logic [15:0] ip_length2_q;
  logic [15:0] udp_length_early2_q;
  logic [15:0] udp_length_late2_q;
  logic truncated2_q, too_deep2_q, not_ipv4_2_q, ip_truncated2_q, ip_version2_q;
  logic ip_header_length2_q, ip_fragment2_q, ip_not_udp2_q;

  logic second;  // the next beat is its frame's second

  logic [15:0] udp_length_late;
  logic [12:0] not_zero;
  logic [31:0] ip_lanes;

  always_comb begin
    udp_length_late = '0;
    for (int s = 7; s < 13; s++)
      udp_length_late |= {arrival_data_i[8*(4*s-26) +: 8], arrival_data_i[8*(4*s-25) +: 8]} &
                         {16{shift2_q[s]}};
    for (int s = 0; s < 13; s++)
      not_zero[s] = arrival_data_i[8*((40+4*s) % 64) +: 16] != 16'd0;
    ip_lanes = '0;
    for (int w = 7; w < 32; w++)
      ip_lanes[w] = arrival_first_i && ip_parts[(w-7)/2];
    for (int w = 0; w < 9; w++)
      ip_lanes[w] = arrival_first_i ? ip_lanes[w] : second && ip_tail2_q[(w+1)/2];
  end

  always_ff @(posedge clk_i) begin
    valid2_q <= arrival_valid_i;
    first2_q <= arrival_first_i;
    second2_q <= second && !arrival_first_i;
    last2_q <= arrival_last_i;
    bad2_q <= arrival_bad_i;
    too_long2_q <= arrival_too_long_i;
    last_index2_q <= arrival_last_index_i;
    data2_q <= arrival_data_i;
    ip_lanes2_q <= ip_lanes;
    not_zero2_q <= not_zero;
    if (arrival_valid_i)
      second <= arrival_first_i && !arrival_last_i;
    if (start) begin
      tags2_q <= tags;
      ip_words2_q <= ip_words;
      ip_tail2_q <= ip_parts[16:12];
      shift2_q <= shift;
      shift_plus_8_2_q <= shift_plus_8;
      late2_q <= shift_plus_8 > 5'd14;
      ip_length2_q <= ip_length;
      udp_length_early2_q <= udp_length_early;
      truncated2_q <= truncated;
      too_deep2_q <= too_deep;
      not_ipv4_2_q <= not_ipv4;
      ip_truncated2_q <= ip_truncated;
      ip_version2_q <= ip_version;
      ip_header_length2_q <= ip_header_length;
      ip_fragment2_q <= ip_fragment;
      ip_not_udp2_q <= ip_not_udp;
    end
    if (arrival_valid_i && second)
      udp_length_late2_q <= udp_length_late;
    if (rst_i) begin
      valid2_q <= 1'b0;
      second <= 1'b0;
    end
  end

  // ── Cycle 2: where packet and datagram end ─────────────────────────────────────────────────────

  logic valid3_q, first3_q, last3_q;
  logic [5:0] last_index3_q;
  logic [7:0] beat3_q;         // its number in the frame
  logic [511:0] data3_q;
  logic [31:0] pseudo3_q;
  logic [47:0] ip_sums3_q;
  logic known3_q;              // udp_last3_q is
  logic [16:0] ip_last3_q;     // the packet's last byte, counted from the frame's first
  logic [16:0] udp_last3_q;    // the datagram's last byte
  logic checked3_q;            // the UDP checksum is not 0
  logic [5:0] early3_q;        // the first check that fails, of those before the IPv4 checksum
  logic [5:0] late3_q;         // …  of those behind it

  wire [15:0] udp_length2 = late2_q ? udp_length_late2_q : udp_length_early2_q;

  // From IPv4 on: what is before it is not summed.
  logic [511:0] ip_data2;
  always_comb begin
    ip_data2 = data2_q;
    if (first2_q)
      ip_data2[111:0] = '0;
    if (first2_q && !tags2_q[0])
      ip_data2[143:112] = '0;
    if (first2_q && tags2_q[2])
      ip_data2[175:144] = '0;
  end

  // The pseudo header: addresses and protocol with the first beat, the length when it is known.
  logic [63:0] addresses2;
  always_comb begin
    addresses2 = '0;
    for (int t = 0; t < 3; t++)
      addresses2 |= data2_q[8*(26+4*t) +: 64] & {64{first2_q && tags2_q[t]}};
  end
  wire [15:0] length_word2 = {udp_length2[7:0], udp_length2[15:8]} &
                             {16{late2_q ? second2_q : first2_q}};
  logic [47:0] pseudo2;
  ones_six i_pseudo (
    .words_i({PROTOCOL_UDP_WORD & {16{first2_q}}, length_word2, addresses2}), .sums_o(pseudo2)
  );
  wire [15:0] pseudo_carry2 = (pseudo2[15:0] & pseudo2[31:16]) |
                              (pseudo2[47:32] & (pseudo2[15:0] | pseudo2[31:16]));

  logic [63:0] ip_enable2;
  always_comb
    for (int w = 0; w < 32; w++)
      ip_enable2[2*w +: 2] = {2{ip_lanes2_q[w]}};

  logic [47:0] ip_sums2;
  ones_sum i_ip_sum (
    .data_i(data2_q), .enable_i(ip_enable2), .extra_i(32'd0), .sums_o(ip_sums2)
  );

  // 13 + 4 * tags and 33 + 4 * shift bytes are before the last of each length.
  wire [16:0] ip_last2 = {1'b0, ip_length2_q} +
                         {12'd0, !tags2_q[0], tags2_q[0], !tags2_q[1], 2'b01};
  wire [16:0] udp_last2 = {1'b0, udp_length2} + {10'd0, shift_plus_8_2_q, 2'b01};

  wire ip_short2 = ip_length2_q[15:6] == 10'd0 && ip_length2_q[5:2] < ip_words2_q;
  wire udp_room2 = ip_length2_q[15:7] != 9'd0 ||
                   ip_length2_q[6:2] >= {1'b0, ip_words2_q} + 5'd2;

  logic [5:0] early2, late2_outcome;
  always_comb begin
    early2 = outcome_pkg::OK;
    if (ip_short2) early2 = outcome_pkg::IPV4_TOTAL_LENGTH;
    if (ip_header_length2_q) early2 = outcome_pkg::IPV4_HEADER_LENGTH;
    if (ip_version2_q) early2 = outcome_pkg::IPV4_VERSION;
    if (ip_truncated2_q) early2 = outcome_pkg::IPV4_TRUNCATED;
    if (not_ipv4_2_q) early2 = outcome_pkg::FRAME_NOT_IPV4;
    if (too_deep2_q) early2 = outcome_pkg::VLAN_TOO_DEEP;
    if (truncated2_q) early2 = outcome_pkg::FRAME_TRUNCATED;
    if (bad2_q) early2 = outcome_pkg::FRAME_FCS;
    if (too_long2_q) early2 = outcome_pkg::FRAME_TOO_LONG;

    late2_outcome = outcome_pkg::OK;
    if (udp_length2 < 16'd8) late2_outcome = outcome_pkg::UDP_LENGTH;
    if (!udp_room2) late2_outcome = outcome_pkg::UDP_TRUNCATED;
    if (ip_not_udp2_q) late2_outcome = outcome_pkg::IPV4_PROTOCOL;
    if (ip_fragment2_q) late2_outcome = outcome_pkg::IPV4_FRAGMENT;
  end

  always_ff @(posedge clk_i) begin
    valid3_q <= valid2_q;
    first3_q <= first2_q;
    last3_q <= last2_q;
    last_index3_q <= last_index2_q;
    data3_q <= ip_data2;
    pseudo3_q <= {pseudo_carry2[14:0], pseudo_carry2[15],
                  pseudo2[15:0] ^ pseudo2[31:16] ^ pseudo2[47:32]};
    ip_sums3_q <= ip_sums2;
    known3_q <= !(first2_q && late2_q);
    ip_last3_q <= ip_last2;
    udp_last3_q <= udp_last2;
    early3_q <= early2;
    late3_q <= late2_outcome;
    if (valid2_q)
      beat3_q <= first2_q ? 8'd0 : beat3_q + 8'd1;
    if (valid2_q && first2_q)
      checked3_q <= (not_zero2_q[5:0] & shift2_q[5:0]) != 6'd0;
    else if (valid2_q && second2_q && shift2_q[5:0] == 6'd0)
      checked3_q <= (not_zero2_q[12:6] & shift2_q[12:6]) != 7'd0;
    if (rst_i)
      valid3_q <= 1'b0;
  end

  // ── Cycle 3: lengths against each other, checksums ─────────────────────────────────────────────

  logic valid4_q, first4_q, push4_q;
  logic [31:0] ip_total4_q;
  logic [47:0] sums4_q;
  logic ip_bad4_q;
  logic early_bad4_q, late_bad4_q;
  logic [3:0] early4_q, late4_q;
  logic checked4_q;
  logic ended3_q;  // the datagram ended in an earlier beat

  logic ip_too_long3, unused_ip_equal, udp_too_long3, unused_udp_equal;
  greater #(.Width(17)) i_ip_too_long (
    .a_i(ip_last3_q), .b_i({3'd0, beat3_q, last_index3_q}),
    .greater_o(ip_too_long3), .equal_o(unused_ip_equal)
  );
  greater #(.Width(17)) i_udp_too_long (
    .a_i(udp_last3_q), .b_i(ip_last3_q), .greater_o(udp_too_long3), .equal_o(unused_udp_equal)
  );

  // The datagram's bytes in this beat: all, those up to its last, or none. Higher bits than the
  // beat's number has mean a datagram longer than its frame, which is told before its checksum is.
  (* keep = "true" *) logic [2:0] same3;
  (* keep = "true" *) logic [63:0] behind3;
  (* keep = "true" *) logic [63:0] enable3;
  always_comb begin
    same3 = {udp_last3_q[13:12] == beat3_q[7:6] && known3_q, udp_last3_q[11:9] == beat3_q[5:3],
             udp_last3_q[8:6] == beat3_q[2:0]};
    behind3 = 64'hFFFF_FFFF_FFFF_FFFE << udp_last3_q[5:0];
    enable3 = ~({64{ended3_q}} | ({64{&same3}} & behind3));
  end

  logic [47:0] sums3;
  ones_sum i_sum (
    .data_i(data3_q), .enable_i(enable3), .extra_i(pseudo3_q), .sums_o(sums3)
  );

  logic [31:0] ip_total3;
  logic ip_good3;
  ones_total i_ip_total (
    .sums_i(ip_sums3_q), .total_i(ip_total4_q & {32{!first3_q}}),
    .total_o(ip_total3), .good_o(ip_good3)
  );

  wire early_bad3 = early3_q != outcome_pkg::OK;
  wire late_bad3 = late3_q != outcome_pkg::OK;

  always_ff @(posedge clk_i) begin
    valid4_q <= valid3_q;
    first4_q <= first3_q;
    push4_q <= valid3_q && last3_q;
    sums4_q <= sums3;
    ip_bad4_q <= !ip_good3;
    early_bad4_q <= early_bad3 || ip_too_long3;
    early4_q <= early_bad3 ? early3_q[3:0] : outcome_pkg::IPV4_TOTAL_LENGTH[3:0];
    late_bad4_q <= late_bad3 || udp_too_long3;
    late4_q <= late_bad3 ? late3_q[3:0] : outcome_pkg::UDP_LENGTH[3:0];
    checked4_q <= checked3_q;
    if (valid3_q) begin
      ip_total4_q <= ip_total3;
      ended3_q <= !last3_q && (ended3_q || &same3);
    end
    if (rst_i) begin
      valid4_q <= 1'b0;
      push4_q <= 1'b0;
      ended3_q <= 1'b0;
    end
  end

  // ── Cycle 4: the verdict ───────────────────────────────────────────────────────────────────────

  logic [31:0] total5_q, total4;
  logic udp_good4;
  ones_total i_total (
    .sums_i(sums4_q), .total_i(total5_q & {32{!first4_q}}), .total_o(total4), .good_o(udp_good4)
  );

  // Apart, so that no more than one LUT is behind the checksum.
  (* keep = "true" *) logic [3:0] before4;
  (* keep = "true" *) logic decides4;
  always_comb begin
    before4 = late_bad4_q ? late4_q : outcome_pkg::OK[3:0];
    if (ip_bad4_q) before4 = outcome_pkg::IPV4_CHECKSUM[3:0];
    if (early_bad4_q) before4 = early4_q;
    decides4 = checked4_q && !late_bad4_q && !ip_bad4_q && !early_bad4_q;
  end
  wire [3:0] outcome4 = decides4 && !udp_good4 ? outcome_pkg::UDP_CHECKSUM[3:0] : before4;

  always_ff @(posedge clk_i)
    if (valid4_q)
      total5_q <= total4;

  // Frames that wait are all in the entrance's buffer or behind it, so this queue is never full.
  logic unused_ready;
  logic [FramesLog2+1:0] unused_level;
  logic [3:0] outcome;
  deep_fifo #(.Width(4), .DepthLog2(FramesLog2)) i_verdicts (
    .clk_i,
    .rst_i,
    .valid_i(push4_q),
    .ready_o(unused_ready),
    .data_i(outcome4),
    .valid_o(verdict_valid_o),
    .ready_i(verdict_ready_i),
    .data_o(outcome),
    .level_o(unused_level)
  );

  assign verdict_outcome_o = {2'b00, outcome};

endmodule
