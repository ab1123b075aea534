// Pointwise: for every word: pop; work(1); push. What a layer does to each value by itself is part of the push of the
// module before it and takes no cycle; this module is for where there is none (the first stream, or behind a Fork whose
// other readers need the values as they are).
//
// One output register. The steps here are a batch norm and a ReLU: max(0, value * scale + shift), with a SCALES and a
// SHIFTS a channel, 32 bits each. Lanes wrap at BITS_OUT.
module pointwise #(
    parameter BEATS = 1,
    parameter LANES = 1,
    parameter [BEATS*LANES*32-1:0] SCALES = {BEATS * LANES{32'd1}},
    parameter [BEATS*LANES*32-1:0] SHIFTS = {BEATS * LANES{32'd0}},
    parameter BITS = 8,
    parameter BITS_OUT = 16
) (
    input wire clk,
    input wire reset,
    input wire in_valid,
    output wire in_ready,
    input wire [LANES*BITS-1:0] in_data,
    output wire out_valid,
    input wire out_ready,
    output wire [LANES*BITS_OUT-1:0] out_data
);
  reg full;
  reg [LANES*BITS_OUT-1:0] word;
  reg [15:0] beat;

  assign in_ready = !full || out_ready;
  assign out_valid = full;
  assign out_data = word;

  reg [LANES*BITS_OUT-1:0] changed;
  reg signed [BITS-1:0] value;
  reg signed [31:0] scale, shift, sum;
  integer lane, channel;
  always @* begin
    changed = 0;
    for (lane = 0; lane < LANES; lane = lane + 1) begin
      channel = {16'b0, beat} * LANES + lane;
      value = in_data[lane*BITS+:BITS];
      scale = SCALES[channel*32+:32];
      shift = SHIFTS[channel*32+:32];
      sum = 32'(value) * scale + shift;
      changed[lane*BITS_OUT+:BITS_OUT] = sum < 0 ? 0 : sum[BITS_OUT-1:0];
    end
  end

  always @(posedge clk) begin
    if (in_ready) begin
      full <= in_valid;
      word <= changed;
    end
    if (in_valid && in_ready) beat <= beat == BEATS - 1 ? 0 : beat + 1;
    if (reset) begin
      full <= 0;
      beat <= 0;
    end
  end
endmodule
