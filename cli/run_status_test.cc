// SPDX-License-Identifier: MIT
#include "cli/run_status.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>

namespace reactortrack::cli {
namespace {

Program program(std::vector<std::string> words) { return {words[0], words}; }

// A file in the test's folder, gone afterwards.
struct Script {
  explicit Script(const std::string& text) : path(testing::TempDir() + "run_status_test_script") {
    std::ofstream(path) << text;
  }
  ~Script() { std::remove(path.c_str()); }
  std::string path;
};

TEST(ParseStatus, TakesEveryKindOfLine) {
  const RunStatus status = parse_status(
      "hook 1 3.11.7 /usr/bin/python3\nrecording 1 /tmp/my app.rtlog\n"
      "failed 2 OSError: disk is full\nnote 1 wrapping engine used\nlost 1 12 no space left\n");
  ASSERT_EQ(status.hooks.size(), 1u);
  EXPECT_EQ(status.hooks[0].process, "1");
  EXPECT_EQ(status.hooks[0].text, "3.11.7 /usr/bin/python3");
  ASSERT_EQ(status.recordings.size(), 1u);
  EXPECT_EQ(status.recordings[0].text, "/tmp/my app.rtlog");
  ASSERT_EQ(status.failures.size(), 1u);
  EXPECT_EQ(status.failures[0].text, "OSError: disk is full");
  EXPECT_EQ(status.notes.size(), 1u);
  EXPECT_EQ(status.losses.size(), 1u);
}

TEST(ParseStatus, IgnoresWhatItDoesNotKnow) {
  const RunStatus status = parse_status("\nfuture 1 x\nhook\n garbage");
  EXPECT_EQ(status.hooks.size(), 1u);
  EXPECT_EQ(status.recordings.size(), 0u);
}

TEST(PythonOf, IsTheInterpreterOrWhatTheFirstLineNames) {
  EXPECT_EQ(python_of(program({"/usr/bin/python3", "app.py"})), "/usr/bin/python3");
  EXPECT_EQ(python_of(program({"/opt/bin/python3.13"})), "/opt/bin/python3.13");
  EXPECT_EQ(python_of(program({"/usr/bin/python3-config"})), "");
  EXPECT_EQ(python_of(program({"/bin/ls"})), "");
  const Script plain("#!/venv/bin/python\nimport sys\n");
  EXPECT_EQ(python_of(program({plain.path})), "/venv/bin/python");
}

TEST(PythonOf, SeesThroughTheLineForShThatPipWrites) {
  const Script script("#!/bin/sh\n'''exec' \"/a very long/bin/python3\" \"$0\" \"$@\"\n' '''\n");
  EXPECT_EQ(python_of(program({script.path})), "/a very long/bin/python3");
}

TEST(PythonOf, ShellScriptsAreNotPython) {
  const Script script("#!/bin/sh\nexec python3 app.py\n");
  EXPECT_EQ(python_of(program({script.path})), "");
}

TEST(HookDisablingOption, IsFoundAmongTheInterpretersOptionsOnly) {
  EXPECT_EQ(hook_disabling_option(program({"/usr/bin/python3", "-I", "app.py"})), "-I");
  EXPECT_EQ(hook_disabling_option(program({"/usr/bin/python3", "-uS", "app.py"})), "-S");
  EXPECT_EQ(hook_disabling_option(program({"/usr/bin/python3", "-W", "error", "-E", "app.py"})), "-E");
  EXPECT_EQ(hook_disabling_option(program({"/usr/bin/python3", "-X", "importtime", "app.py", "-I"})), "");
  EXPECT_EQ(hook_disabling_option(program({"/usr/bin/python3", "-m", "app", "-S"})), "");
  EXPECT_EQ(hook_disabling_option(program({"/usr/bin/python3", "-cimport sys; S = 1"})), "");
  EXPECT_EQ(hook_disabling_option(program({"/usr/bin/python3", "-Wignore::IS", "app.py"})), "");
  EXPECT_EQ(hook_disabling_option(program({"/bin/ls", "-I"})), "");
}

TEST(WhyNothingWasRecorded, NamesTheFirstCauseOnTheWay) {
  const Program python = program({"/usr/bin/python3", "app.py"});
  const Program isolated = program({"/usr/bin/python3", "-S", "app.py"});
  const Program other = program({"/bin/ls"});
  const auto why = [](const char* lines, const Program& ran) {
    return why_nothing_was_recorded(parse_status(lines), ran);
  };
  EXPECT_NE(why("hook 1 3.11\nfailed 1 OSError: no", python).find("could not begin: OSError: no"),
            std::string::npos);
  EXPECT_NE(why("hook 1 3.11.7 /usr/bin/python3", python)
                .find("Python ran (3.11.7 /usr/bin/python3), but never imported"),
            std::string::npos);
  EXPECT_NE(why("", isolated).find("the option -S of /usr/bin/python3"), std::string::npos);
  EXPECT_NE(why("", python).find("/usr/bin/python3 -m pip install reactortrack"), std::string::npos);
  EXPECT_NE(why("", other).find("/bin/ls is not Python"), std::string::npos);
}

}  // namespace
}  // namespace reactortrack::cli
