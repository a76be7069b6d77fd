// SPDX-License-Identifier: MIT
#include "cli/run_status.h"

#include <algorithm>

#include "core/text/text.h"

namespace reactortrack::cli {

using text::clean;
using text::plural;

namespace {

// A hint for those who have not activated the environment that they installed into.
std::string other_python(const std::string& python) {
  const std::string beside = python_beside();
  return beside.empty() || beside == python ? "" : ", or run it with " + beside;
}

}  // namespace

RunStatus parse_status(std::string_view lines) {
  RunStatus status;
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const std::string_view word = take_word(&line);
    StatusLine entry{std::string(take_word(&line)), {}};
    if (!line.empty()) entry.text = line.substr(1);
    if (word == "hook")
      status.hooks.push_back(std::move(entry));
    else if (word == "recording")
      status.recordings.push_back(std::move(entry));
    else if (word == "failed")
      status.failures.push_back(std::move(entry));
    else if (word == "note")
      status.notes.push_back(std::move(entry));
    else if (word == "lost")
      status.losses.push_back(std::move(entry));
    else if (word == "tests")
      status.tests.push_back(std::move(entry));
  }
  return status;
}

std::string why_nothing_was_recorded(const RunStatus& status, const Program& program) {
  const std::string name = clean(program.words.front());
  if (!status.failures.empty())
    return "nothing was recorded: the recorder could not begin: " +
           clean(status.failures.front().text);
  if (!status.hooks.empty()) {
    const std::string count =
        status.hooks.size() == 1
            ? "Python ran (" + clean(status.hooks[0].text) + ")"
            : plural(status.hooks.size(), "Python process", "Python processes") + " ran";
    return "nothing was recorded: " + count + ", but never imported twisted.internet.defer";
  }
  const std::string python = clean(python_of(program));
  if (python.empty())
    return "nothing was recorded: " + name +
           " is not Python, and started no Python in which reactortrack is installed";
  const std::string option = hook_disabling_option(program);
  if (!option.empty())
    return "nothing was recorded: the option " + option + " of " + python +
           " turns off the start-up hook that begins the recording; leave it out";
  if (can_import(python_of(program), "reactortrack"))
    return "nothing was recorded: " + python +
           " can import reactortrack, but its start-up hook reactortrack.pth is not in one of its"
           " site-packages folders; install it there: " +
           python + " -m pip install reactortrack";
  return "nothing was recorded: reactortrack is not installed in " + python +
         "; install it there: " + python + " -m pip install reactortrack" + other_python(python);
}

}  // namespace reactortrack::cli
