// AdderTree: sum of INPUTS terms of WIDTH bits, wrapping. A register behind every level: the sum is there
// ceil(log2 INPUTS) edges behind its terms; a single term goes straight through.
module adder_tree #(
    parameter INPUTS = 1,
    parameter WIDTH  = 32
) (
    input  wire                    clk,
    input  wire [INPUTS*WIDTH-1:0] terms,
    output wire [       WIDTH-1:0] sum
);
  localparam LEVELS = $clog2(INPUTS);
  localparam LEAVES = 1 << LEVELS;

  generate
    if (LEVELS == 0) begin : g_single
      wire unused = clk;
      assign sum = terms;
    end else begin : g_tree
      // A heap: node n adds nodes 2n and 2n + 1; the terms are nodes LEAVES and up.
      reg  [WIDTH-1:0] node [1:LEAVES-1];
      wire [WIDTH-1:0] below[2:2*LEAVES-1];
      genvar n;
      for (n = 2; n < 2 * LEAVES; n = n + 1) begin : g_gather
        if (n < LEAVES) begin : g_inner
          assign below[n] = node[n];
        end else if (n < LEAVES + INPUTS) begin : g_leaf
          assign below[n] = terms[(n-LEAVES)*WIDTH+:WIDTH];
        end else begin : g_none
          assign below[n] = {WIDTH{1'b0}};
        end
      end
      for (n = 1; n < LEAVES; n = n + 1) begin : g_add
        always @(posedge clk) node[n] <= below[2*n] + below[2*n+1];
      end
      assign sum = node[1];
    end
  endgenerate
endmodule
