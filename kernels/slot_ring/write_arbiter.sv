// Slots and punted frames share the way to host memory; slots go first.
//
// Slots pass as if nothing were there. A punt burst starts only while no slot is waiting or on its
// way, and is then alone until its last beat is taken; so data follow addresses without a queue. No
// added cycle. The ID says whose response it is: 0 slots, 1 punts.
module write_arbiter (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         slot_aw_valid_i,
  output logic         slot_aw_ready_o,
  input  logic [63:0]  slot_aw_address_i,
  input  logic [7:0]   slot_aw_length_i,
  input  logic         slot_w_valid_i,
  output logic         slot_w_ready_o,
  input  logic [511:0] slot_w_data_i,
  input  logic         slot_w_last_i,
  output logic         slot_b_valid_o,

  input  logic         punt_aw_valid_i,
  output logic         punt_aw_ready_o,
  input  logic [63:0]  punt_aw_address_i,
  input  logic [7:0]   punt_aw_length_i,
  input  logic         punt_w_valid_i,
  output logic         punt_w_ready_o,
  input  logic [511:0] punt_w_data_i,
  input  logic         punt_w_last_i,
  output logic         punt_b_valid_o,

  output logic         aw_valid_o,
  input  logic         aw_ready_i,
  output logic [63:0]  aw_address_o,
  output logic [7:0]   aw_length_o,
  output logic         aw_id_o,
  output logic         w_valid_o,
  input  logic         w_ready_i,
  output logic [511:0] w_data_o,
  output logic         w_last_o,
  input  logic         b_valid_i,
  output logic         b_ready_o,
  input  logic         b_id_i
);

  logic punt_q;        // a punt burst has both channels
  logic announced_q;   // … and its address was taken
  logic sent_q;        // … and its last beat

  // Slot bursts whose address was taken and whose last beat was not, or the reverse.
  logic [7:0] open_q;

  wire slot_quiet = !slot_aw_valid_i && !slot_w_valid_i && open_q == '0;
  wire aw_taken = aw_valid_o && aw_ready_i;
  wire last_taken = w_valid_o && w_ready_i && w_last_o;
  wire punt_done = punt_q && (announced_q || aw_taken) && (sent_q || last_taken);

  always_ff @(posedge clk_i) begin
    punt_q <= punt_q ? !punt_done : slot_quiet && punt_aw_valid_i;
    announced_q <= punt_q && !punt_done && (announced_q || aw_taken);
    sent_q <= punt_q && !punt_done && (sent_q || last_taken);
    if (!punt_q) open_q <= open_q + {7'd0, aw_taken} - {7'd0, last_taken};
    if (rst_i) begin
      punt_q <= 1'b0;
      announced_q <= 1'b0;
      sent_q <= 1'b0;
      open_q <= '0;
    end
  end

  assign aw_valid_o = punt_q ? punt_aw_valid_i && !announced_q : slot_aw_valid_i;
  assign aw_address_o = punt_q ? punt_aw_address_i : slot_aw_address_i;
  assign aw_length_o = punt_q ? punt_aw_length_i : slot_aw_length_i;
  assign aw_id_o = punt_q;
  assign slot_aw_ready_o = !punt_q && aw_ready_i;
  assign punt_aw_ready_o = punt_q && !announced_q && aw_ready_i;

  assign w_valid_o = punt_q ? punt_w_valid_i && !sent_q : slot_w_valid_i;
  assign w_data_o = punt_q ? punt_w_data_i : slot_w_data_i;
  assign w_last_o = punt_q ? punt_w_last_i : slot_w_last_i;
  assign slot_w_ready_o = !punt_q && w_ready_i;
  assign punt_w_ready_o = punt_q && !sent_q && w_ready_i;

  assign b_ready_o = !rst_i;
  assign slot_b_valid_o = b_valid_i && !b_id_i;
  assign punt_b_valid_o = b_valid_i && b_id_i;

endmodule
