// SPDX-License-Identifier: MIT
//
// One run of a program with recording on: the file, what the start-up hook is told, and what it
// reports back.
#pragma once

#include <string>

#include "cli/launch.h"
#include "cli/program.h"
#include "cli/run_status.h"

namespace reactortrack::cli {

// What is to be recorded, and where; as `run --help` explains it.
struct RecordingOptions {
  std::string file;
  int stack = 16;
  bool values = false;
  std::string engine = "auto";
  std::string ring;
  std::string dump_signal;
  bool strict = false;
};

struct RecordedRun {
  Exit end;
  RunStatus status;
  std::string obstacle;  // why the program was not even started; empty when it was
};

// Makes room for a recording: one of that name is removed, anything else is left alone. Returns what
// is in the way, or nothing.
std::string clear_the_way(const std::string& path);

// Runs the program and waits for its end. The way must have been cleared.
RecordedRun run_recorded(const Program& program, const RecordingOptions& options);

}  // namespace reactortrack::cli
