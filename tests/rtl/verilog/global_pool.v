// GlobalPool: for every pixel, beat: pop; work(1); push if it is the last pixel.
//
// A running sum a beat, and one output register: a beat is pushed while the last pixel's next beat is worked. Lanes wrap
// at BITS; scaling by the number of pixels is left to the push.
module global_pool #(
    parameter PIXELS = 4,
    parameter BEATS = 1,
    parameter LANES = 1,
    parameter BITS = 16
) (
    input wire clk,
    input wire reset,
    input wire in_valid,
    output wire in_ready,
    input wire [LANES*BITS-1:0] in_data,
    output wire out_valid,
    input wire out_ready,
    output wire [LANES*BITS-1:0] out_data
);
  localparam BEAT_BITS = BEATS > 1 ? $clog2(BEATS) : 1;

  reg full;
  reg [LANES*BITS-1:0] word;
  reg [LANES*BITS-1:0] sums[0:BEATS-1];
  reg [LANES*BITS-1:0] sum;
  reg [31:0] pixel;
  reg [BEAT_BITS-1:0] beat;

  wire pop = in_valid && in_ready;
  wire last_beat = beat == BEAT_BITS'(BEATS - 1);
  wire last_pixel = pixel == PIXELS - 1;

  assign in_ready = !full || out_ready;
  assign out_valid = full;
  assign out_data = word;

  integer lane;
  always @* begin
    sum = in_data;
    if (pixel != 0)
      for (lane = 0; lane < LANES; lane = lane + 1)
        sum[lane*BITS+:BITS] = in_data[lane*BITS+:BITS] + sums[beat][lane*BITS+:BITS];
  end

  always @(posedge clk) begin
    if (in_ready) begin
      full <= in_valid && last_pixel;
      word <= sum;
    end
    if (pop) begin
      sums[beat] <= sum;
      beat <= last_beat ? 0 : beat + 1;
      if (last_beat) pixel <= last_pixel ? 0 : pixel + 1;
    end
    if (reset) begin
      full <= 0;
      pixel <= 0;
      beat <= 0;
    end
  end
endmodule
