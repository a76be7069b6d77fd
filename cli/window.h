// SPDX-License-Identifier: MIT
//
// A window of a recording as a recording of its own, for pages that cannot hold all of it.
//
// It holds every event of the window. Of what came before, it holds the history of those Deferreds
// that were alive when the window began or that the window speaks of, so that their state is right:
// their creation, callbacks, runs, and waits that were not over. Left out are other Deferreds, awaits
// that were over, and rounds of the reactor; a `lost` record at the start counts them. Where a
// callback of a left-out Deferred created a kept one, the kept callback around it shows as the
// cause. Times stay, and so do the numbers of Deferreds, unless there are more of them than a reader
// takes from a short recording.
//
// Cost: two passes over the recording, and about 20 bytes for each Deferred in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "cli/recording_file.h"

namespace reactortrack::cli {

// Events count from 1; definitions are not counted. An event is in the window when both hold.
struct Window {
  std::uint64_t first = 1;
  std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  std::int64_t from_ns = std::numeric_limits<std::int64_t>::min();

  bool begins_after(std::uint64_t number, std::int64_t time_ns) const {
    return number < first || time_ns < from_ns;
  }
};

struct Cut {
  std::string bytes;              // a recording
  std::uint64_t event_count = 0;  // in the window
  std::uint64_t left_out = 0;     // events before it
  bool is_renumbered = false;     // Deferreds, delayed calls and failures have new numbers
  // The numbers of two events in the new recording: the first of the window, and the one that was
  // asked for; 0: it is not there.
  std::uint64_t first_event = 0;
  std::uint64_t at_event = 0;
};

// `file` is read again from its start. `at`: the number of an event in it, or 0.
Cut cut_window(RecordingFile* file, const Window& window, std::uint64_t at);

}  // namespace reactortrack::cli
