// Fork: for every word: pop; work(1); push to all outputs at one edge.
//
// One output register. (`fork` is a word of Verilog's own.)
module stream_fork #(
    parameter OUTPUTS = 2,
    parameter LANES = 1,
    parameter BITS = 8
) (
    input wire clk,
    input wire reset,
    input wire in_valid,
    output wire in_ready,
    input wire [LANES*BITS-1:0] in_data,
    output wire [OUTPUTS-1:0] out_valid,
    input wire [OUTPUTS-1:0] out_ready,
    output wire [OUTPUTS*LANES*BITS-1:0] out_data
);
  reg full;
  reg [LANES*BITS-1:0] word;

  wire push = full && &out_ready;

  assign in_ready = !full || push;
  assign out_valid = {OUTPUTS{push}};
  assign out_data = {OUTPUTS{word}};

  always @(posedge clk) begin
    if (in_ready) begin
      full <= in_valid;
      word <= in_data;
    end
    if (reset) full <= 0;
  end
endmodule
