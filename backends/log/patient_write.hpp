#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backends/descriptor.hpp"

namespace kaudit::backends {

/// Ends the waits of patient_write(), those under way and those to come. Any thread.
class GiveUpSignal {
 public:
  /// Throws std::system_error when the process has no descriptor left for it.
  GiveUpSignal();
  void give_up() noexcept;
  /// Readable once it has been given up.
  int descriptor() const noexcept { return event_.get(); }

 private:
  Descriptor event_;
};

/// What a descriptor does with what it has no room for.
enum class WhenFull : std::uint8_t {
  Never,    ///< a file on a disk: it always takes something, or fails
  Refuses,  ///< O_NONBLOCK
  Blocks,   ///< a pipe, terminal or socket that others hold too, so that O_NONBLOCK is not ours to
            ///< set
};

/// Writes all of `text`, however many calls that takes and however long a reader lets it wait,
/// until the signal gives it up (ECANCELED). 0 or the errno that ended it, with `written` saying
/// how far it came.
int patient_write(int descriptor, std::string_view text, WhenFull when_full,
                  const GiveUpSignal& signal, std::size_t& written);

}  // namespace kaudit::backends
