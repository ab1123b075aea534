// ChannelPad (before, after; both multiples of the lanes): for every pixel: `before / l` times: work(1), push a word of
// zeros; `C / l` times: pop, work(1), push; `after / l` times: work(1), push a word of zeros.
//
// One output register. BEATS_BEFORE, BEATS and BEATS_AFTER are the three counts.
module channel_pad #(
    parameter BEATS_BEFORE = 0,
    parameter BEATS = 1,
    parameter BEATS_AFTER = 0,
    parameter LANES = 1,
    parameter BITS = 8
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
  reg full;
  reg [LANES*BITS-1:0] word;
  reg [15:0] beat;

  // One counter from -BEATS_BEFORE on: what is below 0, or not below BEATS, is padding.
  localparam [15:0] FIRST = 16'(0 - BEATS_BEFORE);
  wire data = !beat[15] && beat < BEATS;
  wire advance = !full || out_ready;
  wire step = advance && (in_valid || !data);

  assign in_ready = advance && data;
  assign out_valid = full;
  assign out_data = word;

  always @(posedge clk) begin
    if (advance) begin
      full <= step;
      word <= data ? in_data : 0;
    end
    if (step) beat <= beat == BEATS + BEATS_AFTER - 1 ? FIRST : beat + 1;
    if (reset) begin
      full <= 0;
      beat <= FIRST;
    end
  end
endmodule
