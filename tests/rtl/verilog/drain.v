// Drain: for every accumulation that all units have offered, WORDS pushes, one an edge at most.
//
// It may push from the edge after the last unit offered. `freed` is high at the edge of the last push: the units may
// work into that bank from this edge on. A push leaves as a token: READ_STAGES edges later it reads the entry of the
// bank, and BIAS_STAGES edges after that it picks the bias of the word.
module drain #(
    parameter WORDS = 1,
    parameter TURNS = 1,
    parameter PIXEL_BUFFERS = 2,
    parameter READ_STAGES = 1,
    parameter BIAS_STAGES = 0,
    parameter ENTRY_BITS = 1,
    parameter BIAS_BITS = 1
) (
    input  wire                  clk,
    input  wire                  reset,
    input  wire                  offered,
    output wire                  freed,
    output wire                  out_valid,
    input  wire                  out_ready,
    output wire                  read,
    output wire [ENTRY_BITS-1:0] read_entry,
    output wire [ BIAS_BITS-1:0] bias_row
);
  localparam WORD_BITS = WORDS == 1 ? 1 : $clog2(WORDS);
  localparam [WORD_BITS-1:0] LAST_WORD = WORD_BITS'(WORDS - 1);
  localparam [ENTRY_BITS-1:0] LAST_ENTRY = ENTRY_BITS'(PIXEL_BUFFERS * WORDS - 1);
  localparam [BIAS_BITS-1:0] LAST_BIAS = BIAS_BITS'(TURNS * WORDS - 1);

  reg [ WORD_BITS-1:0] word;
  reg [ENTRY_BITS-1:0] entry;
  reg [ BIAS_BITS-1:0] bias;
  wire [BIAS_BITS-1:0] bias_read;

  wire push = out_valid && out_ready;
  assign out_valid = offered;
  assign freed = push && word == LAST_WORD;

  always @(posedge clk) begin
    if (reset) begin
      word <= 0;
      entry <= 0;
      bias <= 0;
    end else if (push) begin
      word  <= freed ? 0 : word + 1;
      entry <= entry == LAST_ENTRY ? 0 : entry + 1;
      bias  <= bias == LAST_BIAS ? 0 : bias + 1;
    end
  end

  delay_line #(
      .WIDTH (1 + ENTRY_BITS + BIAS_BITS),
      .STAGES(READ_STAGES)
  ) way_to_bank (
      .clk(clk),
      .reset(reset),
      .in ({push, entry, bias}),
      .out({read, read_entry, bias_read})
  );
  delay_line #(
      .WIDTH (BIAS_BITS),
      .STAGES(BIAS_STAGES)
  ) way_to_bias (
      .clk(clk),
      .reset(reset),
      .in (bias_read),
      .out(bias_row)
  );
endmodule
