// SlidingWindow (K, stride s, four pads): walks the padded map, `Hp x Wp` positions, `C / l` beats each, beat innermost.
// For every row, column, beat: pop if the position is real; work(1); push the window if it is finished there. A window of
// output row `oy`, column `ox` is finished at padded row `oy * s + K - 1`, column `ox * s + K - 1`; `oy < Ho`,
// `ox < Wo`, `Ho = (Hp - K) / s + 1` rounded down. Positions behind the last window are walked too, and wait for nobody;
// the next image's top padding follows at once.
//
// K - 1 line buffers, K - 1 columns, one output register. Window words: row, column, lane; lane innermost and lowest.
module sliding_window #(
    parameter HEIGHT = 4,
    parameter WIDTH = 4,
    parameter KERNEL = 3,
    parameter STRIDE = 1,
    parameter PAD_TOP = 1,
    parameter PAD_LEFT = 1,
    parameter PAD_BOTTOM = 1,
    parameter PAD_RIGHT = 1,
    parameter BEATS = 1,
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
    output wire [KERNEL*KERNEL*LANES*BITS-1:0] out_data
);
  localparam WORD = LANES * BITS;
  localparam PADDED_HEIGHT = HEIGHT + PAD_TOP + PAD_BOTTOM;
  localparam PADDED_WIDTH = WIDTH + PAD_LEFT + PAD_RIGHT;

  // Where the walk is, and how many rows and columns until the next one in which a window is finished.
  reg [15:0] row, column, beat;
  reg [15:0] row_wait, column_wait;

  // A position is real if it is in [pad, pad + size); below pad the difference wraps.
  wire [15:0] map_row = row - PAD_TOP;
  wire [15:0] map_column = column - PAD_LEFT;
  wire real_position = map_row < HEIGHT && map_column < WIDTH;
  wire finished = row_wait == 0 && column_wait == 0;
  wire pixel_done = beat == BEATS - 1;
  wire row_done = pixel_done && column == PADDED_WIDTH - 1;
  wire image_done = row_done && row == PADDED_HEIGHT - 1;

  reg full;
  wire advance = !full || out_ready;
  wire step = advance && (in_valid || !real_position);
  wire [WORD-1:0] word = real_position ? in_data : 0;

  assign in_ready = advance && real_position;
  assign out_valid = full;

  always @(posedge clk) begin
    if (advance) full <= step && finished;
    if (step) begin
      beat <= pixel_done ? 0 : beat + 1;
      if (pixel_done) begin
        column <= row_done ? 0 : column + 1;
        column_wait <= row_done ? KERNEL - 1 : column_wait == 0 ? STRIDE - 1 : column_wait - 1;
      end
      if (row_done) begin
        row <= image_done ? 0 : row + 1;
        row_wait <= image_done ? KERNEL - 1 : row_wait == 0 ? STRIDE - 1 : row_wait - 1;
      end
    end
    if (reset) begin
      full <= 0;
      row <= 0;
      column <= 0;
      beat <= 0;
      row_wait <= KERNEL - 1;
      column_wait <= KERNEL - 1;
    end
  end

  generate
    if (KERNEL == 1) begin : g_pixel
      reg [WORD-1:0] pixel;
      always @(posedge clk) if (step) pixel <= word;
      assign out_data = pixel;
    end else begin : g_window
      // One entry a column and beat of the padded map: its last K - 1 rows, the oldest lowest.
      localparam ENTRIES = PADDED_WIDTH * BEATS;
      localparam ENTRY_BITS = ENTRIES > 1 ? $clog2(ENTRIES) : 1;
      localparam BEAT_BITS = BEATS > 1 ? $clog2(BEATS) : 1;
      reg [(KERNEL-1)*WORD-1:0] lines[0:ENTRIES-1];
      // One entry a beat: its last K - 1 columns of K rows, the oldest lowest.
      reg [(KERNEL-1)*KERNEL*WORD-1:0] columns[0:BEATS-1];
      reg [KERNEL*KERNEL*WORD-1:0] window;  // column by column
      reg [ENTRY_BITS-1:0] entry;
      wire [BEAT_BITS-1:0] beat_entry = beat[BEAT_BITS-1:0];
      wire [KERNEL*WORD-1:0] new_column = {word, lines[entry]};
      wire [KERNEL*KERNEL*WORD-1:0] new_window = {new_column, columns[beat_entry]};

      always @(posedge clk) begin
        if (step) begin
          lines[entry] <= new_column[KERNEL*WORD-1:WORD];
          columns[beat_entry] <= new_window[KERNEL*KERNEL*WORD-1:KERNEL*WORD];
          window <= new_window;
          entry <= row_done ? 0 : entry + 1;
        end
        if (reset) entry <= 0;
      end

      genvar y, x;
      for (y = 0; y < KERNEL; y = y + 1) begin : g_row
        for (x = 0; x < KERNEL; x = x + 1) begin : g_column
          assign out_data[(y*KERNEL+x)*WORD+:WORD] = window[(x*KERNEL+y)*WORD+:WORD];
        end
      end
    end
  endgenerate
endmodule
