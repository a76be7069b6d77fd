// SPDX-License-Identifier: MIT
//
// `run --measure`: a program's runs without and with recording, in turns, and what they took.
#pragma once

#include <cstddef>

#include "cli/program.h"
#include "cli/recorded_run.h"

namespace reactortrack::cli {

// Ends this process as the last run ended; returns an exit status only when there was none. `quiet`:
// says only what was measured, or why nothing was.
int measure(const Program& program, const RecordingOptions& options, std::size_t round_count,
            bool quiet);

}  // namespace reactortrack::cli
