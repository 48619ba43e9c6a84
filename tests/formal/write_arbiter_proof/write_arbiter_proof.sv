// write_arbiter: two masters, one bus; each keeps the rules of AXI, and so does the bus.
//
// Bit 0 of addresses and data tells whose they are (1: punts), so that what goes astray is seen.
// Lengths are 1 to 4 beats; a master may show its data as soon as the address, and not before. The
// reset may come at any time.
module write_arbiter_proof (
  input logic       clk_i,
  input logic       rst_i,
  input logic       slot_aw_valid_i,
  input logic       slot_address_i,
  input logic [1:0] slot_length_i,
  input logic       slot_w_valid_i,
  input logic       slot_data_i,
  input logic       slot_last_i,
  input logic       punt_aw_valid_i,
  input logic       punt_address_i,
  input logic [1:0] punt_length_i,
  input logic       punt_w_valid_i,
  input logic       punt_data_i,
  input logic       punt_last_i,
  input logic       aw_ready_i,
  input logic       w_ready_i,
  input logic       b_valid_i,
  input logic       b_id_i
);

  logic slot_aw_ready, slot_w_ready, slot_b_valid, punt_aw_ready, punt_w_ready, punt_b_valid;
  logic aw_valid, aw_id, w_valid, w_last, b_ready;
  logic [63:0] address;
  logic [7:0] length;
  logic [511:0] data;

  write_arbiter dut (
    .clk_i, .rst_i,
    .slot_aw_valid_i, .slot_aw_ready_o(slot_aw_ready),
    .slot_aw_address_i({62'd0, slot_address_i, 1'b0}), .slot_aw_length_i({6'd0, slot_length_i}),
    .slot_w_valid_i, .slot_w_ready_o(slot_w_ready),
    .slot_w_data_i({510'd0, slot_data_i, 1'b0}), .slot_w_last_i(slot_last_i),
    .slot_b_valid_o(slot_b_valid),
    .punt_aw_valid_i, .punt_aw_ready_o(punt_aw_ready),
    .punt_aw_address_i({62'd0, punt_address_i, 1'b1}), .punt_aw_length_i({6'd0, punt_length_i}),
    .punt_w_valid_i, .punt_w_ready_o(punt_w_ready),
    .punt_w_data_i({510'd0, punt_data_i, 1'b1}), .punt_w_last_i(punt_last_i),
    .punt_b_valid_o(punt_b_valid),
    .aw_valid_o(aw_valid), .aw_ready_i, .aw_address_o(address), .aw_length_o(length),
    .aw_id_o(aw_id), .w_valid_o(w_valid), .w_ready_i, .w_data_o(data), .w_last_o(w_last),
    .b_valid_i, .b_ready_o(b_ready), .b_id_i
  );

  // ── What was seen at the ports ─────────────────────────────────────────────────────────────────

  wire slot_aw_taken = slot_aw_valid_i && slot_aw_ready;
  wire punt_aw_taken = punt_aw_valid_i && punt_aw_ready;
  wire slot_w_taken = slot_w_valid_i && slot_w_ready;
  wire punt_w_taken = punt_w_valid_i && punt_w_ready;
  wire aw_taken = aw_valid && aw_ready_i;
  wire w_taken = w_valid && w_ready_i;

  logic started_q = 1'b0;
  logic slot_aw_waits_q, slot_w_waits_q, punt_aw_waits_q, punt_w_waits_q;  // shown, not taken
  logic aw_waits_q, w_waits_q;
  logic slot_address_q, slot_data_q, slot_last_q, punt_address_q, punt_data_q, punt_last_q;
  logic [1:0] slot_length_q, punt_length_q, slot_beat_q, punt_beat_q, beat_q;
  logic [63:0] address_q;
  logic [7:0] length_q;
  logic [511:0] data_q;
  logic aw_id_q, last_q;

  wire slot_shows = slot_aw_valid_i && !slot_aw_waits_q;
  wire punt_shows = punt_aw_valid_i && !punt_aw_waits_q;
  wire bus_shows = aw_valid && !aw_waits_q;

  logic slot_due, punt_due, bus_due;
  logic [1:0] slot_head, punt_head, slot_count, punt_count, bus_count;
  logic [2:0] bus_head;

  bursts i_slot (
    .clk_i, .rst_i, .shown_i(slot_shows), .entry_i(slot_length_i),
    .last_i(slot_w_taken && slot_last_i), .due_o(slot_due), .head_o(slot_head),
    .count_o(slot_count)
  );
  bursts i_punt (
    .clk_i, .rst_i, .shown_i(punt_shows), .entry_i(punt_length_i),
    .last_i(punt_w_taken && punt_last_i), .due_o(punt_due), .head_o(punt_head),
    .count_o(punt_count)
  );
  bursts #(.Width(3)) i_bus (
    .clk_i, .rst_i, .shown_i(bus_shows), .entry_i({aw_id, length[1:0]}),
    .last_i(w_taken && w_last), .due_o(bus_due), .head_o(bus_head), .count_o(bus_count)
  );

  // Bursts without a response, whose data are all gone: as the bus sees it, and the masters.
  logic [2:0] bus_open_0_q, bus_open_1_q, slot_open_q, punt_open_q;

  logic quiet_q;      // nothing was on the bus in the last cycle, and no slot waiting
  logic punt_q;       // a punt burst is on the bus, in the sense of AW or W
  logic announced_q, sent_q;
  wire punts = punt_q || (bus_shows && aw_id);
  wire announced = announced_q || aw_taken;
  wire sent = sent_q || (w_taken && w_last);

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    slot_aw_waits_q <= slot_aw_valid_i && !slot_aw_ready;
    slot_w_waits_q <= slot_w_valid_i && !slot_w_ready;
    punt_aw_waits_q <= punt_aw_valid_i && !punt_aw_ready;
    punt_w_waits_q <= punt_w_valid_i && !punt_w_ready;
    aw_waits_q <= aw_valid && !aw_ready_i;
    w_waits_q <= w_valid && !w_ready_i;
    {slot_address_q, slot_length_q} <= {slot_address_i, slot_length_i};
    {punt_address_q, punt_length_q} <= {punt_address_i, punt_length_i};
    {slot_data_q, slot_last_q} <= {slot_data_i, slot_last_i};
    {punt_data_q, punt_last_q} <= {punt_data_i, punt_last_i};
    {aw_id_q, address_q, length_q} <= {aw_id, address, length};
    {data_q, last_q} <= {data, w_last};
    if (slot_w_taken) slot_beat_q <= slot_last_i ? '0 : slot_beat_q + 2'd1;
    if (punt_w_taken) punt_beat_q <= punt_last_i ? '0 : punt_beat_q + 2'd1;
    if (w_taken) beat_q <= w_last ? '0 : beat_q + 2'd1;

    bus_open_0_q <= bus_open_0_q + {2'd0, w_taken && w_last && !bus_head[2]} -
                    {2'd0, b_valid_i && !b_id_i};
    bus_open_1_q <= bus_open_1_q + {2'd0, w_taken && w_last && bus_head[2]} -
                    {2'd0, b_valid_i && b_id_i};
    slot_open_q <= slot_open_q + {2'd0, slot_w_taken && slot_last_i} - {2'd0, slot_b_valid};
    punt_open_q <= punt_open_q + {2'd0, punt_w_taken && punt_last_i} - {2'd0, punt_b_valid};

    quiet_q <= !slot_aw_valid_i && !slot_w_valid_i && slot_count == '0 && !punts;
    punt_q <= punts && !(announced && sent);
    announced_q <= punts && announced && !sent;
    sent_q <= punts && sent && !announced;
    if (rst_i) begin
      {slot_aw_waits_q, slot_w_waits_q, punt_aw_waits_q, punt_w_waits_q} <= '0;
      {aw_waits_q, w_waits_q, quiet_q, punt_q, announced_q, sent_q} <= '0;
      {slot_beat_q, punt_beat_q, beat_q} <= '0;
      {bus_open_0_q, bus_open_1_q, slot_open_q, punt_open_q} <= '0;
    end
  end

  // ── The environment: two masters, and a memory that answers what was asked ─────────────────────

  always_comb begin
    if (!started_q) assume (rst_i);
    if (started_q && !rst_i) begin
      if (slot_aw_waits_q)
        assume (slot_aw_valid_i &&
                {slot_address_i, slot_length_i} == {slot_address_q, slot_length_q});
      if (slot_w_waits_q)
        assume (slot_w_valid_i && {slot_data_i, slot_last_i} == {slot_data_q, slot_last_q});
      if (punt_aw_waits_q)
        assume (punt_aw_valid_i &&
                {punt_address_i, punt_length_i} == {punt_address_q, punt_length_q});
      if (punt_w_waits_q)
        assume (punt_w_valid_i && {punt_data_i, punt_last_i} == {punt_data_q, punt_last_q});
      assume (!slot_shows || slot_count != 2'd3);
      assume (!punt_shows || punt_count < 2'd2);
      assume (!slot_w_valid_i || (slot_due && slot_last_i == (slot_beat_q == slot_head)));
      assume (!punt_w_valid_i || (punt_due && punt_last_i == (punt_beat_q == punt_head)));
      assume (!b_valid_i || (b_id_i ? bus_open_1_q != '0 : bus_open_0_q != '0));
      // The counters of this proof are small.
      assume (slot_open_q < 3'd6 && punt_open_q < 3'd6);
    end
  end

  // ── What is to hold ────────────────────────────────────────────────────────────────────────────

  always_comb begin
    if (started_q && !rst_i) begin
      a_aw_stable: assert (!aw_waits_q ||
        (aw_valid && {aw_id, address, length} == {aw_id_q, address_q, length_q}));
      a_w_stable: assert (!w_waits_q || (w_valid && {data, w_last} == {data_q, last_q}));
      // Every transfer is one of one master, at the same time, unaltered.
      a_aw_once: assert (aw_taken == (slot_aw_taken || punt_aw_taken));
      a_aw_one: assert (!(slot_aw_taken && punt_aw_taken) && !(slot_w_taken && punt_w_taken));
      a_w_once: assert (w_taken == (slot_w_taken || punt_w_taken));
      a_aw: assert (!aw_valid || (aw_id ?
        address == {62'd0, punt_address_i, 1'b1} && length == {6'd0, punt_length_i} :
        address == {62'd0, slot_address_i, 1'b0} && length == {6'd0, slot_length_i}));
      a_aw_whose: assert (!aw_taken || (aw_id ? punt_aw_taken : slot_aw_taken));
      a_w: assert (!w_valid || (data[0] ? data == {510'd0, punt_data_i, 1'b1} :
                                          data == {510'd0, slot_data_i, 1'b0}));
      a_w_whose: assert (!w_taken || (data[0] ? punt_w_taken : slot_w_taken));
      // Data follow addresses: no earlier, in the same order, as many as were announced.
      a_w_due: assert (!w_valid || bus_due);
      a_w_order: assert (!w_valid || data[0] == bus_head[2]);
      a_w_last: assert (!w_valid || w_last == (beat_q == bus_head[1:0]));
      // Slots win, and wait for at most the one burst that is on the bus.
      a_punt_late: assert (!(bus_shows && aw_id) || quiet_q);
      a_slot_aw: assert (punts || aw_valid == slot_aw_valid_i);
      a_slot_w: assert (punts || w_valid == slot_w_valid_i);
      a_punt_soon: assert (!(quiet_q && punt_aw_waits_q) || punts);
      a_punt_flows: assert (!punts || w_valid == (punt_w_valid_i && !sent_q));
      // Answers go to whom they are for, and are never refused.
      a_b_ready: assert (b_ready);
      a_b: assert ({slot_b_valid, punt_b_valid} == {b_valid_i && !b_id_i, b_valid_i && b_id_i});
      a_b_slot: assert (slot_open_q == bus_open_0_q);
      a_b_punt: assert (punt_open_q == bus_open_1_q);

      cover (punts && slot_aw_valid_i && slot_w_valid_i && w_taken && w_last && announced);
      cover (slot_count == 2'd3 && slot_w_taken && slot_last_i);
      cover (punt_b_valid && slot_open_q == 3'd2);
      cover (sent_q && aw_taken);
      cover (announced_q && w_taken && w_last && beat_q == 2'd3);
    end
  end

`ifdef INVARIANTS
  // Registers of the arbiter, tied to these by proof.cfg.
  logic punt;
  logic announced_reg;
  logic sent_reg;
  logic [7:0] open;

  logic [5:0] slot_queue;
  logic [5:0] punt_queue;
  logic [8:0] bus_queue;

  // A slot's address that waits behind a punt burst is not on the bus yet.
  wire behind = slot_aw_waits_q && (punt_q || !aw_waits_q);
  wire [1:0] slots_on_bus = slot_count - {1'b0, behind};

  always_comb begin
    if (started_q && !rst_i) begin
      a_punt: assert (punt == (punt_q || (punt_aw_waits_q && quiet_q)));
      a_flags: assert (punt_q ? announced_reg == announced_q && sent_reg == sent_q :
                                !announced_reg && !sent_reg);
      a_flags_one: assert (!(announced_q && sent_q) && (punt_q || (!announced_q && !sent_q)));
      a_quiet: assert (!quiet_q || (slot_count == '0 && !slot_aw_waits_q && !slot_w_waits_q
                                     && !punt_q));
      a_open: assert (open == (punt ? '0 : {6'd0, slots_on_bus} -
                                           {7'd0, slot_aw_waits_q && !behind}));
      a_counts: assert (bus_count == (punt_q ? {1'b0, !sent_q} : slots_on_bus));
      a_punts: assert (punt_count == {1'b0, punt_aw_waits_q && !(punt_q && sent_q)} +
                                     {1'b0, punt_q && announced_q});
      a_w_due_slot: assert (!slot_w_waits_q || slot_count != '0);
      a_w_due_punt: assert (!punt_w_waits_q || punt_count != '0);
      a_length_slot: assert (!behind || slot_queue[1:0] == slot_length_q);
      a_length_punt: assert (!punt_aw_waits_q || punt_count == '0 || punt_length_q ==
                             (punt_count == 2'd1 ? punt_queue[1:0] : punt_queue[3:2]));
      a_none: assert (!punt_q || slots_on_bus == '0);
      a_behind: assert (punt || !behind || slots_on_bus == '0);
      a_beats: assert (beat_q == (punt_q ? punt_beat_q : slot_beat_q));
      a_other_beats: assert ((punt_q ? slot_beat_q : punt_beat_q) == '0);
      a_sent_beats: assert (bus_count != '0 || beat_q == '0);
      a_aw_waits: assert (aw_waits_q == (punt_q ? !announced_q : slot_aw_waits_q && !behind));
      a_punt_aw: assert (!punt_q || announced_q || punt_aw_waits_q);
      a_w_waits: assert (!w_waits_q || (punt_q ? punt_w_waits_q && !sent_q : slot_w_waits_q));
      a_w_on_bus: assert (!w_waits_q || bus_count != '0);
      a_held: assert (!aw_waits_q || {aw_id_q, address_q, length_q} ==
        (punt_q ? {1'b1, 62'd0, punt_address_q, 1'b1, 6'd0, punt_length_q} :
                  {1'b0, 62'd0, slot_address_q, 1'b0, 6'd0, slot_length_q}));
      a_held_data: assert (!w_waits_q || {data_q, last_q} ==
        (punt_q ? {510'd0, punt_data_q, 1'b1, punt_last_q} :
                  {510'd0, slot_data_q, 1'b0, slot_last_q}));
      a_queue_0: assert (bus_count == '0 || bus_queue[2:0] ==
        (punt_q ? {1'b1, punt_queue[1:0]} : {1'b0, slot_queue[1:0]}));
      a_queue_1: assert (bus_count < 2'd2 || bus_queue[5:3] == {1'b0, slot_queue[3:2]});
      a_queue_2: assert (bus_count < 2'd3 || bus_queue[8:6] == {1'b0, slot_queue[5:4]});
    end
  end
`endif

endmodule
