// Pieces become candidates: what a slot would hold, and what became of the message.
//
// Combinational in T4, but for what is prepared a cycle early from the first byte, and one flag: an
// appendage part is a slot only if its head was one.
module decode (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         piece_valid_i,
  input  logic [1:0]   piece_kind_i,
  input  logic [399:0] piece_bytes_i,
  input  logic [15:0]  piece_length_i,
  input  logic [5:0]   piece_message_outcome_i,
  input  logic         piece_message_bare_i,
  input  logic         piece_message_too_long_i,
  input  logic [15:0]  piece_appendage_bytes_i,
  input  logic         piece_end_i,
  input  logic [5:0]   piece_end_outcome_i,
  input  logic [7:0]   piece_type_next_i,
  input  logic [31:0]  piece_replace_price_next_i,
  input  logic [31:0]  piece_enter_price_next_i,
  input  logic         wanted_i,

  output logic         candidate_valid_o,
  output logic         candidate_slot_o,
  output logic         candidate_counts_o,
  output logic         candidate_part_o,
  output logic [5:0]   candidate_outcome_o,
  output logic [383:0] candidate_body_o,
  output logic [7:0]   candidate_kind_o,
  output logic [1:0]   candidate_extensions_o,
  output logic         candidate_end_o,
  output logic [5:0]   candidate_end_outcome_o
);

  localparam logic [1:0] BLOCK = 2'd0;
  localparam logic [1:0] HEAD = 2'd1;
  localparam logic [1:0] PART = 2'd2;

  wire is_block = piece_kind_i == BLOCK;
  wire is_head = piece_kind_i == HEAD;
  wire is_part = piece_kind_i == PART;

  logic [383:0] itch_body, ouch_body;
  logic itch_known, itch_length_ok, appendage_ok;

  decode_itch i_itch (
    .clk_i,
    .type_next_i(piece_type_next_i), .bytes_i(piece_bytes_i), .length_i(piece_length_i),
    .body_o(itch_body), .known_o(itch_known), .length_ok_o(itch_length_ok)
  );
  decode_ouch i_ouch (
    .clk_i,
    .type_next_i(piece_type_next_i), .replace_price_next_i(piece_replace_price_next_i),
    .enter_price_next_i(piece_enter_price_next_i),
    .bytes_i(piece_bytes_i), .bare_i(piece_message_bare_i),
    .appendage_bytes_i(piece_appendage_bytes_i),
    .body_o(ouch_body), .appendage_ok_o(appendage_ok)
  );

  logic [5:0] itch_outcome, ouch_outcome;
  always_comb begin
    itch_outcome = outcome_pkg::OK;
    if (piece_length_i == '0) itch_outcome = outcome_pkg::MOLD_EMPTY_BLOCK;
    else if (!itch_known) itch_outcome = outcome_pkg::ITCH_UNKNOWN_TYPE;
    else if (!itch_length_ok) itch_outcome = outcome_pkg::ITCH_LENGTH;
    else if (!wanted_i) itch_outcome = outcome_pkg::ITCH_FILTERED;

    ouch_outcome = piece_message_outcome_i;
    if (piece_message_outcome_i == outcome_pkg::OK && !piece_message_bare_i) begin
      if (!appendage_ok) ouch_outcome = outcome_pkg::OUCH_APPENDAGE_LENGTH;
      else if (piece_message_too_long_i) ouch_outcome = outcome_pkg::OUCH_APPENDAGE_TOO_LONG;
    end
  end

  // A part fills its slot up to its length.
  logic [383:0] part_body;
  always_comb begin
    for (int i = 0; i < 48; i++) begin
      part_body[8*i +: 8] = piece_length_i[5:0] > 6'(i) ? piece_bytes_i[8*i +: 8] : 8'd0;
    end
  end

  logic head_good_q;
  wire itch_good = itch_outcome == outcome_pkg::OK;
  // The appendage's length is compared last.
  wire ouch_bare_good = piece_message_outcome_i == outcome_pkg::OK && piece_message_bare_i;
  wire ouch_may_be_good = piece_message_outcome_i == outcome_pkg::OK && !piece_message_too_long_i;
  wire ouch_good = ouch_bare_good || (ouch_may_be_good && appendage_ok);

  always_ff @(posedge clk_i) begin
    if (piece_valid_i && is_head) head_good_q <= ouch_good;
    if (rst_i) head_good_q <= 1'b0;
  end

  assign candidate_valid_o = piece_valid_i;
  wire good = (is_block && itch_good) || (is_head && ouch_bare_good) || (is_part && head_good_q);
  assign candidate_slot_o = good || (is_head && ouch_may_be_good && appendage_ok);
  assign candidate_counts_o = is_block || is_head;
  assign candidate_part_o = is_part;
  assign candidate_outcome_o = is_head ? ouch_outcome : itch_outcome;
  assign candidate_body_o = is_block ? itch_body : is_head ? ouch_body : part_body;
  assign candidate_kind_o = is_block ? slot_pkg::KIND_FEED | piece_bytes_i[7:0] :
                            is_head ? piece_bytes_i[7:0] : slot_pkg::KIND_EXTENSION;
  assign candidate_extensions_o = !is_head || piece_message_bare_i ? 2'd0 :
                                  piece_appendage_bytes_i > 16'd48 ? 2'd2 :
                                  piece_appendage_bytes_i != '0 ? 2'd1 : 2'd0;
  assign candidate_end_o = piece_end_i;
  assign candidate_end_outcome_o = piece_end_outcome_i;

endmodule
