// SPDX-License-Identifier: MIT
//
// Running somebody's command as if we were not there: same terminal, same signals, same end.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/program.h"

namespace reactortrack::cli {

// The end of a child, as waitpid() tells it.
struct Exit {
  int wait_status = 0;
  int exec_errno = 0;  // not 0: it could not be executed
  bool dumped_core() const;
  bool killed() const;
  int signal() const;
  // As a shell gives it: 128 + N for signal N.
  int status() const;
};

// Runs the program with these variables added to the environment, and waits for its end. A signal
// that another process sends to us is passed on; one from the terminal reaches the program by
// itself, because it is in our process group.
Exit run_and_wait(const Program& program,
                  const std::vector<std::pair<std::string, std::string>>& environment);

// Ends this process the way the child ended: by the same signal, or with the same status.
[[noreturn]] void end_like(const Exit& end);

}  // namespace reactortrack::cli
