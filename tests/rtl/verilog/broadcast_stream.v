// BroadcastStream: a stream (stream.v) that READERS units read, every one all of it and at its own pace.
//
// Depth DEPTH, latency LATENCY, capacity DEPTH + LATENCY - 1 words, those in flight included. A word pushed at edge t can
// be popped from edge t + LATENCY; its slot is free the edge after the slowest reader popped it: `freed` is high at that
// reader's edge, with the word in `freed_data`. One push an edge, one pop an edge and reader.
// The writer has a pipelined datapath of LATENCY - 1 stages: `push_data` belongs to the push LATENCY - 1 edges before.
module broadcast_stream #(
    parameter WIDTH   = 8,
    parameter DEPTH   = 2,
    parameter LATENCY = 1,
    parameter READERS = 1
) (
    input  wire                     clk,
    input  wire                     reset,
    input  wire                     push_valid,
    output wire                     push_ready,
    input  wire [        WIDTH-1:0] push_data,
    output wire [      READERS-1:0] pop_valid,
    input  wire [      READERS-1:0] pop_ready,
    output wire [READERS*WIDTH-1:0] pop_data,
    output wire                     freed,
    output wire [        WIDTH-1:0] freed_data
);
  localparam SLOTS = DEPTH + LATENCY - 1;
  localparam COUNT_BITS = $clog2(SLOTS + 1);
  localparam SLOT_BITS = SLOTS == 1 ? 1 : $clog2(SLOTS);
  localparam [COUNT_BITS-1:0] ALL = COUNT_BITS'(SLOTS);
  localparam [SLOT_BITS-1:0] LAST = SLOT_BITS'(SLOTS - 1);

  reg  [     WIDTH-1:0] words    [0:SLOTS-1];
  reg  [ SLOT_BITS-1:0] tail;
  reg  [COUNT_BITS-1:0] occupied;  // slots taken, by words in flight too
  reg  [COUNT_BITS-1:0] held;  // words that are there
  reg  [ SLOT_BITS-1:0] oldest;
  wire [   READERS-1:0] lets_go;

  wire                  push = push_valid && push_ready;
  wire                  arrives;
  delay_line #(
      .WIDTH (1),
      .STAGES(LATENCY - 1)
  ) flight (
      .clk(clk),
      .reset(reset),
      .in (push),
      .out(arrives)
  );

  assign push_ready = occupied != ALL;
  assign freed = held != 0 && &lets_go;
  assign freed_data = words[oldest];

  always @(posedge clk) begin
    if (reset) begin
      tail <= 0;
      oldest <= 0;
      occupied <= 0;
      held <= 0;
    end else begin
      if (arrives) begin
        words[tail] <= push_data;
        tail <= tail == LAST ? 0 : tail + 1;
      end
      if (freed) begin
        oldest <= oldest == LAST ? 0 : oldest + 1;
      end
      occupied <= occupied + COUNT_BITS'(push) - COUNT_BITS'(freed);
      held <= held + COUNT_BITS'(arrives) - COUNT_BITS'(freed);
    end
  end

  genvar r;
  generate
    for (r = 0; r < READERS; r = r + 1) begin : g_reader
      reg [ SLOT_BITS-1:0] head;
      reg [COUNT_BITS-1:0] left;  // words that this reader has not popped
      wire pop = pop_valid[r] && pop_ready[r];
      assign pop_valid[r] = left != 0;
      assign pop_data[r*WIDTH+:WIDTH] = words[head];
      assign lets_go[r] = pop || left != held;
      always @(posedge clk) begin
        if (reset) begin
          head <= 0;
          left <= 0;
        end else begin
          if (pop) begin
            head <= head == LAST ? 0 : head + 1;
          end
          left <= left + COUNT_BITS'(arrives) - COUNT_BITS'(pop);
        end
      end
    end
  endgenerate
endmodule
