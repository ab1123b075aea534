// Rounding: a sum made an output value. RELU: negative sums become 0. Then division by 2^SHIFT, halves upwards, and
// saturation to OUT_BITS. No register. OUT_BITS = SUM_BITS, SHIFT = 0, RELU = 0 pass the sum on.
module rounding #(
    parameter SUM_BITS = 32,
    parameter OUT_BITS = 8,
    parameter SHIFT = 8,
    parameter RELU = 1
) (
    input  wire [SUM_BITS-1:0] sum,
    output wire [OUT_BITS-1:0] value
);
  localparam [SUM_BITS:0] HALF = (1 << SHIFT) >> 1;

  wire [SUM_BITS-1:0] rectified = RELU != 0 && sum[SUM_BITS-1] ? {SUM_BITS{1'b0}} : sum;
  wire signed [SUM_BITS:0] raised = {rectified[SUM_BITS-1], rectified} + HALF;
  wire signed [SUM_BITS:0] quotient = raised >>> SHIFT;

  generate
    if (OUT_BITS < SUM_BITS) begin : g_saturate
      wire fits = quotient[SUM_BITS:OUT_BITS-1] == {SUM_BITS - OUT_BITS + 2{quotient[SUM_BITS]}};
      assign value = fits ? quotient[OUT_BITS-1:0] : {quotient[SUM_BITS], {OUT_BITS - 1{~quotient[SUM_BITS]}}};
    end else begin : g_as_it_is
      wire unused = quotient[SUM_BITS];
      assign value = quotient[OUT_BITS-1:0];
    end
  endgenerate
endmodule
