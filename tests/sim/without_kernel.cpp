// The SystemC library asks for an sc_main() even where no kernel runs.
#include <systemc>

int sc_main(int, char*[]) {
  return 1;
}
