// A DmaReader and a DmaWriter on one Memory: the smallest thing in which requests meet. Byte i of the memory, in all
// images, is (37 i + 11) mod 256.
module dma_pair #(
    parameter IMAGES = 1,
    parameter READ_WORDS = 4,
    parameter WRITE_WORDS = 4,
    parameter READ_BYTES = 1,   // of a word
    parameter WRITE_BYTES = 1,  // of a word
    parameter BYTES_PER_CYCLE = 16,
    parameter LATENCY = 32,
    parameter BURST = 64,
    parameter OUTSTANDING = 4
) (
    input wire clk,
    input wire reset,
    input wire in_valid,
    output wire in_ready,
    input wire [WRITE_BYTES*8-1:0] in_data,
    output wire out_valid,
    input wire out_ready,
    output wire [READ_BYTES*8-1:0] out_data,
    output wire [1:0] probe_push,
    output wire [1:0] probe_pop
);
  wire [31:0] now, address;
  wire read_request, write_request;
  wire [31:0] read_bytes, read_done, write_bytes, write_done;
  reg [READ_BYTES*8-1:0] data;

  integer i;
  always @* begin
    for (i = 0; i < READ_BYTES; i = i + 1) data[i*8+:8] = 8'((address * READ_BYTES + i) * 37 + 11);
  end

  memory #(
      .BYTES_PER_CYCLE(BYTES_PER_CYCLE),
      .LATENCY(LATENCY)
  ) shared (
      .clk,
      .reset,
      .now,
      .read_request,
      .read_bytes,
      .read_done,
      .write_request,
      .write_bytes,
      .write_done
  );
  dma_reader #(
      .IMAGES(IMAGES),
      .WORDS(READ_WORDS),
      .WORD_BYTES(READ_BYTES),
      .BURST(BURST),
      .OUTSTANDING(OUTSTANDING)
  ) reader (
      .clk,
      .reset,
      .now,
      .request(read_request),
      .request_bytes(read_bytes),
      .request_done(read_done),
      .address,
      .data,
      .out_valid,
      .out_ready,
      .out_data,
      .probe_push(probe_push[0]),
      .probe_pop(probe_pop[0])
  );
  dma_writer #(
      .WORDS(WRITE_WORDS),
      .WORD_BYTES(WRITE_BYTES),
      .BURST(BURST),
      .OUTSTANDING(OUTSTANDING)
  ) writer (
      .clk,
      .reset,
      .now,
      .request(write_request),
      .request_bytes(write_bytes),
      .request_done(write_done),
      .in_valid,
      .in_ready,
      .probe_push(probe_push[1]),
      .probe_pop(probe_pop[1])
  );
  wire unused = &{1'b0, in_data};
endmodule
