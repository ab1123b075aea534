// Stream: a registered FIFO between one writer and one reader: depth `d >= 1`, latency `L >= 1`, capacity
// `D = d + L - 1` words, those in flight included. All lanes of a word move in one handshake; at most one push and one
// pop an edge. A word pushed at edge t can be popped from t + L; a slot left at t can be pushed into from t + 1.
//
// Both handshakes depend on registers alone: `pop_valid` does not see `push_valid`, `push_ready` does not see
// `pop_ready`. A word is written at once; that it is there is told the reader LATENCY - 1 edges later.
module stream #(
    parameter WIDTH = 8,
    parameter DEPTH = 2,
    parameter LATENCY = 1
) (
    input wire clk,
    input wire reset,
    input wire push_valid,
    output wire push_ready,
    input wire [WIDTH-1:0] push_data,
    output wire pop_valid,
    input wire pop_ready,
    output wire [WIDTH-1:0] pop_data
);
  localparam CAPACITY = DEPTH + LATENCY - 1;
  localparam COUNT_BITS = $clog2(CAPACITY + 1);
  localparam [COUNT_BITS-1:0] FULL = COUNT_BITS'(CAPACITY);
  localparam SLOT_BITS = CAPACITY > 1 ? $clog2(CAPACITY) : 1;
  localparam [SLOT_BITS-1:0] LAST = SLOT_BITS'(CAPACITY - 1);

  reg [WIDTH-1:0] slots[0:CAPACITY-1];
  reg [SLOT_BITS-1:0] head;
  reg [SLOT_BITS-1:0] tail;
  reg [COUNT_BITS-1:0] held;     // slots taken
  reg [COUNT_BITS-1:0] arrived;  // words that the reader may have

  wire push = push_valid && push_ready;
  wire pop = pop_valid && pop_ready;
  wire arrival;

  assign push_ready = held != FULL;
  assign pop_valid = arrived != 0;
  assign pop_data = slots[head];

  generate
    if (LATENCY == 1) begin : g_direct
      assign arrival = push;
    end else begin : g_delayed
      reg [LATENCY-2:0] in_flight;
      always @(posedge clk) in_flight <= reset ? 0 : (LATENCY - 1)'({in_flight, push});
      assign arrival = in_flight[LATENCY-2];
    end
  endgenerate

  always @(posedge clk) begin
    if (push) begin
      slots[tail] <= push_data;
      tail <= tail == LAST ? 0 : tail + 1;
    end
    if (pop) head <= head == LAST ? 0 : head + 1;
    held <= held + COUNT_BITS'(push) - COUNT_BITS'(pop);
    arrived <= arrived + COUNT_BITS'(arrival) - COUNT_BITS'(pop);
    if (reset) begin
      head <= 0;
      tail <= 0;
      held <= 0;
      arrived <= 0;
    end
  end
endmodule
