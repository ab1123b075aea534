// Subsample (stride s): for every row, column, beat: pop; work(1); push if row and column are multiples of s.
//
// One output register.
module subsample #(
    parameter HEIGHT = 2,
    parameter WIDTH = 2,
    parameter BEATS = 1,
    parameter STRIDE = 2,
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
  reg [15:0] row, column, beat;
  reg [15:0] row_wait, column_wait;  // rows and columns until the next one that is kept

  wire pop = in_valid && in_ready;
  wire pixel_done = beat == BEATS - 1;
  wire row_done = pixel_done && column == WIDTH - 1;
  wire image_done = row_done && row == HEIGHT - 1;

  assign in_ready = !full || out_ready;
  assign out_valid = full;
  assign out_data = word;

  always @(posedge clk) begin
    if (in_ready) begin
      full <= in_valid && row_wait == 0 && column_wait == 0;
      word <= in_data;
    end
    if (pop) begin
      beat <= pixel_done ? 0 : beat + 1;
      if (pixel_done) begin
        column <= row_done ? 0 : column + 1;
        column_wait <= row_done ? 0 : column_wait == 0 ? STRIDE - 1 : column_wait - 1;
      end
      if (row_done) begin
        row <= image_done ? 0 : row + 1;
        row_wait <= image_done ? 0 : row_wait == 0 ? STRIDE - 1 : row_wait - 1;
      end
    end
    if (reset) begin
      full <= 0;
      row <= 0;
      column <= 0;
      beat <= 0;
      row_wait <= 0;
      column_wait <= 0;
    end
  end
endmodule
