// DmaReader: the first stream's words, `b` bytes each, come in bursts of `max(1, burst / b)` words, the last one of an
// image shorter. Fetch: for every burst: wait for room in the burst stream (depth `outstanding`, L = 1), request it at
// that edge and push its token at that edge; work(1). Unpack: pop a token; wait until its `done`; push its words, one an
// edge at most.
//
// A token is the burst's words and its `done`. Bytes come from outside, for the word at `address` of all images.
module dma_reader #(
    parameter IMAGES = 1,
    parameter WORDS = 4,
    parameter WORD_BYTES = 1,
    parameter BURST = 64,
    parameter OUTSTANDING = 4
) (
    input wire clk,
    input wire reset,
    input wire [31:0] now,
    output wire request,
    output wire [31:0] request_bytes,
    input wire [31:0] request_done,
    output reg [31:0] address,
    input wire [WORD_BYTES*8-1:0] data,
    output wire out_valid,
    input wire out_ready,
    output wire [WORD_BYTES*8-1:0] out_data,
    output wire probe_push,
    output wire probe_pop
);
  localparam BURST_WORDS = BURST / WORD_BYTES > 1 ? BURST / WORD_BYTES : 1;

  // Fetch.
  reg [31:0] images_left, words_left;
  wire [31:0] burst_words = words_left < BURST_WORDS ? words_left : BURST_WORDS;
  wire image_done = words_left == burst_words;
  wire room;

  assign request = room && images_left != 0;
  assign request_bytes = burst_words * WORD_BYTES;

  always @(posedge clk) begin
    if (request) begin
      words_left <= image_done ? WORDS : words_left - burst_words;
      if (image_done) images_left <= images_left - 1;
    end
    if (reset) begin
      images_left <= IMAGES;
      words_left <= WORDS;
    end
  end

  wire token_valid, token_ready;
  wire [31:0] token_words, token_done;
  stream #(
      .WIDTH(64),
      .DEPTH(OUTSTANDING),
      .LATENCY(1)
  ) bursts (
      .clk,
      .reset,
      .push_valid(request),
      .push_ready(room),
      .push_data({burst_words, request_done}),
      .pop_valid(token_valid),
      .pop_ready(token_ready),
      .pop_data({token_words, token_done})
  );
  assign probe_push = request;
  assign probe_pop = token_valid && token_ready;

  // Unpack: a token is popped at the edge of the last push before it, and its first word may leave at that edge if
  // nothing else does.
  reg [31:0] left, done;
  wire idle = left == 0;
  wire [31:0] to_push = idle ? token_words : left;
  wire there = $signed(now - (idle ? token_done : done)) >= 0;
  wire push = out_valid && out_ready;

  assign out_valid = (!idle || token_valid) && there;
  assign out_data = data;
  assign token_ready = idle || (push && left == 1);

  always @(posedge clk) begin
    if (push) begin
      left <= to_push - 1;
      address <= address + 1;
    end
    if (probe_pop) begin
      left <= idle && push ? token_words - 1 : token_words;
      done <= token_done;
    end
    if (reset) begin
      left <= 0;
      address <= 0;
    end
  end
endmodule
