// An inbound OUCH 5.0 message becomes the body of an order entry slot: bytes 8 to 55.
//
// As in decode_itch, the type is known a cycle early, and whether a price is too large. The session
// is the sequencer's to add, and the symbol goes through as it is: matching resolves it.
// Combinational.
module decode_ouch (
  input  logic         clk_i,
  input  logic [7:0]   type_next_i,
  input  logic [31:0]  replace_price_next_i, // the high half of its price, should it be a replace
  input  logic [31:0]  enter_price_next_i,   // … or an enter
  input  logic [399:0] bytes_i,
  input  logic         bare_i,              // without an appendage length
  input  logic [15:0]  appendage_bytes_i,   // what follows the appendage length

  output logic [383:0] body_o,
  output logic         appendage_ok_o       // the appendage length says the same
);

  logic enter_q, replace_q, cancel_q, modify_q, mass_cancel_q, switch_q, query_q;

  always_ff @(posedge clk_i) begin
    enter_q <= type_next_i == "O";
    replace_q <= type_next_i == "U";
    cancel_q <= type_next_i == "X";
    modify_q <= type_next_i == "M";
    mass_cancel_q <= type_next_i == "C";
    switch_q <= type_next_i == "D" || type_next_i == "E";
    query_q <= type_next_i == "Q";
  end

  function automatic logic [31:0] swap32(input logic [31:0] bytes);
    swap32 = {bytes[7:0], bytes[15:8], bytes[23:16], bytes[31:24]};
  endfunction
  wire [31:0] number_at_1 = swap32(bytes_i[8*1 +: 32]);
  wire [31:0] number_at_5 = swap32(bytes_i[8*5 +: 32]);
  wire [31:0] number_at_6 = swap32(bytes_i[8*6 +: 32]);
  wire [31:0] number_at_9 = swap32(bytes_i[8*9 +: 32]);

  // Prices are 64 bits wide on the wire; what 32 cannot hold is refused by matching.
  logic enter_high_q, replace_high_q;
  always_ff @(posedge clk_i) begin
    enter_high_q <= |enter_price_next_i;
    replace_high_q <= |replace_price_next_i;
  end
  wire price_high = (enter_q && enter_high_q) || (replace_q && replace_high_q);
  wire [31:0] price_low = (swap32(bytes_i[8*22 +: 32]) & {32{enter_q}}) |
                          (swap32(bytes_i[8*17 +: 32]) & {32{replace_q}});

  logic [511:0] slot;
  always_comb begin
    slot = '0;
    if (!bare_i) slot[8*slot_pkg::ENTER_APPENDAGE_BYTES +: 8] = appendage_bytes_i[7:0];
    if (!query_q) slot[8*slot_pkg::ENTER_USER_REF_NUM +: 32] = number_at_1;
    slot[8*slot_pkg::ENTER_PRICE +: 32] =
        price_high ? slot_pkg::PRICE_UNREPRESENTABLE : price_low;
    if (enter_q) begin
      slot[8*slot_pkg::ENTER_SYMBOL +: 64] = bytes_i[8*10 +: 64];
      slot[8*slot_pkg::ENTER_QUANTITY +: 32] = number_at_6;
      slot[8*slot_pkg::ENTER_CL_ORD_ID +: 112] = bytes_i[8*31 +: 112];
      slot[8*slot_pkg::ENTER_SIDE +: 8] = bytes_i[8*5 +: 8];
      slot[8*slot_pkg::ENTER_TIME_IN_FORCE +: 8] = bytes_i[8*26 +: 8];
      slot[8*slot_pkg::ENTER_DISPLAY +: 8] = bytes_i[8*27 +: 8];
      slot[8*slot_pkg::ENTER_CAPACITY +: 8] = bytes_i[8*28 +: 8];
      slot[8*slot_pkg::ENTER_ISO +: 8] = bytes_i[8*29 +: 8];
      slot[8*slot_pkg::ENTER_CROSS_TYPE +: 8] = bytes_i[8*30 +: 8];
    end
    if (replace_q) begin
      slot[8*slot_pkg::REPLACE_ORIG_USER_REF_NUM +: 32] = number_at_1;
      slot[8*slot_pkg::ENTER_USER_REF_NUM +: 32] = number_at_5;
      slot[8*slot_pkg::ENTER_QUANTITY +: 32] = number_at_9;
      slot[8*slot_pkg::ENTER_CL_ORD_ID +: 112] = bytes_i[8*24 +: 112];
      slot[8*slot_pkg::ENTER_TIME_IN_FORCE +: 8] = bytes_i[8*21 +: 8];
      slot[8*slot_pkg::ENTER_DISPLAY +: 8] = bytes_i[8*22 +: 8];
      slot[8*slot_pkg::ENTER_ISO +: 8] = bytes_i[8*23 +: 8];
    end
    if (cancel_q) slot[8*slot_pkg::ENTER_QUANTITY +: 32] = number_at_5;
    if (modify_q) begin
      slot[8*slot_pkg::ENTER_QUANTITY +: 32] = number_at_6;
      slot[8*slot_pkg::ENTER_SIDE +: 8] = bytes_i[8*5 +: 8];
    end
    if (mass_cancel_q) slot[8*slot_pkg::ENTER_SYMBOL +: 64] = bytes_i[8*9 +: 64];
    if (mass_cancel_q || switch_q) slot[8*slot_pkg::ACCOUNT_FIRM +: 32] = bytes_i[8*5 +: 32];
  end
  assign body_o = slot[64 +: 384];

  // The appendage length lies behind the fixed part. It is compared wherever it may lie, and the
  // form says which of the answers counts.
  wire [15:0] right = {appendage_bytes_i[7:0], appendage_bytes_i[15:8]};
  assign appendage_ok_o = (enter_q && bytes_i[8*45 +: 16] == right) ||
                          (replace_q && bytes_i[8*38 +: 16] == right) ||
                          (mass_cancel_q && bytes_i[8*17 +: 16] == right) ||
                          (modify_q && bytes_i[8*10 +: 16] == right) ||
                          ((cancel_q || switch_q) && bytes_i[8*9 +: 16] == right) ||
                          (query_q && bytes_i[8*1 +: 16] == right);

endmodule
