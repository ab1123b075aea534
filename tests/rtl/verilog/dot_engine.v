// DotEngine: a DotArray and the stream that its units read, as one block between valid/ready pins: what one puts on a
// board, or into a simulation in place of the model (tests/rtl/cosimulation).
//
// in_valid && in_ready push a window into the queue (depth QUEUE, latency QUEUE_LATENCY; with more than 1, in_data
// belongs to the push QUEUE_LATENCY - 1 edges before). in_freed is high at the edge at which the slowest unit pops.
// Parameters and output: dot_array.v.
module dot_engine #(
    parameter KERNEL = 3,
    parameter GROUP_CHANNELS = 1,
    parameter COARSE_IN = 1,
    parameter COARSE_OUT = 1,
    parameter COARSE_GROUP = 1,
    parameter MACS = 1,
    parameter UNIT_KIND = 3,
    parameter SKIP_EMPTY_GROUPS = 0,
    parameter WINDOWS_PER_ACCUMULATION = 1,
    parameter WORDS_PER_ACCUMULATION = 1,
    parameter GROUP_TURNS = 1,
    parameter LOCK_STEP = 0,
    parameter PIXEL_BUFFERS = 2,
    parameter QUEUE = 2,
    parameter QUEUE_LATENCY = 1,
    parameter OUT_BITS = 32,
    parameter SHIFT = 0,
    parameter RELU = 0,
    parameter WEIGHTS = "weights",
    parameter LANE_UNITS = COARSE_IN * COARSE_GROUP,
    parameter UNITS = LANE_UNITS * COARSE_OUT,
    parameter IN_WIDTH = KERNEL * KERNEL * LANE_UNITS * GROUP_CHANNELS * 8,
    parameter OUT_WIDTH = COARSE_GROUP * COARSE_OUT * OUT_BITS
) (
    input  wire                 clk,
    input  wire                 reset,
    input  wire                 in_valid,
    output wire                 in_ready,
    input  wire [ IN_WIDTH-1:0] in_data,
    output wire                 in_freed,
    output wire                 out_valid,
    input  wire                 out_ready,
    output wire [OUT_WIDTH-1:0] out_data
);
  wire [UNITS-1:0] has_window;
  wire [UNITS-1:0] takes_window;
  wire [UNITS*IN_WIDTH-1:0] windows;

  broadcast_stream #(
      .WIDTH  (IN_WIDTH),
      .DEPTH  (QUEUE),
      .LATENCY(QUEUE_LATENCY),
      .READERS(UNITS)
  ) queue (
      .clk(clk),
      .reset(reset),
      .push_valid(in_valid),
      .push_ready(in_ready),
      .push_data(in_data),
      .pop_valid(has_window),
      .pop_ready(takes_window),
      .pop_data(windows),
      .freed(in_freed),
      /* verilator lint_off PINCONNECTEMPTY */
      .freed_data()
      /* verilator lint_on PINCONNECTEMPTY */
  );

  dot_array #(
      .KERNEL(KERNEL),
      .GROUP_CHANNELS(GROUP_CHANNELS),
      .COARSE_IN(COARSE_IN),
      .COARSE_OUT(COARSE_OUT),
      .COARSE_GROUP(COARSE_GROUP),
      .MACS(MACS),
      .UNIT_KIND(UNIT_KIND),
      .SKIP_EMPTY_GROUPS(SKIP_EMPTY_GROUPS),
      .WINDOWS_PER_ACCUMULATION(WINDOWS_PER_ACCUMULATION),
      .WORDS_PER_ACCUMULATION(WORDS_PER_ACCUMULATION),
      .GROUP_TURNS(GROUP_TURNS),
      .LOCK_STEP(LOCK_STEP),
      .PIXEL_BUFFERS(PIXEL_BUFFERS),
      .OUT_BITS(OUT_BITS),
      .SHIFT(SHIFT),
      .RELU(RELU),
      .WEIGHTS(WEIGHTS)
  ) array (
      .clk(clk),
      .reset(reset),
      .in_valid(has_window),
      .in_ready(takes_window),
      .in_data(windows),
      .out_valid(out_valid),
      .out_ready(out_ready),
      .out_data(out_data)
  );
endmodule
