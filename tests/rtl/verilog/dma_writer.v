// DmaWriter: Pack: for every word: pop; work(1); behind the last word of a burst push a token to the burst stream (depth
// `outstanding`, L = 1). Post: for every burst n: pop the token; wait until `done(n - outstanding)`; request at that
// edge; work(1). Behind the last one: wait until all are done.
//
// A token is the burst's bytes. The words go outside as they are popped.
module dma_writer #(
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
    input wire in_valid,
    output wire in_ready,
    output wire probe_push,
    output wire probe_pop
);
  localparam BURST_WORDS = BURST / WORD_BYTES > 1 ? BURST / WORD_BYTES : 1;

  // Pack.
  reg [31:0] words_left;  // of the image
  reg [31:0] burst_words;
  reg packed_up;  // a burst waits for room in the burst stream
  wire room;
  wire [31:0] packed_bytes = burst_words * WORD_BYTES;
  wire pop = in_valid && in_ready;
  wire image_done = words_left == 1;
  wire [31:0] words_before = packed_up ? 0 : burst_words;
  wire burst_done = image_done || words_before == BURST_WORDS - 1;

  assign in_ready = !packed_up || room;
  assign probe_push = packed_up && room;

  always @(posedge clk) begin
    if (in_ready) packed_up <= in_valid && burst_done;
    if (probe_push) burst_words <= 0;
    if (pop) begin
      words_left <= image_done ? WORDS : words_left - 1;
      burst_words <= words_before + 1;
    end
    if (reset) begin
      packed_up <= 0;
      burst_words <= 0;
      words_left <= WORDS;
    end
  end

  reg waiting;  // Post has a token and waits for an earlier burst to be done
  wire token_valid;
  wire [31:0] token_bytes;
  stream #(
      .WIDTH(32),
      .DEPTH(OUTSTANDING),
      .LATENCY(1)
  ) bursts (
      .clk,
      .reset,
      .push_valid(packed_up),
      .push_ready(room),
      .push_data(packed_bytes),
      .pop_valid(token_valid),
      .pop_ready(!waiting),
      .pop_data(token_bytes)
  );
  assign probe_pop = token_valid && !waiting;

  // Post: a token is requested at the edge of its pop, or waits.
  localparam RING_BITS = OUTSTANDING > 1 ? $clog2(OUTSTANDING) : 1;
  reg [31:0] waiting_bytes;
  reg [31:0] done[0:OUTSTANDING-1];  // of the last requests
  reg [RING_BITS-1:0] oldest;
  reg ring_full;

  assign request = (waiting || token_valid) && (!ring_full || $signed(now - done[oldest]) >= 0);
  assign request_bytes = waiting ? waiting_bytes : token_bytes;

  always @(posedge clk) begin
    if (waiting || token_valid) waiting <= !request;
    if (probe_pop) waiting_bytes <= token_bytes;
    if (request) begin
      done[oldest] <= request_done;
      oldest <= oldest == RING_BITS'(OUTSTANDING - 1) ? 0 : oldest + 1;
      if (oldest == RING_BITS'(OUTSTANDING - 1)) ring_full <= 1;
    end
    if (reset) begin
      waiting <= 0;
      oldest <= 0;
      ring_full <= 0;
    end
  end
endmodule
