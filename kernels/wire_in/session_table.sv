// Which session is this source? A look-up is one read, because the host has placed the sessions.
//
// 512 buckets of 4; the bucket is a hash of address and port whose rows the host chooses until all
// sessions fit (host/card/session_placement.hpp): bit i is the parity of the key under row i. Asked
// in one cycle, answered in the next.
module session_table (
  input  logic         clk_i,
  input  logic [431:0] hash_rows_i,        // 9 rows of 48 bits

  input  logic         write_i,
  input  logic [10:0]  write_index_i,      // bucket and way
  input  logic         write_valid_i,
  input  logic [31:0]  write_address_i,
  input  logic [15:0]  write_port_i,
  input  logic [31:0]  write_session_i,

  input  logic [31:0]  lookup_address_i,
  input  logic [15:0]  lookup_port_i,
  output logic         hit_o,
  output logic [31:0]  session_o
);

  wire [47:0] key = {lookup_address_i, lookup_port_i};
  logic [8:0] bucket;
  always_comb begin
    for (int row = 0; row < 9; row++) bucket[row] = ^(key & hash_rows_i[48*row +: 48]);
  end

  logic [47:0] key_q;
  always_ff @(posedge clk_i) key_q <= key;

  logic [3:0] hits;
  logic [127:0] sessions;

  for (genvar way = 0; way < 4; way++) begin : g_way
    logic valid;
    logic [47:0] found;
    logic [31:0] session;

    ram #(.Width(81), .DepthLog2(9)) i_ways (
      .clk_i,
      .write_i(write_i && write_index_i[1:0] == 2'(way)),
      .write_address_i(write_index_i[10:2]),
      .write_data_i({write_valid_i, write_address_i, write_port_i, write_session_i}),
      .read_address_i(bucket),
      .read_data_o({valid, found, session})
    );
    assign hits[way] = valid && found == key_q;
    assign sessions[32*way +: 32] = hits[way] ? session : '0;
  end

  assign hit_o = |hits;
  assign session_o = sessions[31:0] | sessions[63:32] | sessions[95:64] | sessions[127:96];

endmodule
