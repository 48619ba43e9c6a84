// Decides what the pieces of the walk come to, now that the frame's headers are understood.
//
// The walk runs ahead of the headers, and behind the end of the packet: pieces of frames that are
// neither feed nor order, of blocks beyond the count, or behind the payload fall here. Each frame
// gets exactly one end: on its last piece where that is known in time, else with the frame's last
// beat. A piece and what is derived of its header (y) arrive here together. T4, combinational but
// for what it remembers of the frame.
module walk_end (
  input  logic        clk_i,
  input  logic        rst_i,

  input  logic        block_i,
  input  logic        lone_i,          // a frame of one beat: a head, or an empty block, or neither
  input  logic        lone_empty_i,    // its block would be empty
  input  logic        head_i,
  input  logic        part_i,
  input  logic        last_part_i,
  input  logic [15:0] length_i,
  input  logic        over_i,          // the block ends behind the payload
  input  logic        exact_i,         // … with it
  input  logic        frame_end_i,     // the walk is through with the frame

  input  logic        feed_i,
  input  logic        order_i,
  input  logic [15:0] messages_i,
  input  logic [15:0] payload_end_i,
  input  logic [15:0] message_bytes_i,
  input  logic        parts_i,
  input  logic        two_parts_i,
  input  logic [6:0]  parts_bytes_i,

  output logic [2:0]  frame_o,         // which frame this is
  output logic        ended_o,         // nothing more is wanted of it
  output logic        valid_o,
  output logic [1:0]  kind_o,
  output logic [15:0] length_o,
  output logic        end_o,
  output logic [5:0]  end_outcome_o
);

  localparam logic [1:0] BLOCK = 2'd0;
  localparam logic [1:0] HEAD = 2'd1;
  localparam logic [1:0] PART = 2'd2;
  localparam logic [1:0] NONE = 2'd3;

  logic ended_q;
  logic [2:0] frame_q;
  logic first_part_q;
  logic [15:0] index_next_q;

  wire is_block = feed_i && (block_i || (lone_i && lone_empty_i)) && messages_i != '0;
  wire is_head = order_i && (head_i || lone_i);
  wire is_part = order_i && part_i;

  wire over = lone_i ? payload_end_i < 16'd64 : over_i;
  wire exact = lone_i ? payload_end_i == 16'd64 : exact_i;
  wire last_block = index_next_q == messages_i;

  wire block = !ended_q && is_block && !over;
  wire cut = !ended_q && is_block && over;
  wire head = !ended_q && is_head;
  wire part = !ended_q && is_part;
  wire natural_end = (block && last_block) || cut || (head && !parts_i) || (part && last_part_i);

  assign end_o = natural_end || (frame_end_i && !ended_q);
  assign valid_o = block || head || part || end_o;
  assign kind_o = block ? BLOCK : head ? HEAD : part ? PART : NONE;
  assign ended_o = ended_q;
  assign frame_o = frame_q;

  always_comb begin
    end_outcome_o = outcome_pkg::OK;
    if (feed_i && messages_i != '0) begin
      if (!(block && last_block)) end_outcome_o = outcome_pkg::MOLD_BLOCK_TRUNCATED;
      else if (!exact) end_outcome_o = outcome_pkg::MOLD_TRAILING_BYTES;
    end
  end

  wire [15:0] rest_bytes = {9'd0, parts_bytes_i - 7'd48};
  assign length_o = head ? message_bytes_i : !part ? (lone_i ? '0 : length_i) :
                    !two_parts_i ? {9'd0, parts_bytes_i} : first_part_q ? 16'd48 : rest_bytes;

  always_ff @(posedge clk_i) begin
    if (block) begin
      index_next_q <= index_next_q + 16'd1;
    end
    if (part) first_part_q <= 1'b0;
    if (natural_end) ended_q <= 1'b1;
    if (frame_end_i || rst_i) begin
      ended_q <= 1'b0;
      first_part_q <= 1'b1;
      index_next_q <= 16'd1;
      frame_q <= rst_i ? '0 : frame_q + 3'd1;
    end
  end

endmodule
