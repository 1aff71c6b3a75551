// `kaudit`: the audit pipeline's parts as commands for people. Data goes to stdout, everything else
// to stderr.
#include "cli/frame.hpp"

int main(int argc, char** argv) {
  return static_cast<int>(kaudit::cli::run_kaudit({argv + 1, argv + argc}));
}
