// SPDX-License-Identifier: MIT
#include "cli/run_status.h"

#include <array>
#include <cstdio>
#include <memory>

#include "cli/text.h"

namespace reactortrack::cli {

namespace {

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_python_name(std::string_view path) {
  std::string_view name = base_name(path);
  if (!name.starts_with("python")) return false;
  return name.find_first_not_of("0123456789.", 6) == name.npos;
}

// Cuts the next word off `*rest`.
std::string_view take_word(std::string_view* rest) {
  const std::size_t begin = rest->find_first_not_of(" \t");
  if (begin == rest->npos) return *rest = {};
  const std::size_t end = std::min(rest->find_first_of(" \t", begin), rest->size());
  const std::string_view word = rest->substr(begin, end - begin);
  rest->remove_prefix(end);
  return word;
}

std::string beginning_of(const std::string& path) {
  std::array<char, 1024> text{};
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return "";
  return std::string(text.data(), std::fread(text.data(), 1, text.size(), file.get()));
}

// What executes a script, with its options: the words after "#!". pip writes a line for sh instead
// when the interpreter's path is too long: '''exec' "/long/path/python" "$0" "$@"
std::vector<std::string> interpreter_words(const std::string& path) {
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
  if (!words.empty() && base_name(words[0]) == "env") {
    words.erase(words.begin());
    if (!words.empty() && words[0] == "-S") words.erase(words.begin());
    if (!words.empty()) words[0] = find_on_path(words[0]);
  }
  return words;
}

// The interpreter and its arguments; empty when it does not look like Python.
std::vector<std::string> python_words(const Program& program) {
  std::vector<std::string> words = program.words;
  if (!words.empty()) words[0] = program.path;
  if (is_python_name(program.path)) return words;
  words = interpreter_words(program.path);
  if (words.empty() || !is_python_name(words[0])) return {};
  return words;
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
    if (word == "hook") status.hooks.push_back(std::move(entry));
    else if (word == "recording") status.recordings.push_back(std::move(entry));
    else if (word == "failed") status.failures.push_back(std::move(entry));
    else if (word == "note") status.notes.push_back(std::move(entry));
    else if (word == "lost") status.losses.push_back(std::move(entry));
  }
  return status;
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

std::string why_nothing_was_recorded(const RunStatus& status, const Program& program) {
  const std::string name = clean(program.words.front());
  if (!status.failures.empty())
    return "nothing was recorded: the recorder could not begin: " + clean(status.failures.front().text);
  if (!status.hooks.empty()) {
    const std::string count = status.hooks.size() == 1 ? "Python ran (" + clean(status.hooks[0].text) + ")"
                                                       : plural(status.hooks.size(), "Python process",
                                                                "Python processes") + " ran";
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
  return "nothing was recorded: reactortrack is not installed in " + python +
         "; install it there: " + python + " -m pip install reactortrack";
}

}  // namespace reactortrack::cli
