// SPDX-License-Identifier: MIT
//
// What the start-up hook reports back to `run`, and why there may be no recording.
//
// Each Python process with the hook appends lines to the file named by REACTORTRACK_STATUS, each
// written at once:
//
//   hook 4711 3.11.7 /usr/bin/python3     it started
//   recording 4711 /home/me/app.rtlog     Twisted was imported, recording began
//   failed 4711 OSError: disk is full     it could not begin
//   note 4711 wrapping engine used        something its reader should know
//   lost 4711 12 no space left            events that are missing
//   tests 4711 trial                      it runs tests, and leaves it to `run` to tell of them
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/program.h"

namespace reactortrack::cli {

struct StatusLine {
  std::string process;  // its pid
  std::string text;     // what follows
};

struct RunStatus {
  std::vector<StatusLine> hooks;
  std::vector<StatusLine> recordings;
  std::vector<StatusLine> failures;
  std::vector<StatusLine> notes;
  std::vector<StatusLine> losses;
  std::vector<StatusLine> tests;
};

RunStatus parse_status(std::string_view lines);

// One sentence. May start the program's Python to ask it whether reactortrack can be imported.
std::string why_nothing_was_recorded(const RunStatus& status, const Program& program);

}  // namespace reactortrack::cli
