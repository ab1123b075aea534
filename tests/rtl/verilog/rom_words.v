// RomWords: the words of a file one behind the other, over and over: `data` is the next one, `take` goes on.
module rom_words #(
    parameter WIDTH = 8,
    parameter WORDS = 1,
    parameter FILE = "words.hex"
) (
    input wire clk,
    input wire reset,
    input wire take,
    output wire [WIDTH-1:0] data
);
  localparam INDEX_BITS = WORDS > 1 ? $clog2(WORDS) : 1;

  reg [WIDTH-1:0] words[0:WORDS-1];
  reg [INDEX_BITS-1:0] index;
  initial $readmemh(FILE, words);

  assign data = words[index];

  always @(posedge clk) begin
    if (take) index <= index == INDEX_BITS'(WORDS - 1) ? 0 : index + 1;
    if (reset) index <= 0;
  end
endmodule
