// read_arbiter: two askers, one bus; an address that is shown stays, and data go to who asked.
//
// Bit 0 of the address tells whose it is (1: frames). The reset may come at any time.
module read_arbiter_proof (
  input logic       clk_i,
  input logic       rst_i,
  input logic       inject_valid_i,
  input logic       inject_address_i,
  input logic [1:0] inject_length_i,
  input logic       tx_valid_i,
  input logic       tx_address_i,
  input logic [1:0] tx_length_i,
  input logic       ar_ready_i,
  input logic       r_valid_i,
  input logic       r_id_i,
  input logic       r_last_i
);

  logic inject_ready, tx_ready, inject_r_valid, tx_r_valid;
  logic ar_valid, ar_id, r_ready;
  logic [63:0] address;
  logic [7:0] length;

  read_arbiter dut (
    .clk_i, .rst_i,
    .inject_ar_valid_i(inject_valid_i), .inject_ar_ready_o(inject_ready),
    .inject_ar_address_i({62'd0, inject_address_i, 1'b0}),
    .inject_ar_length_i({6'd0, inject_length_i}), .inject_r_valid_o(inject_r_valid),
    .tx_ar_valid_i(tx_valid_i), .tx_ar_ready_o(tx_ready),
    .tx_ar_address_i({62'd0, tx_address_i, 1'b1}), .tx_ar_length_i({6'd0, tx_length_i}),
    .tx_r_valid_o(tx_r_valid),
    .ar_valid_o(ar_valid), .ar_ready_i, .ar_address_o(address), .ar_length_o(length),
    .ar_id_o(ar_id), .r_valid_i, .r_ready_o(r_ready), .r_id_i
  );

  wire inject_taken = inject_valid_i && inject_ready;
  wire tx_taken = tx_valid_i && tx_ready;
  wire taken = ar_valid && ar_ready_i;

  logic started_q = 1'b0;
  logic inject_waits_q, tx_waits_q, waits_q;  // shown, not taken
  logic inject_address_q, tx_address_q, ar_id_q;
  logic [1:0] inject_length_q, tx_length_q;
  logic [63:0] address_q;
  logic [7:0] length_q;
  // Bursts asked for and not all here: by the bus's account, and by the askers'.
  logic [2:0] bus_0_q, bus_1_q, inject_open_q, tx_open_q;

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    inject_waits_q <= inject_valid_i && !inject_ready;
    tx_waits_q <= tx_valid_i && !tx_ready;
    waits_q <= ar_valid && !ar_ready_i;
    {inject_address_q, inject_length_q} <= {inject_address_i, inject_length_i};
    {tx_address_q, tx_length_q} <= {tx_address_i, tx_length_i};
    {ar_id_q, address_q, length_q} <= {ar_id, address, length};
    bus_0_q <= bus_0_q + {2'd0, taken && !ar_id} - {2'd0, r_valid_i && r_last_i && !r_id_i};
    bus_1_q <= bus_1_q + {2'd0, taken && ar_id} - {2'd0, r_valid_i && r_last_i && r_id_i};
    inject_open_q <= inject_open_q + {2'd0, inject_taken} - {2'd0, inject_r_valid && r_last_i};
    tx_open_q <= tx_open_q + {2'd0, tx_taken} - {2'd0, tx_r_valid && r_last_i};
    if (rst_i) begin
      {inject_waits_q, tx_waits_q, waits_q} <= '0;
      {bus_0_q, bus_1_q, inject_open_q, tx_open_q} <= '0;
    end
  end

  // The environment: askers that keep the rules, a memory that answers what was asked.
  always_comb begin
    if (!started_q) assume (rst_i);
    if (started_q && !rst_i) begin
      if (inject_waits_q)
        assume (inject_valid_i &&
                {inject_address_i, inject_length_i} == {inject_address_q, inject_length_q});
      if (tx_waits_q)
        assume (tx_valid_i && {tx_address_i, tx_length_i} == {tx_address_q, tx_length_q});
      assume (!r_valid_i || (r_id_i ? bus_1_q != '0 : bus_0_q != '0));
      // The counters of this proof are small.
      assume (inject_open_q < 3'd6 && tx_open_q < 3'd6);
    end
  end

  always_comb begin
    if (rst_i) begin
      a_reset: assert (!ar_valid && !inject_ready && !tx_ready && !r_ready);
    end
    if (started_q && !rst_i) begin
      a_stable: assert (!waits_q ||
                        (ar_valid && {ar_id, address, length} == {ar_id_q, address_q, length_q}));
      a_no_delay: assert (ar_valid == (inject_valid_i || tx_valid_i));
      a_slots_first: assert (waits_q || !inject_valid_i || !ar_id);
      a_payload: assert (!ar_valid || (ar_id ?
        address == {62'd0, tx_address_i, 1'b1} && length == {6'd0, tx_length_i} :
        address == {62'd0, inject_address_i, 1'b0} && length == {6'd0, inject_length_i}));
      a_once: assert (taken == (inject_taken || tx_taken) && !(inject_taken && tx_taken));
      a_whose: assert (!taken || (ar_id ? tx_taken : inject_taken));
      a_r_ready: assert (r_ready);
      a_r: assert ({inject_r_valid, tx_r_valid} == {r_valid_i && !r_id_i, r_valid_i && r_id_i});
      a_r_inject: assert (inject_open_q == bus_0_q);
      a_r_tx: assert (tx_open_q == bus_1_q);

      cover (waits_q && ar_id && inject_waits_q && taken);   // frames had asked first
      cover (inject_taken && tx_waits_q && !waits_q);
      cover (inject_r_valid && inject_open_q == 3'd3 && tx_open_q == 3'd3);
    end
  end

`ifdef INVARIANTS
  // Registers of the arbiter, tied to these by proof.cfg.
  logic shown;
  logic tx;

  always_comb begin
    if (started_q && !rst_i) begin
      a_shown: assert (shown == waits_q);
      a_tx: assert (!shown || (tx == ar_id_q && (tx ? tx_waits_q : inject_waits_q)));
    end
  end
`endif

endmodule
