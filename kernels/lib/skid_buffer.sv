// A register slice that cuts both ways: valid and data forward, ready backward.
//
// Latency 1 cycle, one transfer a cycle. A beat that arrives while the output is stalled waits in
// `temp`; ready falls one cycle later than the stall, which is what `temp` is for.
module skid_buffer #(
  parameter int Width = 8
) (
  input  logic             clk_i,
  input  logic             rst_i,

  input  logic             valid_i,
  output logic             ready_o,
  input  logic [Width-1:0] data_i,

  output logic             valid_o,
  input  logic             ready_i,
  output logic [Width-1:0] data_o
);

  logic [Width-1:0] temp_q;
  logic temp_valid_q;

  // Not ready in reset: a transfer then would be lost.
  assign ready_o = !temp_valid_q && !rst_i;

  wire advance = ready_i || !valid_o;

  always_ff @(posedge clk_i) begin
    if (advance) begin
      // temp → output, or input → output
      valid_o <= temp_valid_q || (valid_i && ready_o);
      data_o <= temp_valid_q ? temp_q : data_i;
      temp_valid_q <= 1'b0;
    end else if (valid_i && ready_o) begin
      // input → temp
      temp_q <= data_i;
      temp_valid_q <= 1'b1;
    end
    if (rst_i) begin
      valid_o <= 1'b0;
      temp_valid_q <= 1'b0;
    end
  end

endmodule
