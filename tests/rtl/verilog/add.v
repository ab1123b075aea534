// Add: for every word: pop from all inputs at one edge; work(1); push.
//
// One output register. Lanes wrap at BITS.
module add #(
    parameter INPUTS = 2,
    parameter LANES = 1,
    parameter BITS = 8
) (
    input wire clk,
    input wire reset,
    input wire [INPUTS-1:0] in_valid,
    output wire [INPUTS-1:0] in_ready,
    input wire [INPUTS*LANES*BITS-1:0] in_data,
    output wire out_valid,
    input wire out_ready,
    output wire [LANES*BITS-1:0] out_data
);
  reg full;
  reg [LANES*BITS-1:0] word;
  reg [LANES*BITS-1:0] sum;

  wire advance = !full || out_ready;

  assign in_ready = {INPUTS{advance && &in_valid}};
  assign out_valid = full;
  assign out_data = word;

  integer i, lane;
  always @* begin
    sum = 0;
    for (i = 0; i < INPUTS; i = i + 1)
      for (lane = 0; lane < LANES; lane = lane + 1)
        sum[lane*BITS+:BITS] = sum[lane*BITS+:BITS] + in_data[(i*LANES+lane)*BITS+:BITS];
  end

  always @(posedge clk) begin
    if (advance) begin
      full <= &in_valid;
      word <= sum;
    end
    if (reset) full <= 0;
  end
endmodule
