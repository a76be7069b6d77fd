// SPDX-License-Identifier: MIT
//
// What `run` says on stderr at the end of a program that it recorded.
#pragma once

#include <string>

#include "cli/program.h"
#include "cli/recorded_run.h"

namespace reactortrack::cli {

// "reactortrack: TEXT".
void say(const std::string& text);

// Says why there is no recording. Returns false, and says nothing, when there is one.
bool tell_if_nothing(const Program& program, const RecordedRun& run);

// Of a run with a recording: what was recorded, what is wrong in it, and the command to be typed next.
void tell_run(const RecordedRun& run, const RecordingOptions& options);
// Of the same: how much was recorded: size, events, bytes an event.
void tell_size(const RecordedRun& run, const RecordingOptions& options);

}  // namespace reactortrack::cli
