// The headers of a frame, field by field, and the context that goes with its slots.
//
// Everything lies at 14, 18 or 22 bytes (VLAN tags) plus a multiple of 4 (IPv4 options), so a field
// is one of three or of thirteen places: an AND-OR over one-hot selects. Fields are taken where
// they come by: addresses from the first beat; ports, UDP length and the first bytes of the payload
// from the first beat (shape 0 to 5) or the second; the MoldUDP64 header from the first (shape 0)
// or the second. A frame that ends before is found wanting by its verdict; whatever is read then is
// noise.
//
// Latency: fields a cycle after their beat (x), what is derived from them another one later (y).
module header (
  input  logic          clk_i,
  input  logic          rst_i,

  input  logic          looks_i,   // the first beat is there, and not taken yet
  input  logic          first_i,   // … take it
  input  logic          alone_i,   // … it is the frame's last
  input  logic [5:0]    last_index_i,  // … which ends with this byte
  input  logic          second_i,  // take the second
  input  logic [511:0]  newest_i,  // the first beat
  input  logic [511:0]  before_i,  // A, the first beat while the second is in B
  input  logic [511:0]  data_i,    // B
  input  logic [2:0]    tags_i,
  input  logic [2:0]    ipv4_i,    // by tags
  input  logic [2:0]    arp_i,
  input  logic [3:0]    shape_i,
  input  logic [63:0]   time_i,
  input  logic [23:0]   drops_i,

  input  logic [15:0]   filter_valid_i,
  input  logic [511:0]  filter_address_i,
  input  logic [255:0]  filter_port_i,
  input  logic          order_valid_i,
  input  logic [31:0]   order_address_i,
  input  logic [15:0]   order_port_i,
  input  logic [31:0]   local_address_i,

  // For the walk.
  output logic          feed_o,         // x: the frame is a feed's
  output logic          order_o,        // x: … an order
  output logic          blocks_o,       // x: the packet says that it has blocks
  output logic [15:0]   messages_o,     // x: … how many
  output logic          empty_fits_o,   // x: without tags and options, an empty block fits
  output logic          empty_is_all_o, // x: … and nothing else
  output logic          parts_o,        // x: … with an appendage, by its lengths
  output logic          may_wait_o,     // x: both, unless it is a feed's
  output logic [15:0]   payload_end_o,  // y: counted from the frame's start
  output logic [15:0]   message_bytes_o,// y: of the OUCH message
  output logic          parts_later_o,  // y
  output logic          two_parts_o,
  output logic [6:0]    part_1_start_o, // y: in the pairs of beats, from the frame's start
  output logic [6:0]    part_2_start_o,
  output logic [2:0]    part_1_beat_o,  // … in which beat their last byte is
  output logic [2:0]    part_2_beat_o,
  output logic [15:0]   parts_bytes_o,  // all that follows fixed part and appendage length
  output logic [5:0]    message_outcome_o,  // y: by type and length; OK: look at the appendage
  output logic          message_bare_o, // y: the message ends with its fixed part, as it may
  output logic          message_too_long_o,  // y: by what follows the appendage length

  output logic          context_valid_o,
  output logic [63:0]   context_time_o,
  output logic [23:0]   context_drops_o,
  output logic [1:0]    context_protocol_o,
  output logic [5:0]    context_outcome_o,
  output logic [2:0]    context_stream_o,
  output logic [79:0]   context_mold_session_o,
  output logic [63:0]   context_sequence_o,
  output logic [15:0]   context_messages_o,
  output logic          context_at_end_o,
  output logic          context_trailing_o,
  output logic          context_punt_o,

  output logic [31:0]   lookup_address_o,
  output logic [15:0]   lookup_port_o
);

  function automatic logic [15:0] swap16(input logic [15:0] bytes);
    swap16 = {bytes[7:0], bytes[15:8]};
  endfunction
  function automatic logic [31:0] swap32(input logic [31:0] bytes);
    swap32 = {bytes[7:0], bytes[15:8], bytes[23:16], bytes[31:24]};
  endfunction

  // ── When ───────────────────────────────────────────────────────────────────────────────────────

  wire early = shape_i < 4'd6;
  wire take_ports = (first_i && (early || alone_i)) || (second_i && !early);
  wire take_mold = (first_i && (shape_i == '0 || alone_i)) || (second_i && shape_i != '0);

  // ── IPv4 and ARP, from the first beat ──────────────────────────────────────────────────────────

  logic [31:0] source, destination, arp_target;
  logic [15:0] fragment;
  logic [7:0] protocol;
  always_comb begin
    source = '0;
    destination = '0;
    arp_target = '0;
    fragment = '0;
    protocol = '0;
    for (int t = 0; t < 3; t++) begin
      if (tags_i[t]) begin
        source = source | newest_i[8*(26 + 4*t) +: 32];
        destination = destination | newest_i[8*(30 + 4*t) +: 32];
        arp_target = arp_target | newest_i[8*(38 + 4*t) +: 32];
        fragment = fragment | newest_i[8*(20 + 4*t) +: 16];
        protocol = protocol | newest_i[8*(23 + 4*t) +: 8];
      end
    end
  end

  // ── UDP and what is behind it ──────────────────────────────────────────────────────────────────

  // From the place on where they are in a frame without tags and options: while the first beat is
  // in B, and while the second is. A word more before them, and they are 4 bytes further on.
  wire [463:0] udp_places = early ? {224'd0, newest_i[511:272]} :
                            {data_i[223:0], before_i[511:272]};
  wire [79:0] udp = 80'(udp_places >> {shape_i, 5'd0});
  wire [15:0] source_port = swap16(udp[15:0]);
  wire [15:0] destination_port = swap16(udp[31:16]);
  wire [15:0] udp_bytes = swap16(udp[47:32]);
  wire [7:0] ufo_type = udp[71:64];
  wire [7:0] ouch_type = udp[79:72];

  // ── MoldUDP64 ──────────────────────────────────────────────────────────────────────────────────

  wire [551:0] mold_places = {data_i[375:0], before_i[511:336]};
  wire [159:0] mold = shape_i == '0 ? newest_i[8*42 +: 160] : 160'(mold_places >> {shape_i, 5'd0});

  // ── x: the fields ──────────────────────────────────────────────────────────────────────────────

  logic [16:0] address_match, port_match, address_match_q, port_match_q;
  filter i_filter (
    .address_i(swap32(destination)),
    .port_i(destination_port),
    .filter_valid_i, .filter_address_i, .filter_port_i,
    .order_valid_i, .order_address_i, .order_port_i,
    .address_match_o(address_match),
    .port_match_o(port_match)
  );

  logic host_q, mold_taken_q;
  logic [63:0] time_q;
  logic [23:0] drops_q;
  logic [31:0] source_q;
  logic [15:0] source_port_q, udp_bytes_q;
  logic [6:0] udp_start_q;  // from the frame's start
  logic [79:0] session_q;
  logic [63:0] sequence_q;
  logic [15:0] count_q;

  // Behind a frame's end is noise, which the verdict does not judge in what is no IPv4.
  wire arp_is_cut = alone_i && ((tags_i[0] && last_index_i < 6'd41) ||
                                (tags_i[1] && last_index_i < 6'd45) ||
                                (tags_i[2] && last_index_i < 6'd49));
  wire arp_for_us = |(arp_i & tags_i) && !arp_is_cut && swap32(arp_target) == local_address_i;
  wire icmp_for_us = |(ipv4_i & tags_i) && protocol == 8'd1 && (fragment & 16'hFF3F) == '0 &&
                     swap32(destination) == local_address_i;

  always_ff @(posedge clk_i) begin
    if (first_i) begin
      host_q <= (arp_for_us || icmp_for_us) && local_address_i != '0;
      // What is no UDP is nobody's.
      address_match_q <= protocol == 8'd17 ? address_match : '0;
      source_q <= swap32(source);
      time_q <= time_i;
      drops_q <= drops_i;
    end
    if (take_ports) begin
      port_match_q <= port_match;
      source_port_q <= source_port;
      udp_bytes_q <= udp_bytes;
      udp_start_q <= {1'b0, shape_i, 2'b00} + 7'd34;
    end
    if (take_mold) begin
      session_q <= mold[79:0];
      for (int i = 0; i < 8; i++) sequence_q[8*i +: 8] <= mold[8*(17 - i) +: 8];
      count_q <= swap16(mold[159:144]);
    end
    mold_taken_q <= take_mold && !rst_i;
  end

  // The source, in the cycle before the context goes out. Nobody else's is then asked for.
  assign lookup_address_o = looks_i ? swap32(source) : source_q;
  assign lookup_port_o = looks_i || (second_i && !early) ? source_port : source_port_q;

  // ── x: what depends on type and length ─────────────────────────────────────────────────────────

  // The length is compared with what every type asks for before the type is known.

  // UFO types: login, heartbeat; retransmission request or log-off; message; and their lengths.
  logic [3:0] ufo_q, udp_length_q;
  logic ufo_empty_q, mold_short_q, mold_trailing_q;

  // OUCH types O, U, C, M, XDE, Q; UDP bytes before the appendage: header 8, UFO type 1, fixed
  // part, appendage length 2; that may be missing together with the appendage in some.
  localparam logic [35:0] BEFORE_PARTS = {6'd56, 6'd49, 6'd28, 6'd21, 6'd20, 6'd12};
  logic [5:0] ouch_q, truncated_q, parts_q, two_parts_q, too_long_q;
  logic [2:0] bare_q, bare_length_q;

  always_ff @(posedge clk_i) begin
    if (take_ports) begin
      ufo_q <= {ufo_type == "L", ufo_type == "T", ufo_type == "R" || ufo_type == "O",
                ufo_type == "U"};
      udp_length_q <= {udp_bytes == 16'd35, udp_bytes == 16'd15, udp_bytes == 16'd9,
                       udp_bytes > 16'd9};
      ufo_empty_q <= udp_bytes <= 16'd8;
      mold_short_q <= udp_bytes < 16'd28;
      mold_trailing_q <= udp_bytes > 16'd28;
      ouch_q <= {ouch_type == "O", ouch_type == "U", ouch_type == "C", ouch_type == "M",
                 ouch_type == "X" || ouch_type == "D" || ouch_type == "E", ouch_type == "Q"};
      for (int i = 0; i < 6; i++) begin
        truncated_q[i] <= udp_bytes < {10'd0, BEFORE_PARTS[6*i +: 6]};
        parts_q[i] <= udp_bytes > {10'd0, BEFORE_PARTS[6*i +: 6]} &&
                      udp_bytes <= {10'd0, BEFORE_PARTS[6*i +: 6]} + 16'd96;
        too_long_q[i] <= udp_bytes > {10'd0, BEFORE_PARTS[6*i +: 6]} + 16'd96;
        two_parts_q[i] <= udp_bytes > {10'd0, BEFORE_PARTS[6*i +: 6]} + 16'd48 &&
                          udp_bytes <= {10'd0, BEFORE_PARTS[6*i +: 6]} + 16'd96;
      end
      bare_q <= {ouch_type == "X", ouch_type == "M", ouch_type == "Q"};
      bare_length_q <= {udp_bytes == 16'd18, udp_bytes == 16'd19, udp_bytes == 16'd10};
    end
  end

  // ── y: what they mean ──────────────────────────────────────────────────────────────────────────

  wire [16:0] match = address_match_q & port_match_q;
  wire is_order = !(|match[15:0]) && match[16];
  assign feed_o = |match[15:0];
  assign order_o = is_order && ufo_q[0] && udp_length_q[0];
  assign parts_o = |(ouch_q & parts_q);
  assign may_wait_o = match[16] && ufo_q[0] && udp_length_q[0] && parts_o;

  // UDP bytes before the appendage.
  logic [5:0] before_parts;
  always_comb begin
    before_parts = '0;
    for (int i = 0; i < 6; i++) begin
      if (ouch_q[i]) before_parts = before_parts | BEFORE_PARTS[6*i +: 6];
    end
  end
  wire is_bare = |(bare_q & bare_length_q);
  wire [5:0] message_outcome = ouch_q == '0 ? outcome_pkg::OUCH_UNKNOWN_TYPE :
                               |(ouch_q & truncated_q) && !is_bare ? outcome_pkg::OUCH_TRUNCATED :
                               outcome_pkg::OK;

  logic [15:0] messages;
  wire at_end = count_q == 16'hFFFF;
  assign messages = at_end ? '0 : count_q;
  assign messages_o = count_q;
  assign blocks_o = count_q != '0 && !at_end;
  assign empty_fits_o = udp_bytes_q >= 16'd30;
  assign empty_is_all_o = udp_bytes_q == 16'd30;

  wire [8:0] parts_start = {2'd0, udp_start_q} + {3'd0, before_parts};
  wire [8:0] parts_end = {2'd0, udp_start_q} + udp_bytes_q[8:0] - 9'd1;  // the last byte of all
  wire two_parts = |(ouch_q & two_parts_q);

  always_ff @(posedge clk_i) begin
    payload_end_o <= udp_bytes_q + {9'd0, udp_start_q};
    message_bytes_o <= udp_bytes_q - 16'd9;
    parts_later_o <= order_o && parts_o;
    two_parts_o <= two_parts;
    part_1_start_o <= parts_start[6:0];
    part_2_start_o <= parts_start[6:0] + 7'd48;
    part_1_beat_o <= two_parts ? 3'((parts_start + 9'd47) >> 6) : 3'(parts_end >> 6);
    part_2_beat_o <= 3'(parts_end >> 6);
    parts_bytes_o <= udp_bytes_q - {10'd0, before_parts};
    message_bare_o <= is_bare;
    message_outcome_o <= message_outcome;
    message_too_long_o <= |(ouch_q & too_long_q);
  end

  // ── The context ────────────────────────────────────────────────────────────────────────────────

  // Sequence and messages together must stay within 64 bits.
  logic no_room, unused_equal;
  greater #(.Width(16)) i_room (
    .a_i(sequence_q[15:0]), .b_i(~count_q), .greater_o(no_room), .equal_o(unused_equal)
  );
  wire no_sequence = sequence_q == '0 || (&sequence_q[63:16] && no_room && !at_end);
  wire [5:0] mold_outcome = mold_short_q ? outcome_pkg::MOLD_TRUNCATED :
                            no_sequence ? outcome_pkg::MOLD_SEQUENCE : outcome_pkg::OK;

  wire ufo_good = |(ufo_q & udp_length_q);
  wire [5:0] ufo_outcome = ufo_empty_q ? outcome_pkg::UFO_EMPTY :
                           ufo_q == '0 ? outcome_pkg::UFO_UNKNOWN_TYPE :
                           !ufo_good ? outcome_pkg::UFO_LENGTH : outcome_pkg::OK;

  // Two filters a stream; the lowest stream that wants it has it.
  logic [6:0] wants;
  always_comb begin
    for (int i = 0; i < 7; i++) wants[i] = |match[2*i +: 2];
    context_stream_o[2] = !(|wants[3:0]);
    context_stream_o[1] = |wants[3:0] ? !(|wants[1:0]) : !(|wants[5:4]);
    context_stream_o[0] = |wants[3:0] ? |wants[1:0] ? !wants[0] : !wants[2] :
                          |wants[5:4] ? !wants[4] : !wants[6];
  end

  assign context_valid_o = mold_taken_q;
  assign context_time_o = time_q;
  assign context_drops_o = drops_q;
  assign context_protocol_o = host_q ? 2'd3 : feed_o ? 2'd1 : is_order ? 2'd2 : 2'd0;
  assign context_outcome_o = host_q ? outcome_pkg::OK : feed_o ? mold_outcome :
                             is_order ? ufo_outcome : outcome_pkg::UDP_NOT_OURS;
  assign context_mold_session_o = session_q;
  assign context_sequence_o = sequence_q;
  assign context_messages_o = messages;
  assign context_at_end_o = at_end;
  assign context_trailing_o = mold_trailing_q;
  assign context_punt_o = host_q || (is_order && !ufo_q[0] && ufo_good);

endmodule
