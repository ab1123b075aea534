// Memory: `bytes_per_cycle` w, `latency`, `burst`. A request of n bytes at edge t: `start = max(t, free)`, `free = start
// + ceil(n / w)`, `done = free + latency`. `free` starts at 0. Requests are served in order of their edge; at the same
// edge the DmaReader goes first.
//
// The time of a memory, not its bytes: a request is answered at once with the edge at which it will be done, and whoever
// asked compares that with `now`. Edges count modulo 2^32.
module memory #(
    parameter BYTES_PER_CYCLE = 16,
    parameter LATENCY = 32
) (
    input wire clk,
    input wire reset,
    output reg [31:0] now,
    input wire read_request,
    input wire [31:0] read_bytes,
    output wire [31:0] read_done,
    input wire write_request,
    input wire [31:0] write_bytes,
    output wire [31:0] write_done
);
  reg [31:0] free;

  function [31:0] free_behind(input [31:0] start, input [31:0] bytes);
    free_behind = start + (bytes + BYTES_PER_CYCLE - 1) / BYTES_PER_CYCLE;
  endfunction

  // A bus that is free stays at `now`.
  wire [31:0] start = $signed(free - now) < 0 ? now : free;
  wire [31:0] free_behind_read = read_request ? free_behind(start, read_bytes) : start;
  wire [31:0] free_behind_write = free_behind(free_behind_read, write_bytes);

  assign read_done = free_behind_read + LATENCY;
  assign write_done = free_behind_write + LATENCY;

  always @(posedge clk) begin
    now <= now + 1;
    free <= write_request ? free_behind_write : free_behind_read;
    if (reset) begin
      now <= 0;
      free <= 0;
    end
  end
endmodule
