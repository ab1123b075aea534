// DelayLine: what goes in comes out STAGES edges later; with 0 stages it is a wire.
module delay_line #(
    parameter WIDTH = 1,
    parameter STAGES = 1
) (
    input  wire             clk,
    input  wire             reset,
    input  wire [WIDTH-1:0] in,
    output wire [WIDTH-1:0] out
);
  generate
    if (STAGES == 0) begin : g_none
      wire unused = clk & reset;
      assign out = in;
    end else begin : g_stages
      reg [WIDTH-1:0] stage[0:STAGES-1];
      integer s;
      always @(posedge clk) begin
        for (s = 0; s < STAGES; s = s + 1) begin
          stage[s] <= reset ? {WIDTH{1'b0}} : s == 0 ? in : stage[s == 0 ? 0 : s-1];
        end
      end
      assign out = stage[STAGES-1];
    end
  endgenerate
endmodule
