// SPDX-License-Identifier: MIT
//
// The table of sub-commands. Each stands in a file of its own, which defines its options and its
// page of help; main.cc lists them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace reactortrack::cli {

// Exit statuses that several commands share.
inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;  // the recording could not be read, or not to its end
inline constexpr int kUsageError =
    2;  // the command line makes no sense, or a file cannot be written

struct Command {
  std::string_view name;
  std::string_view summary;      // one line for the list of commands
  std::string_view synopsis;     // what follows "reactortrack "
  std::string_view description;  // paragraphs; lines that begin with a space stay as they are
  std::string_view sections;     // more of them, each under a heading in capitals

  // Declares the options and returns what is done once they have been read.
  std::function<int()> (*define)(CLI::App* app);
};

extern const Command kRun;
extern const Command kEvents;
extern const Command kSummary;
extern const Command kShow;
extern const Command kMap;
extern const Command kReport;
extern const Command kFindings;
extern const Command kWaits;
extern const Command kTests;

// Prints "reactortrack: MESSAGE" on stderr and returns `status`.
int fail(const std::string& message, int status = kFailure);

// Ends the output of a reading command: what could not be written is an error.
// Returns `status`, or kFailure.
int finish_output(int status);

}  // namespace reactortrack::cli
