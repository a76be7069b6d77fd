// SPDX-License-Identifier: MIT
#include "cli/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace reactortrack::cli {

namespace {

bool is_file(const std::string& path) {
  struct stat facts{};
  return stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
}

bool is_executable(const std::string& path) {
  return is_file(path) && access(path.c_str(), X_OK) == 0;
}

// An executable of this name in the folder of this one.
std::string find_beside(const std::string& name) {
  std::array<char, PATH_MAX> self{};
  const ssize_t size = readlink("/proc/self/exe", self.data(), self.size() - 1);
  if (size <= 0) return "";
  const std::string path(self.data(), static_cast<std::size_t>(size));
  const std::string beside = path.substr(0, path.rfind('/') + 1) + name;
  return is_executable(beside) ? beside : "";
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_python_name(std::string_view path) {
  const std::string_view name = base_name(path);
  return name.starts_with("python") && name.find_first_not_of("0123456789.", 6) == name.npos;
}

std::string beginning_of(const std::string& path) {
  std::array<char, 1024> text{};
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (!file) return "";
  return std::string(text.data(), std::fread(text.data(), 1, text.size(), file.get()));
}

// The words after "#!". pip writes a line for sh instead when the interpreter's path is too long:
// '''exec' "/long/path/python" "$0" "$@"
std::vector<std::string> first_line(const std::string& path) {
  const std::string text = beginning_of(path);
  if (!text.starts_with("#!")) return {};
  std::string_view line = std::string_view(text).substr(2, text.find('\n') - 2);
  constexpr std::string_view kTrampoline = "'''exec' ";
  if (const std::size_t at = text.find(kTrampoline); at != text.npos) {
    line = std::string_view(text).substr(at + kTrampoline.size());
    line = line.starts_with('"') ? line.substr(1, line.find('"', 1) - 1) : take_word(&line);
    return {std::string(line)};
  }
  std::vector<std::string> words;
  for (std::string_view word = take_word(&line); !word.empty(); word = take_word(&line))
    words.emplace_back(word);
  return words;
}

bool begins_with_env(const std::vector<std::string>& words) {
  return words.size() > 1 && base_name(words[0]) == "env";
}

// What `env python3` or `env -S python3 -u` at the start of a file comes to.
std::vector<std::string> without_env(std::vector<std::string> words) {
  words.erase(words.begin());
  if (words[0] == "-S") words.erase(words.begin());
  if (!words.empty()) words[0] = find_on_path(words[0]);
  return words;
}

// The interpreter and its arguments; empty when it does not look like Python.
std::vector<std::string> python_words(const Program& program) {
  std::vector<std::string> words = program.words;
  if (!words.empty()) words[0] = program.path;
  if (is_python_name(program.path)) return words;
  words = first_line(program.path);
  if (begins_with_env(words)) words = without_env(std::move(words));
  if (words.empty() || !is_python_name(words[0])) return {};
  return words;
}

// Whether a Python file leaves open which Python runs it.
bool leaves_python_open(const std::string& path) {
  if (!path.ends_with(".py") || !is_file(path)) return false;
  if (!is_executable(path)) return true;
  const std::vector<std::string> words = first_line(path);
  return begins_with_env(words) && words.size() == 2 && is_python_name(words[1]);
}

bool resolve_python_file(Program* program, Unrunnable* why) {
  const std::string file = program->words.front();
  const std::string beside = python_beside();
  program->path = beside.empty() ? find_on_path("python3") : beside;
  if (program->path.empty()) {
    *why = {file + ": there is no python3 on PATH to run it with", 127};
    return false;
  }
  program->words.insert(program->words.begin(), program->path);
  return true;
}

Unrunnable why_not(const std::string& name, bool has_slash) {
  if (has_slash && is_file(name)) return {name + ": is not executable", 126};
  if (has_slash && access(name.c_str(), F_OK) == 0)
    return {name + ": is not a file that can be executed", 126};
  if (has_slash) return {name + ": no such file", 127};
  if (is_file(name))
    return {name + ": command not found on PATH; the file of that name here would be ./" + name,
            127};
  return {name + ": command not found", 127};
}

}  // namespace

std::string_view take_word(std::string_view* rest) {
  const std::size_t begin = std::min(rest->find_first_not_of(" \t"), rest->size());
  const std::size_t end = std::min(rest->find_first_of(" \t", begin), rest->size());
  const std::string_view word = rest->substr(begin, end - begin);
  rest->remove_prefix(end);
  return word;
}

std::string find_on_path(const std::string& name) {
  const char* variable = std::getenv("PATH");
  std::string_view rest = variable == nullptr ? "/usr/local/bin:/usr/bin:/bin" : variable;
  while (true) {
    const std::string_view folder = rest.substr(0, rest.find(':'));
    std::string path = folder.empty() ? name : std::string(folder) + "/" + name;
    if (is_executable(path)) return path;
    if (folder.size() == rest.size()) return "";
    rest.remove_prefix(folder.size() + 1);
  }
}

std::string python_beside() { return find_beside("python3"); }

bool resolve(const std::vector<std::string>& words, Program* program, Unrunnable* why) {
  const std::string& name = words.front();
  const bool has_slash = name.find('/') != name.npos;
  program->words = words;
  program->path = has_slash ? name : find_on_path(name);
  if (!has_slash && program->path.empty() && leaves_python_open(name))
    return resolve_python_file(program, why);
  if (!program->path.empty() && leaves_python_open(program->path)) {
    program->words.front() = program->path;
    return resolve_python_file(program, why);
  }
  if (!has_slash && program->path.empty()) program->path = find_beside(name);
  if (!has_slash && program->path.empty() && name.ends_with(".py") && is_executable(name))
    program->path = "./" + name;
  if (!program->path.empty() && is_executable(program->path)) return true;
  *why = why_not(name, has_slash);
  return false;
}

bool can_import(const std::string& python, const std::string& module) {
  std::string script = "import " + module;
  char option[] = "-c";
  std::string name = python;
  char* const argv[] = {name.data(), option, script.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
  pid_t child = 0;
  const int failed = posix_spawn(&child, python.c_str(), &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  return failed == 0 && waitpid(child, &status, 0) == child && status == 0;
}

std::string python_of(const Program& program) {
  const std::vector<std::string> words = python_words(program);
  return words.empty() ? "" : words[0];
}

std::string hook_disabling_option(const Program& program) {
  const std::vector<std::string> words = python_words(program);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.size() < 2 || word[0] != '-' || word[1] == '-') return "";
    for (const char letter : word.substr(1)) {
      if (letter == 'I' || letter == 'S' || letter == 'E') return std::string("-") + letter;
      if (letter == 'c' || letter == 'm') return "";
      if (letter != 'W' && letter != 'X') continue;
      if (word.back() == letter) ++i;  // its argument is the next word
      break;
    }
  }
  return "";
}

}  // namespace reactortrack::cli
