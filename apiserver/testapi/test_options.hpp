#pragma once

#include <string>
#include <vector>

#include "apiserver/testapi/fault.hpp"
#include "base/flags/flags.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::testapi {

/// The flags of a server that tests steer.
struct TestOptions {
  bool enabled = false;              ///< --enable-test-api
  std::string token_file;            ///< --test-api-token-file
  std::vector<std::string> seeds;    ///< --seed
  bool instant_controllers = false;  ///< --instant-controllers
  std::vector<std::string> faults;   ///< --fault: JSON, or a file of it

  void add_flags(FlagSet& flags);
  /// All that is wrong with the values; files are looked at when they are read.
  std::vector<Error> validate() const;

  /// The token of the file, without white space around it. Error: names the file.
  Result<std::string> read_token() const;
  /// The faults of the flag. Errors name the flag or the file.
  std::vector<Fault> read_faults(std::vector<Error>& errors) const;
};

}  // namespace kaudit::apiserver::testapi
