// SPDX-License-Identifier: MIT
#include "cli/program.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>

namespace reactortrack::cli {
namespace {

Program program(std::vector<std::string> words) { return {words[0], words}; }

// A file in the test's folder, gone afterwards.
struct Script {
  explicit Script(const std::string& text, mode_t mode = 0644,
                  const char* name = "program_test_script")
      : path(testing::TempDir() + name) {
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
  }
  ~Script() { std::remove(path.c_str()); }
  std::string path;
};

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
  EXPECT_EQ(hook_disabling_option(program({"/usr/bin/python3", "-W", "error", "-E", "app.py"})),
            "-E");
  EXPECT_EQ(
      hook_disabling_option(program({"/usr/bin/python3", "-X", "importtime", "app.py", "-I"})), "");
  EXPECT_EQ(hook_disabling_option(program({"/usr/bin/python3", "-m", "app", "-S"})), "");
  EXPECT_EQ(hook_disabling_option(program({"/usr/bin/python3", "-cimport sys; S = 1"})), "");
  EXPECT_EQ(hook_disabling_option(program({"/usr/bin/python3", "-Wignore::IS", "app.py"})), "");
  EXPECT_EQ(hook_disabling_option(program({"/bin/ls", "-I"})), "");
}

TEST(Resolve, LeavesAnExecutableAlone) {
  const Script script("#!/usr/bin/python3 -u\n", 0755, "program_test_script.py");
  Program found;
  Unrunnable why;
  ASSERT_TRUE(resolve({script.path, "-x"}, &found, &why));
  EXPECT_EQ(found.path, script.path);
  EXPECT_EQ(found.words, (std::vector<std::string>{script.path, "-x"}));
}

TEST(Resolve, PutsAPythonBeforeAFileThatLeavesItOpen) {
  const Script plain("print()\n", 0644, "program_test_plain.py");
  const Script open("#!/usr/bin/env python3\n", 0755, "program_test_open.py");
  for (const std::string& path : {plain.path, open.path}) {
    Program found;
    Unrunnable why;
    ASSERT_TRUE(resolve({path, "-x"}, &found, &why));
    EXPECT_TRUE(found.path.ends_with("/python3")) << found.path;
    EXPECT_EQ(found.words, (std::vector<std::string>{found.path, path, "-x"}));
  }
}

TEST(Resolve, FindsAlongPath) {
  Program found;
  Unrunnable why;
  ASSERT_TRUE(resolve({"sh", "-c", "true"}, &found, &why));
  EXPECT_TRUE(found.path.ends_with("/sh"));
  EXPECT_EQ(found.words[0], "sh") << "argv is what was typed";
}

TEST(Resolve, SaysWhyNot) {
  const Script data("text\n", 0644);
  Program found;
  Unrunnable why;
  EXPECT_FALSE(resolve({"no-such-command-anywhere"}, &found, &why));
  EXPECT_EQ(why.cause, "no-such-command-anywhere: command not found");
  EXPECT_EQ(why.status, 127);
  EXPECT_FALSE(resolve({"/no/such/file"}, &found, &why));
  EXPECT_EQ(why.cause, "/no/such/file: no such file");
  EXPECT_EQ(why.status, 127);
  EXPECT_FALSE(resolve({data.path}, &found, &why));
  EXPECT_EQ(why.cause, data.path + ": is not executable");
  EXPECT_EQ(why.status, 126);
  EXPECT_FALSE(resolve({"/tmp/"}, &found, &why));
  EXPECT_EQ(why.status, 126);
}

}  // namespace
}  // namespace reactortrack::cli
