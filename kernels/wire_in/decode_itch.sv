// An ITCH 5.0 message becomes the body of a feed slot: bytes 8 to 55.
//
// What a type is (`form`) is decided a cycle early from its first byte, so that here each byte of
// the body has only to choose among the places that it may come from. Combinational.
module decode_itch (
  input  logic         clk_i,
  input  logic [7:0]   type_next_i,
  input  logic [399:0] bytes_i,
  input  logic [15:0]  length_i,

  output logic [383:0] body_o,
  output logic         known_o,      // the type is one of the 23
  output logic         length_ok_o
);

  // ── A cycle early: the form ────────────────────────────────────────────────────────────────────

  // All types are letters, and these differ in six bits, which a LUT has: that the other two are
  // right is asked beside.
  wire [7:0] letter = {2'b01, type_next_i[5:0]};
  wire is_letter = type_next_i[7:6] == 2'b01;

  logic [5:0] bytes_next;  // of a message of this type
  always_comb begin
    case (letter)
      "S", "W": bytes_next = 6'd12;
      "R": bytes_next = 6'd39;
      "H": bytes_next = 6'd25;
      "Y", "N": bytes_next = 6'd20;
      "L": bytes_next = 6'd26;
      "V", "J", "U": bytes_next = 6'd35;
      "K": bytes_next = 6'd28;
      "h": bytes_next = 6'd21;
      "A", "C": bytes_next = 6'd36;
      "F", "Q": bytes_next = 6'd40;
      "E": bytes_next = 6'd31;
      "X": bytes_next = 6'd23;
      "D", "B": bytes_next = 6'd19;
      "P": bytes_next = 6'd44;
      "I": bytes_next = 6'd50;
      "O": bytes_next = 6'd48;
      default: bytes_next = 6'd0;
    endcase
  end
  // By type as well: a comparison with the length above would come on top of it.
  logic [38:0] verbatim_next;
  always_comb begin
    case (letter)
      "S", "W": verbatim_next = {38'd0, {1{1'b1}}};
      "R": verbatim_next = {11'd0, {28{1'b1}}};
      "H": verbatim_next = {25'd0, {14{1'b1}}};
      "Y", "N": verbatim_next = {30'd0, {9{1'b1}}};
      "L": verbatim_next = {24'd0, {15{1'b1}}};
      "V", "J": verbatim_next = {15'd0, {24{1'b1}}};
      "K": verbatim_next = {22'd0, {17{1'b1}}};
      "h": verbatim_next = {29'd0, {10{1'b1}}};
      "Q": verbatim_next = {10'd0, {29{1'b1}}};
      "B": verbatim_next = {31'd0, {8{1'b1}}};
      "P": verbatim_next = {6'd0, {33{1'b1}}};
      "I": verbatim_next = {39{1'b1}};
      "O": verbatim_next = {2'd0, {37{1'b1}}};
      default: verbatim_next = '0;
    endcase
  end
  wire add_next = type_next_i == "A" || type_next_i == "F";
  wire execute_next = type_next_i == "E" || type_next_i == "C";
  wire reduce_next = type_next_i == "X" || type_next_i == "D";
  wire replace_next = type_next_i == "U";

  logic add_q, attributed_q, execute_q, priced_q, cancel_q, replace_q, decoded_q;
  logic [38:0] verbatim_q;  // which bytes behind offset 11 there are
  logic [5:0] length_q;

  always_ff @(posedge clk_i) begin
    length_q <= is_letter ? bytes_next : '0;
    add_q <= add_next;
    attributed_q <= type_next_i == "F";
    execute_q <= execute_next;
    priced_q <= type_next_i == "C";
    cancel_q <= type_next_i == "X";
    replace_q <= replace_next;
    decoded_q <= add_next || execute_next || reduce_next || replace_next;
    verbatim_q <= is_letter ? verbatim_next : '0;
  end

  assign known_o = length_q != '0;
  assign length_ok_o = length_i == {10'd0, length_q};

  // ── The body ───────────────────────────────────────────────────────────────────────────────────

  function automatic logic [31:0] swap32(input logic [31:0] bytes);
    swap32 = {bytes[7:0], bytes[15:8], bytes[23:16], bytes[31:24]};
  endfunction
  function automatic logic [63:0] swap64(input logic [63:0] bytes);
    swap64 = {swap32(bytes[31:0]), swap32(bytes[63:32])};
  endfunction

  wire [63:0] ref_at_11 = swap64(bytes_i[8*11 +: 64]);
  wire [63:0] ref_at_19 = swap64(bytes_i[8*19 +: 64]);
  wire [63:0] match_at_23 = swap64(bytes_i[8*23 +: 64]);
  wire [31:0] number_at_19 = swap32(bytes_i[8*19 +: 32]);
  wire [31:0] number_at_20 = swap32(bytes_i[8*20 +: 32]);
  wire [31:0] number_at_27 = swap32(bytes_i[8*27 +: 32]);
  wire [31:0] number_at_31 = swap32(bytes_i[8*31 +: 32]);
  wire [31:0] number_at_32 = swap32(bytes_i[8*32 +: 32]);

  logic [311:0] verbatim;
  always_comb begin
    for (int i = 0; i < 39; i++) begin
      verbatim[8*i +: 8] = verbatim_q[i] ? bytes_i[8*(11 + i) +: 8] : 8'd0;
    end
  end

  logic [511:0] slot;
  always_comb begin
    slot = '0;
    slot[8*slot_pkg::FEED_INSTRUMENT +: 16] = {bytes_i[8*1 +: 8], bytes_i[8*2 +: 8]};
    slot[8*slot_pkg::FEED_TIME_NS_HIGH +: 16] = {bytes_i[8*5 +: 8], bytes_i[8*6 +: 8]};
    slot[8*slot_pkg::FEED_TIME_NS_LOW +: 32] = swap32(bytes_i[8*7 +: 32]);
    slot[8*slot_pkg::FEED_VERBATIM_BYTES +: 312] = verbatim;
    if (decoded_q) slot[8*slot_pkg::FEED_ADD_ORDER_REF +: 64] = ref_at_11;
    if (add_q) begin
      slot[8*slot_pkg::FEED_ADD_SYMBOL +: 64] = bytes_i[8*24 +: 64];
      slot[8*slot_pkg::FEED_ADD_QUANTITY +: 32] = number_at_20;
      slot[8*slot_pkg::FEED_ADD_PRICE +: 32] = number_at_32;
      slot[8*slot_pkg::FEED_ADD_SIDE +: 8] = bytes_i[8*19 +: 8];
    end
    if (attributed_q) slot[8*slot_pkg::FEED_ADD_ATTRIBUTION +: 32] = bytes_i[8*36 +: 32];
    if (execute_q) begin
      slot[8*slot_pkg::FEED_EXECUTE_MATCH_NUMBER +: 64] = match_at_23;
      slot[8*slot_pkg::FEED_EXECUTE_QUANTITY +: 32] = number_at_19;
    end
    if (priced_q) begin
      slot[8*slot_pkg::FEED_EXECUTE_PRICE +: 32] = number_at_32;
      slot[8*slot_pkg::FEED_EXECUTE_PRINTABLE +: 8] = bytes_i[8*31 +: 8];
    end
    if (cancel_q) slot[8*slot_pkg::FEED_CHANGE_QUANTITY +: 32] = number_at_19;
    if (replace_q) begin
      slot[8*slot_pkg::FEED_CHANGE_NEW_ORDER_REF +: 64] = ref_at_19;
      slot[8*slot_pkg::FEED_CHANGE_QUANTITY +: 32] = number_at_27;
      slot[8*slot_pkg::FEED_CHANGE_PRICE +: 32] = number_at_31;
    end
  end
  assign body_o = slot[64 +: 384];

endmodule
