// Concat: for every pixel, input by input in port order, for each of the input's `C_i / l` words: pop it; work(1); push.
// All inputs and the output have the same lanes, which divide the channels of every input. A word of an input whose turn
// has not come stays in its stream.
//
// One output register. BEATS is the words a pixel of each input, 32 bits an input.
module concat #(
    parameter INPUTS = 2,
    parameter [INPUTS*32-1:0] BEATS = {INPUTS{32'd1}},
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
  reg [INPUTS-1:0] turn;  // one bit, that of the input whose words are taken
  reg [31:0] beat;

  // What the input has whose turn it is.
  reg [LANES*BITS-1:0] data;
  reg [31:0] beats;
  integer i;
  always @* begin
    data = 0;
    beats = 0;
    for (i = 0; i < INPUTS; i = i + 1)
      if (turn[i]) begin
        data = in_data[i*LANES*BITS+:LANES*BITS];
        beats = BEATS[i*32+:32];
      end
  end

  wire advance = !full || out_ready;
  wire pop = advance && |(in_valid & turn);
  wire turn_done = beat == beats - 1;

  assign in_ready = advance ? turn : 0;
  assign out_valid = full;
  assign out_data = word;

  always @(posedge clk) begin
    if (advance) begin
      full <= pop;
      word <= data;
    end
    if (pop) begin
      beat <= turn_done ? 0 : beat + 1;
      if (turn_done) turn <= turn[INPUTS-1] ? 1 : turn << 1;
    end
    if (reset) begin
      full <= 0;
      turn <= 1;
      beat <= 0;
    end
  end
endmodule
