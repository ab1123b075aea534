// Rebundle (a to b lanes): for every pixel, with `held = 0` channels at its start, until C channels are pushed: if
// `held >= b`: push, `held -= b`; else: pop, work(1), `held += a`. Both divide C. Storage: `a + b - gcd(a, b)` channels.
//
// As both divide C, a pixel ends with nothing held, and pixels need not be counted. LANES_IN is a, LANES_OUT is b.
module rebundle #(
    parameter LANES_IN = 1,
    parameter LANES_OUT = 2,
    parameter BITS = 8
) (
    input wire clk,
    input wire reset,
    input wire in_valid,
    output wire in_ready,
    input wire [LANES_IN*BITS-1:0] in_data,
    output wire out_valid,
    input wire out_ready,
    output wire [LANES_OUT*BITS-1:0] out_data
);
  localparam STORE = (LANES_IN + LANES_OUT) * BITS;  // the top gcd(a, b) lanes stay empty

  reg [STORE-1:0] store;
  reg [15:0] held;

  wire push = out_valid && out_ready;
  wire pop = in_valid && in_ready;
  wire [15:0] left = push ? held - LANES_OUT : held;
  wire [STORE-1:0] rest = push ? store >> (LANES_OUT * BITS) : store;

  assign out_valid = held >= LANES_OUT;
  assign out_data = store[LANES_OUT*BITS-1:0];
  assign in_ready = left < LANES_OUT;

  always @(posedge clk) begin
    store <= pop ? rest | (STORE'(in_data) << (left * BITS)) : rest;
    held <= pop ? left + LANES_IN : left;
    if (reset) begin
      store <= 0;
      held <= 0;
    end
  end
endmodule
