// DotArray: COARSE_IN x COARSE_OUT x COARSE_GROUP dot units on one broadcast stream, and a drain.
//
// Contract (modules/README.md): unit u works S_u(k) >= 1 cycles on window k,
//   pop_u(k)  = max(now_u, push(k) + L)                        a slot is free the edge after the slowest unit popped it
//   pop_u(k)  = max over units v of max(now_v, push(k) + L)    with LOCK_STEP: all at once
//   now_u     = pop_u(k) + S_u(k)
// After the B-th window of accumulation p the unit offers its sums at end_u(p) = now_u and goes on at
// h_u(p) = max(end_u(p), e(p + 1 - PIXEL_BUFFERS)), e(p) being the edge of the drain's last push of accumulation p. The
// drain pushes the R words of p from max over u of end_u(p) + 1, one an edge at most.
// Here S_u(k) is no input: units take the activations of the window and their filters' weights, and drop pairs.
//
// Neither stream is part of the array. The units' stream is a broadcast_stream of depth `queue`. The word of a push is on
// out_data (latency - 1) edges later: multiplier, adder tree, sum in the bank, sum over the COARSE_IN units, rounding.
//
// Window: KERNEL x KERNEL positions, at each of them the lanes of COARSE_IN * COARSE_GROUP lane units, GROUP_CHANNELS
// each; value 0 in the lowest byte. Unit (lane unit i, output lane o) is number i * COARSE_OUT + o.
// Output word: COARSE_GROUP * COARSE_OUT values; word j of an accumulation carries filters j * COARSE_OUT + o of each of
// the COARSE_GROUP groups.
// B = WINDOWS_PER_ACCUMULATION, R = WORDS_PER_ACCUMULATION, GROUP_TURNS = groups / COARSE_GROUP.
// Files: "<WEIGHTS>.unit<u>.hex", the rows of unit u (dot_unit.v); "<WEIGHTS>.bias.hex", a row of 32-bit biases, lane 0 lowest, for every
// word of every turn.
module dot_array #(
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
    parameter OUT_BITS = 32,
    parameter SHIFT = 0,
    parameter RELU = 0,
    parameter WEIGHTS = "weights",
    parameter LANE_UNITS = COARSE_IN * COARSE_GROUP,
    parameter UNITS = LANE_UNITS * COARSE_OUT,
    parameter IN_WIDTH = KERNEL * KERNEL * LANE_UNITS * GROUP_CHANNELS * 8,
    parameter OUT_WIDTH = COARSE_GROUP * COARSE_OUT * OUT_BITS
) (
    input  wire                      clk,
    input  wire                      reset,
    // The readers' ends of a broadcast_stream, one a unit; a unit looks at its own lanes only.
    input  wire [         UNITS-1:0] in_valid,
    output wire [         UNITS-1:0] in_ready,
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire [UNITS*IN_WIDTH-1:0] in_data,
    /* verilator lint_on UNUSEDSIGNAL */
    // The writer's end of a broadcast_stream with one reader, of latency 2 + ceil(log2 MACS) + ceil(log2 COARSE_IN).
    output wire                      out_valid,
    input  wire                      out_ready,
    output wire [     OUT_WIDTH-1:0] out_data
);
  localparam SUM_BITS = 32;
  localparam POSITIONS = KERNEL * KERNEL;
  localparam PAIRS = POSITIONS * GROUP_CHANNELS;
  localparam LANES = LANE_UNITS * GROUP_CHANNELS;
  localparam OUT_LANES = COARSE_GROUP * COARSE_OUT;
  localparam ENTRIES = PIXEL_BUFFERS * WORDS_PER_ACCUMULATION;
  localparam ENTRY_BITS = ENTRIES == 1 ? 1 : $clog2(ENTRIES);
  localparam BIASES = GROUP_TURNS * WORDS_PER_ACCUMULATION;
  localparam BIAS_BITS = BIASES == 1 ? 1 : $clog2(BIASES);
  localparam ROWS = GROUP_TURNS * WINDOWS_PER_ACCUMULATION * WORDS_PER_ACCUMULATION;
  localparam ROW_BITS = ROWS == 1 ? 1 : $clog2(ROWS);

  wire [UNITS-1:0] ready;
  assign in_ready = LOCK_STEP != 0 ? {UNITS{&ready && &in_valid}} : ready;

  wire [UNITS-1:0] offers;
  wire freed;
  wire read;
  wire [ENTRY_BITS-1:0] read_entry;
  wire [BIAS_BITS-1:0] bias_row;
  drain #(
      .WORDS(WORDS_PER_ACCUMULATION),
      .TURNS(GROUP_TURNS),
      .PIXEL_BUFFERS(PIXEL_BUFFERS),
      .READ_STAGES(1 + $clog2(MACS)),
      .BIAS_STAGES($clog2(COARSE_IN)),
      .ENTRY_BITS(ENTRY_BITS),
      .BIAS_BITS(BIAS_BITS)
  ) drain (
      .clk(clk),
      .reset(reset),
      .offered(&offers),
      .freed(freed),
      .out_valid(out_valid),
      .out_ready(out_ready),
      .read(read),
      .read_entry(read_entry),
      .bias_row(bias_row)
  );

  reg [OUT_LANES*SUM_BITS-1:0] biases[0:BIASES-1];
  initial $readmemh($sformatf("%s.bias.hex", WEIGHTS), biases);
  wire [OUT_LANES*SUM_BITS-1:0] bias = biases[bias_row];

  genvar g, i, o, k, f, p;
  generate
    for (g = 0; g < COARSE_GROUP; g = g + 1) begin : g_group
      for (o = 0; o < COARSE_OUT; o = o + 1) begin : g_out
        localparam LANE = g * COARSE_OUT + o;
        wire [COARSE_IN*SUM_BITS-1:0] parts;
        wire [SUM_BITS-1:0] sum;
        wire [SUM_BITS-1:0] biased = sum + bias[LANE*SUM_BITS+:SUM_BITS];
        for (i = 0; i < COARSE_IN; i = i + 1) begin : g_in
          localparam LANE_UNIT = g * COARSE_IN + i;
          localparam UNIT = LANE_UNIT * COARSE_OUT + o;
          wire [PAIRS*8-1:0] pairs;
          for (k = 0; k < POSITIONS; k = k + 1) begin : g_position
            assign pairs[k*GROUP_CHANNELS*8+:GROUP_CHANNELS*8] =
                in_data[UNIT*IN_WIDTH+(k*LANES+LANE_UNIT*GROUP_CHANNELS)*8+:GROUP_CHANNELS*8];
          end
          reg [PAIRS*8-1:0] weights[0:ROWS-1];
          initial $readmemh($sformatf("%s.unit%0d.hex", WEIGHTS, UNIT), weights);
          wire [ROW_BITS-1:0] weight_row;
          /* verilator lint_off UNUSEDSIGNAL */
          wire [ROW_BITS-1:0] window_row;
          /* verilator lint_on UNUSEDSIGNAL */
          wire [WORDS_PER_ACCUMULATION*PAIRS-1:0] weights_present;
          for (f = 0; f < WORDS_PER_ACCUMULATION; f = f + 1) begin : g_filter
            if (SKIP_EMPTY_GROUPS != 0) begin : g_looked_at
              wire [PAIRS*8-1:0] weight_row_ahead = weights[window_row+ROW_BITS'(f)];
              for (p = 0; p < PAIRS; p = p + 1) begin : g_pair
                assign weights_present[f*PAIRS+p] = |weight_row_ahead[p*8+:8];
              end
            end else begin : g_not_looked_at
              assign weights_present[f*PAIRS+:PAIRS] = 0;
            end
          end
          dot_unit #(
              .PAIRS(PAIRS),
              .MACS(MACS),
              .KIND(UNIT_KIND),
              .SKIP_EMPTY_GROUPS(SKIP_EMPTY_GROUPS),
              .FILTERS(WORDS_PER_ACCUMULATION),
              .WINDOWS(WINDOWS_PER_ACCUMULATION),
              .TURNS(GROUP_TURNS),
              .PIXEL_BUFFERS(PIXEL_BUFFERS),
              .SUM_BITS(SUM_BITS),
              .ENTRY_BITS(ENTRY_BITS)
          ) unit (
              .clk(clk),
              .reset(reset),
              .ready(ready[UNIT]),
              .take(in_valid[UNIT] && in_ready[UNIT]),
              .group(pairs),
              .weight_row(weight_row),
              .weight(weights[weight_row]),
              .window_row(window_row),
              .weights_present(weights_present),
              .offers(offers[UNIT]),
              .freed(freed),
              .read(read),
              .read_entry(read_entry),
              .read_sum(parts[i*SUM_BITS+:SUM_BITS])
          );
        end
        adder_tree #(
            .INPUTS(COARSE_IN),
            .WIDTH (SUM_BITS)
        ) over_inputs (
            .clk  (clk),
            .terms(parts),
            .sum  (sum)
        );
        rounding #(
            .SUM_BITS(SUM_BITS),
            .OUT_BITS(OUT_BITS),
            .SHIFT(SHIFT),
            .RELU(RELU)
        ) round (
            .sum  (biased),
            .value(out_data[LANE*OUT_BITS+:OUT_BITS])
        );
      end
    end
  endgenerate
endmodule
