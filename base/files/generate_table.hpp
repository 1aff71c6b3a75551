#pragma once

#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace kaudit {

/// The main() of a program of the build that turns files of JSON into a table of C++:
/// `PROGRAM INPUT... OUTPUT`. Reads `inputs` files, writes what `make` makes of them, and returns
/// the exit code: 0 fine, 1 with a line on stderr that names the last input, 2 wrong usage.
template <typename Json, typename Make>
int generate_table(int argc, char** argv, std::size_t inputs, Make make) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() != inputs + 1) {
    std::cerr << "usage: " << argv[0] << ' ' << inputs << " INPUT.json, then OUTPUT\n";
    return 2;
  }
  try {
    std::vector<Json> values;
    for (std::size_t i = 0; i < inputs; ++i) {
      std::ifstream in(arguments[i]);
      values.push_back(Json::parse(in));
    }
    const std::string table = make(values);
    std::ofstream out(arguments.back());
    // Names in it are made of names in the input.
    out << "// NOLINTBEGIN(readability-identifier-naming)\n"
        << table << "// NOLINTEND(readability-identifier-naming)\n";
    out.flush();
    if (!out) throw std::runtime_error("cannot write " + arguments.back());
  } catch (const std::exception& error) {
    std::cerr << arguments[inputs - 1] << ": " << error.what() << '\n';
    return 1;
  }
  return 0;
}

}  // namespace kaudit
