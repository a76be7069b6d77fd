// SPDX-License-Identifier: MIT
//
// Running somebody's command as if we were not there: same terminal, same signals, same end.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cli/program.h"

namespace reactortrack::cli {

// What a program took: it, and those of its children that it waited for.
struct Usage {
  std::int64_t cpu_ns = 0;  // in its own code and in the kernel
  std::int64_t wall_ns = 0;
  std::uint64_t peak_bytes = 0;  // of memory, of the largest of these processes
};

// The end of a child, as wait4() tells it.
struct Exit {
  int wait_status = 0;
  int exec_errno = 0;   // not 0: it could not be executed
  int stop_signal = 0;  // not 0: somebody asked for an end (Ctrl-C, kill), whatever became of that
  Usage usage;
  bool dumped_core() const;
  bool killed() const;
  int signal() const;
  // As a shell gives it: 128 + N for signal N.
  int status() const;
};

// Runs the program with these variables added to the environment, and waits for its end. A signal
// that another process sends to us is passed on. One from the terminal reaches the program by
// itself while it is in our process group, and is passed on when it has left that, as timeout(1)
// does. From the first call on these signals no longer end this process.
Exit run_and_wait(const Program& program,
                  const std::vector<std::pair<std::string, std::string>>& environment);

// The signal that asked for an end since the last run; 0 for none.
int take_stop_signal();

// Ends this process the way the child ended: by the same signal, or with the same status.
[[noreturn]] void end_like(const Exit& end);

}  // namespace reactortrack::cli
