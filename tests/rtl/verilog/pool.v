// Pool (max or average): behind a SlidingWindow. For every window: pop; work(1); push. A window holds all K x K positions
// of its beat: a max pool looks at those on the map, an average pool also at the padding, where that counts in its
// divisor; what ceil mode adds (more rows of padding at the bottom, more columns to the right) is looked at by neither.
//
// One output register. Rows [COUNTED_TOP, COUNTED_BOTTOM) and columns [COUNTED_LEFT, COUNTED_RIGHT) of the padded map are
// looked at; pads are those with what ceil mode adds. Means are rounded to the nearest, halves upwards.
module pool #(
    parameter AVERAGE = 0,
    parameter HEIGHT = 4,
    parameter WIDTH = 4,
    parameter KERNEL = 2,
    parameter STRIDE = 2,
    parameter PAD_TOP = 0,
    parameter PAD_LEFT = 0,
    parameter PAD_BOTTOM = 0,
    parameter PAD_RIGHT = 0,
    parameter COUNTED_TOP = 0,
    parameter COUNTED_BOTTOM = 4,
    parameter COUNTED_LEFT = 0,
    parameter COUNTED_RIGHT = 4,
    parameter BEATS = 1,
    parameter LANES = 1,
    parameter BITS = 8
) (
    input wire clk,
    input wire reset,
    input wire in_valid,
    output wire in_ready,
    input wire [KERNEL*KERNEL*LANES*BITS-1:0] in_data,
    output wire out_valid,
    input wire out_ready,
    output wire [LANES*BITS-1:0] out_data
);
  localparam LAST_ROW = (HEIGHT + PAD_TOP + PAD_BOTTOM - KERNEL) / STRIDE * STRIDE;
  localparam LAST_COLUMN = (WIDTH + PAD_LEFT + PAD_RIGHT - KERNEL) / STRIDE * STRIDE;
  localparam LOWEST = 1 << (BITS - 1);  // below 0: a sum plus this for each of its terms is not negative

  reg full;
  reg [LANES*BITS-1:0] word;
  reg [15:0] row, column, beat;  // first position of the window

  wire pop = in_valid && in_ready;
  wire pixel_done = beat == BEATS - 1;
  wire row_done = pixel_done && column == LAST_COLUMN;
  wire image_done = row_done && row == LAST_ROW;

  assign in_ready = !full || out_ready;
  assign out_valid = full;
  assign out_data = word;

  // Which positions count: those whose distance from the region's begin is below its size. Before it, that wraps.
  reg [KERNEL*KERNEL-1:0] counts;
  reg [15:0] from_top, from_left;
  reg [31:0] count;
  integer y, x;
  always @* begin
    count = 0;
    for (y = 0; y < KERNEL; y = y + 1)
      for (x = 0; x < KERNEL; x = x + 1) begin
        from_top = row + 16'(y - COUNTED_TOP);
        from_left = column + 16'(x - COUNTED_LEFT);
        counts[y*KERNEL+x] = from_top < COUNTED_BOTTOM - COUNTED_TOP &&
            from_left < COUNTED_RIGHT - COUNTED_LEFT;
        count = count + {31'b0, counts[y*KERNEL+x]};
      end
  end

  reg [LANES*BITS-1:0] reduced;
  reg signed [BITS-1:0] value, largest;
  reg [31:0] sum;
  integer lane, tap;
  always @* begin
    reduced = 0;
    for (lane = 0; lane < LANES; lane = lane + 1) begin
      largest = {1'b1, {BITS - 1{1'b0}}};
      sum = 0;
      value = 0;
      for (tap = 0; tap < KERNEL * KERNEL; tap = tap + 1)
        if (counts[tap]) begin
          value = in_data[(tap*LANES+lane)*BITS+:BITS];
          if (value > largest) largest = value;
          sum = sum + 32'(value) + LOWEST;
        end
      reduced[lane*BITS+:BITS] =
          AVERAGE != 0 ? BITS'((2 * sum + count) / (2 * count) - LOWEST) : largest;
    end
  end

  always @(posedge clk) begin
    if (in_ready) begin
      full <= in_valid;
      word <= reduced;
    end
    if (pop) begin
      beat <= pixel_done ? 0 : beat + 1;
      if (pixel_done) column <= row_done ? 0 : column + STRIDE;
      if (row_done) row <= image_done ? 0 : row + STRIDE;
    end
    if (reset) begin
      full <= 0;
      row <= 0;
      column <= 0;
      beat <= 0;
    end
  end
endmodule
