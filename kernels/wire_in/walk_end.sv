// Decides what the pieces of the walk come to, now that the frame's headers are understood.
//
// The walk runs ahead of the headers, and behind the end of the packet: pieces of blocks beyond the
// count, or behind the payload fall here. Each frame gets exactly one end: on its last piece where
// that is known in time, else with the frame's last beat. T4, combinational but for what it
// remembers of the frame.
module walk_end (
  input  logic        clk_i,
  input  logic        rst_i,

  // A piece, if the frame has not ended.
  input  logic        block_i,
  input  logic        head_i,
  input  logic        part_i,
  input  logic        lone_i,          // of a frame of one beat: of a block, that it is empty
  input  logic        over_i,          // the block ends behind the payload
  input  logic        exact_i,         // … with it
  input  logic        last_block_i,    // by the packet's count
  input  logic        last_head_i,     // no parts follow
  input  logic        last_part_i,
  input  logic [15:0] length_i,        // of the block

  input  logic        frame_end_i,     // the walk is through with the frame
  input  logic        blocks_i,        // … which should have had blocks
  input  logic [15:0] message_bytes_i,
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

  wire block = !ended_q && block_i && !over_i;
  wire head = !ended_q && head_i;
  wire part = !ended_q && part_i;
  wire natural_end = !ended_q && ((block_i && (last_block_i || over_i)) ||
                                  (head_i && last_head_i) || (part_i && last_part_i));

  assign end_o = natural_end || (frame_end_i && !ended_q);
  assign valid_o = !ended_q && (block_i || head_i || part_i || frame_end_i);
  assign kind_o = block ? BLOCK : head ? HEAD : part ? PART : NONE;
  assign ended_o = ended_q;
  assign frame_o = frame_q;

  always_comb begin
    end_outcome_o = outcome_pkg::OK;
    if (blocks_i) begin
      if (!(block_i && last_block_i && !over_i)) end_outcome_o = outcome_pkg::MOLD_BLOCK_TRUNCATED;
      else if (!exact_i) end_outcome_o = outcome_pkg::MOLD_TRAILING_BYTES;
    end
  end

  wire [6:0] part_bytes = !two_parts_i ? parts_bytes_i :
                          first_part_q ? 7'd48 : parts_bytes_i - 7'd48;
  assign length_o = head_i ? message_bytes_i : part_i ? {9'd0, part_bytes} :
                    lone_i ? '0 : length_i;

  always_ff @(posedge clk_i) begin
    if (part) first_part_q <= 1'b0;
    if (natural_end) ended_q <= 1'b1;
    if (frame_end_i || rst_i) begin
      ended_q <= 1'b0;
      first_part_q <= 1'b1;
      frame_q <= rst_i ? '0 : frame_q + 3'd1;
    end
  end

endmodule
