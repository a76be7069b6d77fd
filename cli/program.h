// SPDX-License-Identifier: MIT
//
// Which executable a command line means, and which Python will run it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reactortrack::cli {

// A command as it will be executed.
struct Program {
  std::string path;                // of the executable
  std::vector<std::string> words;  // argv
};

// Why a command cannot be run.
struct Unrunnable {
  std::string cause;
  int status = 127;  // 126: found, but not executable; as in sh
};

// Finds what `words` name: by its path, along PATH, or beside this executable. A Python file that
// is not executable, or leaves the choice of its Python to `env`, gets the python3 beside this
// executable (so: of the same virtual environment) in front, else that of PATH. Returns false and
// fills `why` when there is nothing to run.
bool resolve(const std::vector<std::string>& words, Program* program, Unrunnable* why);

// The Python interpreter that runs this program, as far as its name and first line tell; empty when
// it does not look like Python.
std::string python_of(const Program& program);

// Those of the interpreter's options that keep start-up hooks from running: "-I"; empty for none.
std::string hook_disabling_option(const Program& program);

// Whether this Python can import that module. Starts it.
bool can_import(const std::string& python, const std::string& module);

// The first executable file of this name along PATH; empty when there is none.
std::string find_on_path(const std::string& name);

// The python3 installed beside this executable; empty when there is none.
std::string python_beside();

// Cuts the next word off `*rest`; empty when there is none.
std::string_view take_word(std::string_view* rest);

}  // namespace reactortrack::cli
