// DotUnit: takes the group of PAIRS activations of a window, drops pairs by KIND, and feeds the others to MACS
// multipliers, filter by filter; every filter's sum is kept in a bank.
//
// Work on a window: for each of its FILTERS filters max(1, ceil(survivors / MACS)) cycles. With SKIP_EMPTY_GROUPS a
// filter without survivors takes none (the unit looks ahead over its filters), a window 1 at least.
// Behind the last of the WINDOWS windows of accumulation p, at end(p), the unit offers its sums, and goes on at
// max(end(p), edge at which p + 1 - PIXEL_BUFFERS was freed), at once if that is the same edge.
//
// Datapath: multiplier, adder tree over the MACS products, sum in the bank: the last pairs of an accumulation, worked
// in the cycle before end(p), are in its bank from end(p) + 1 + ceil(log2 MACS). The drain reads with that delay, and
// empties what it reads. So a bank that is freed at an edge can be worked into from that edge on.
//
// Weights come from a ROM outside, so that all units of an array are one module: rows of PAIRS bytes by turn, window of
// the accumulation, filter.
// Successive accumulations are those of TURNS groups of channels, in turn.
// KIND: 0 dense, 1 skip_weights, 2 skip_activations, 3 skip_both.
module dot_unit #(
    parameter PAIRS = 9,
    parameter MACS = 1,
    parameter KIND = 3,
    parameter SKIP_EMPTY_GROUPS = 0,
    parameter FILTERS = 1,
    parameter WINDOWS = 1,
    parameter TURNS = 1,
    parameter PIXEL_BUFFERS = 2,
    parameter SUM_BITS = 32,
    parameter ENTRY_BITS = 1,
    parameter ROWS = TURNS * WINDOWS * FILTERS,
    parameter ROW_BITS = ROWS == 1 ? 1 : $clog2(ROWS)
) (
    input  wire                  clk,
    input  wire                  reset,
    // The window: may be taken at this edge; is taken.
    output wire                  ready,
    input  wire                  take,
    input  wire [   PAIRS*8-1:0] group,
    // The ROM: the row that is worked, and which weights of all filters of the window are not zero (only looked at with
    // SKIP_EMPTY_GROUPS).
    output wire [  ROW_BITS-1:0] weight_row,
    input  wire [   PAIRS*8-1:0] weight,
    output wire [  ROW_BITS-1:0] window_row,
    /* verilator lint_off UNUSEDSIGNAL */
    input  wire [FILTERS*PAIRS-1:0] weights_present,
    /* verilator lint_on UNUSEDSIGNAL */
    // The banks: sums of an accumulation wait for the drain; the drain is through with one.
    output wire                  offers,
    input  wire                  freed,
    // The drain reads an entry (bank * FILTERS + filter) and empties it.
    input  wire                  read,
    input  wire [ENTRY_BITS-1:0] read_entry,
    output wire [  SUM_BITS-1:0] read_sum
);
  /* verilator no_inline_module */
  localparam FILTER_BITS = FILTERS == 1 ? 1 : $clog2(FILTERS);
  localparam WINDOW_BITS = WINDOWS == 1 ? 1 : $clog2(WINDOWS);
  localparam BANK_COUNT_BITS = $clog2(PIXEL_BUFFERS + 1);
  localparam TREE_STAGES = $clog2(MACS);
  localparam MAC_COUNT_BITS = $clog2(PAIRS + 1);
  localparam [ROW_BITS-1:0] LAST_FIRST_ROW = ROW_BITS'(ROWS - FILTERS);
  localparam [ROW_BITS-1:0] ROWS_A_WINDOW = ROW_BITS'(FILTERS);
  localparam [FILTER_BITS-1:0] LAST_FILTER = FILTER_BITS'(FILTERS - 1);
  localparam [WINDOW_BITS-1:0] LAST_WINDOW = WINDOW_BITS'(WINDOWS - 1);
  localparam [BANK_COUNT_BITS-1:0] ALL_BANKS = BANK_COUNT_BITS'(PIXEL_BUFFERS);
  localparam [ENTRY_BITS-1:0] ENTRIES_A_BANK = ENTRY_BITS'(FILTERS);
  localparam [ENTRY_BITS-1:0] LAST_BANK = ENTRY_BITS'((PIXEL_BUFFERS - 1) * FILTERS);
  localparam [0:0] SKIP_WEIGHTS = KIND[0];
  localparam [0:0] SKIP_ACTIVATIONS = KIND[1];

  reg                       busy;
  reg [        PAIRS*8-1:0] window;
  reg [       ROW_BITS-1:0] first_row;  // of the window's filters
  reg [    WINDOW_BITS-1:0] position;  // of the window in its accumulation
  reg [    FILTER_BITS-1:0] filter;  // those before are done
  reg [          PAIRS-1:0] fed;  // pairs of the filter that are done
  reg [BANK_COUNT_BITS-1:0] offered;
  reg [     ENTRY_BITS-1:0] bank;  // first entry of the bank that is worked into

  // The filter to work on, and whether it is the window's last.
  wire [    PAIRS-1:0] activation_survives;
  wire [    PAIRS-1:0] weight_survives;
  genvar i;
  generate
    for (i = 0; i < PAIRS; i = i + 1) begin : g_survivor
      assign activation_survives[i] = |window[i*8+:8] | ~SKIP_ACTIVATIONS;
      assign weight_survives[i] = |weight[i*8+:8] | ~SKIP_WEIGHTS;
    end
  endgenerate
  reg  [FILTER_BITS-1:0] current;
  reg                    is_last;
  generate
    if (SKIP_EMPTY_GROUPS != 0) begin : g_look_ahead
      wire [FILTERS-1:0] has_pairs;
      genvar f;
      for (f = 0; f < FILTERS; f = f + 1) begin : g_filter
        assign has_pairs[f] =
            |(activation_survives & (weights_present[f*PAIRS+:PAIRS] | {PAIRS{~SKIP_WEIGHTS}}));
      end
      integer j;
      reg found;
      always @* begin
        current = filter;
        is_last = 1'b1;
        found   = 1'b0;
        for (j = 0; j < FILTERS; j = j + 1) begin
          if (FILTER_BITS'(j) >= filter && has_pairs[j]) begin
            if (found) begin
              is_last = 1'b0;
            end else begin
              current = FILTER_BITS'(j);
              found   = 1'b1;
            end
          end
        end
      end
    end else begin : g_one_by_one
      always @* begin
        current = filter;
        is_last = filter == LAST_FILTER;
      end
    end
  endgenerate

  // The first MACS of the pairs that are left of it.
  assign window_row = first_row;
  assign weight_row = first_row + ROW_BITS'(current);
  wire [PAIRS-1:0] left = activation_survives & weight_survives & ~fed;
  reg [PAIRS-1:0] fed_now;
  reg [MACS*8-1:0] mac_activation;
  reg [MACS*8-1:0] mac_weight;
  reg [MAC_COUNT_BITS-1:0] macs_used;
  integer p;
  always @* begin
    fed_now = {PAIRS{1'b0}};
    mac_activation = {MACS * 8{1'b0}};
    mac_weight = {MACS * 8{1'b0}};
    macs_used = 0;
    for (p = 0; p < PAIRS; p = p + 1) begin
      if (left[p] && 32'(macs_used) < MACS) begin
        fed_now[p] = 1'b1;
        mac_activation[macs_used*8+:8] = window[p*8+:8];
        mac_weight[macs_used*8+:8] = weight[p*8+:8];
        macs_used = macs_used + 1;
      end
    end
  end

  wire filter_done = left == fed_now;
  wire window_done = busy && filter_done && is_last;
  wire offers_now = window_done && position == LAST_WINDOW;
  wire [BANK_COUNT_BITS:0] still_offered =
      (BANK_COUNT_BITS + 1)'(offered) + (BANK_COUNT_BITS + 1)'(offers_now) - (BANK_COUNT_BITS + 1)'(freed);
  assign ready  = (!busy || window_done) && still_offered < {1'b0, ALL_BANKS};
  assign offers = offered != 0;

  always @(posedge clk) begin
    if (reset) begin
      busy <= 1'b0;
      first_row <= 0;
      position <= 0;
      offered <= 0;
      bank <= 0;
    end else begin
      busy <= take || (busy && !window_done);
      offered <= still_offered[BANK_COUNT_BITS-1:0];
      if (window_done) begin
        first_row <= first_row == LAST_FIRST_ROW ? 0 : first_row + ROWS_A_WINDOW;
        position  <= offers_now ? 0 : position + 1;
      end
      if (offers_now) begin
        bank <= bank == LAST_BANK ? 0 : bank + ENTRIES_A_BANK;
      end
    end
    if (take) begin
      window <= group;
      filter <= 0;
      fed <= {PAIRS{1'b0}};
    end else if (filter_done) begin
      filter <= current + 1;
      fed <= {PAIRS{1'b0}};
    end else begin
      filter <= current;
      fed <= fed | fed_now;
    end
  end

  // Multipliers, adder tree, bank.
  reg [MACS*SUM_BITS-1:0] products;
  integer n;
  always @(posedge clk) begin
    for (n = 0; n < MACS; n = n + 1) begin
      products[n*SUM_BITS+:SUM_BITS] <= SUM_BITS'($signed(mac_activation[n*8+:8])) *
          SUM_BITS'($signed(mac_weight[n*8+:8]));
    end
  end
  wire [SUM_BITS-1:0] sum;
  adder_tree #(
      .INPUTS(MACS),
      .WIDTH (SUM_BITS)
  ) tree (
      .clk  (clk),
      .terms(products),
      .sum  (sum)
  );

  wire add;
  wire [ENTRY_BITS-1:0] add_entry;
  delay_line #(
      .WIDTH (1 + ENTRY_BITS),
      .STAGES(1 + TREE_STAGES)
  ) way_to_bank (
      .clk(clk),
      .reset(reset),
      .in ({busy, bank + ENTRY_BITS'(current)}),
      .out({add, add_entry})
  );

  reg [SUM_BITS-1:0] sums[0:PIXEL_BUFFERS*FILTERS-1];
  assign read_sum = sums[read_entry];
  integer e;
  always @(posedge clk) begin
    if (reset) begin
      for (e = 0; e < PIXEL_BUFFERS * FILTERS; e = e + 1) begin
        sums[e] <= {SUM_BITS{1'b0}};
      end
    end else begin
      if (add) begin
        sums[add_entry] <= sums[add_entry] + sum;
      end
      if (read) begin
        sums[read_entry] <= {SUM_BITS{1'b0}};
      end
    end
  end
endmodule
