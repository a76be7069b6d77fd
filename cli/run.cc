// SPDX-License-Identifier: MIT
//
// `reactortrack run`: runs a command with recording on, and tells what became of it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "cli/command.h"
#include "cli/failed_tests.h"
#include "cli/launch.h"
#include "cli/program.h"
#include "cli/recording_file.h"
#include "cli/run_status.h"
#include "cli/segments.h"
#include "cli/summary_facts.h"
#include "core/analysis/analysis.h"
#include "core/log/encoding.h"
#include "core/text/text.h"
#include "core/text/wording.h"

namespace reactortrack::cli {

using text::clean;
using text::duration_text;
using text::plural;
using text::size_text;
using text::Wording;

namespace {

namespace fs = std::filesystem;

struct Options {
  std::string file;
  int stack = 16;
  bool values = false;
  std::string engine = "auto";
  std::string ring;
  std::string dump_signal;
  bool quiet = false;
  bool strict = false;
  std::vector<std::string> words;
};

// "reactortrack-app.rtlog" for `app.py`, and for `python -u app.py` too.
std::string default_file(const Options& options) {
  std::string stem = fs::path(options.words[0]).stem();
  const bool is_python = stem.starts_with("python");
  for (std::size_t i = 1; is_python && i < options.words.size(); ++i) {
    const std::string& word = options.words[i];
    if (word == "-m" && i + 1 < options.words.size()) stem = options.words[i + 1];
    if (word == "-m" || word == "-c") break;
    if (word.starts_with("-")) continue;
    stem = fs::path(word).stem();
    break;
  }
  return "reactortrack-" + stem + ".rtlog";
}

bool is_recording(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  unsigned char magic[sizeof(log::kMagic)] = {};
  file.read(reinterpret_cast<char*>(magic), sizeof(magic));
  return file.gcount() == 0 || std::memcmp(magic, log::kMagic, sizeof(magic)) == 0;
}

// Makes room for the recording. Returns what is in the way, or nothing.
std::string clear_the_way(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  const std::string folder_name = folder.empty() ? "." : folder.string();
  if (access(folder_name.c_str(), W_OK | X_OK) != 0)
    return path + ": cannot be written: " + folder_name + ": " + std::strerror(errno);
  struct stat facts{};
  if (lstat(path.c_str(), &facts) != 0) return "";
  if (S_ISDIR(facts.st_mode)) return remove_ring(path);
  if (!S_ISREG(facts.st_mode)) return path + ": cannot be written: it is not a file";
  if (!is_recording(path))
    return path + ": is there already, and is no recording; choose another name with -o";
  if (unlink(path.c_str()) != 0) return path + ": cannot be replaced: " + std::strerror(errno);
  return "";
}

// "64M" or "1.5G", as the start-up hook reads it. Returns what is wrong with it, or nothing.
std::string check_ring(const std::string& size) {
  std::string number = size;
  for (const char* ending : {"B", "b", "i"})
    if (number.ends_with(ending)) number.pop_back();
  double factor = 1;
  if (!number.empty()) {
    const std::size_t unit = std::string_view("kmgt").find(
        static_cast<char>(std::tolower(static_cast<unsigned char>(number.back()))));
    if (unit != std::string_view::npos) {
      factor = std::pow(1024.0, static_cast<double>(unit + 1));
      number.pop_back();
    }
  }
  const bool is_number = !number.empty() && number.find_first_not_of("0123456789.") == number.npos;
  if (!is_number) return "a size is a number like 64M or 1G, not " + size;
  const double bytes = std::strtod(number.c_str(), nullptr) * factor;
  return bytes < 4.0 * 1024 * 1024 ? "a ring takes at least 4M" : "";
}

// Returns what is wrong with the name of a signal, or nothing.
std::string check_signal(const std::string& name) {
  const std::string plain = name.starts_with("SIG") ? name.substr(3) : name;
  for (int number = 1; number < NSIG; ++number) {
    const char* known = sigabbrev_np(number);
    if (known != nullptr && (plain == known || name == std::to_string(number)))
      return number == SIGKILL || number == SIGSTOP ? name + " cannot be handled" : "";
  }
  return "there is no signal " + name;
}

// The file that start-up hooks report to; gone with this object.
class StatusFile {
 public:
  StatusFile() {
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") +
            "/reactortrack-XXXXXX";
    const int fd = mkstemp(path_.data());
    if (fd < 0) {
      cause_ = path_ + ": " + std::strerror(errno);
      path_.clear();
    } else {
      close(fd);
    }
  }
  ~StatusFile() {
    if (!path_.empty()) unlink(path_.c_str());
  }
  StatusFile(const StatusFile&) = delete;
  StatusFile& operator=(const StatusFile&) = delete;

  std::string path() const { return path_.empty() ? "" : fs::absolute(path_).string(); }
  const std::string& cause() const { return cause_; }  // when it could not be made
  std::string text() const {
    std::ifstream file(path_, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

 private:
  std::string path_;
  std::string cause_;
};

std::string shell_word(const std::string& text) {
  const bool plain = text.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789@%+=:,./_-") == text.npos;
  if (plain && !text.empty()) return text;
  std::string quoted = "'";
  for (const char c : text) c == '\'' ? quoted += "'\\''" : quoted += c;
  return quoted + "'";
}

void say(const std::string& text) { std::fprintf(stderr, "reactortrack: %s\n", text.c_str()); }

// What is worth knowing before anything else.
std::string verdict(const SummaryFacts& facts) {
  if (facts.deferreds == 0) return "no Deferred was created";
  const std::uint64_t unfired = facts.unfired_alive + facts.unfired_collected;
  std::string text;
  if (!facts.unhandled.empty()) text = plural(facts.unhandled.size(), "unhandled failure");
  if (unfired != 0)
    text += (text.empty() ? "" : ", ") + plural(unfired, "Deferred") + " never fired";
  return text.empty() ? "every Deferred fired, and no failure was left unhandled" : text;
}

// The first sentence of each of the worst findings, and what is to be typed for the rest.
std::vector<std::string> worst_findings(const Wording& wording, bool* has_more) {
  constexpr std::size_t kMost = 3;
  constexpr std::size_t kLongest = 300;
  std::vector<std::string> lines;
  for (const analysis::Finding& each : analysis::findings(wording, {})) {
    if (each.severity == analysis::Severity::kInfo) continue;
    *has_more = true;
    if (lines.size() == kMost) break;
    std::string line = each.message.substr(0, each.message.find(". "));
    if (line.size() > kLongest) line = line.substr(0, line.rfind(' ', kLongest)) + " ...";
    lines.push_back(std::string(word(each.severity)) + ", " + std::string(word(each.kind)) + ": " +
                    line);
  }
  return lines;
}

// A zombie can be signalled, but records no more; its state stands behind its name in parentheses.
bool still_runs(const std::string& process) {
  const int pid = std::atoi(process.c_str());
  if (pid <= 0 || (kill(pid, 0) != 0 && errno != EPERM)) return false;
  std::ifstream file("/proc/" + process + "/stat");
  const std::string facts{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = facts.rfind(')');
  return name_end == facts.npos || facts.substr(name_end).find(") Z") != 0;
}

// "truncated by SIGTERM": when the program was ended so, there is nothing to wonder about.
std::string ending_text(const log::Source& source, const std::string& process, const Exit& end) {
  std::string text = ending_word(source);
  if (source.ending() == log::Ending::kTruncated) {
    const char* name = end.killed() ? sigabbrev_np(end.signal()) : nullptr;
    // It may be dying: a killed program's children are often killed with it.
    for (int look = 0; look < 10 && still_runs(process); ++look) usleep(20'000);
    if (still_runs(process)) {
      text = "still being recorded by process " + process;
    } else if (name != nullptr) {
      text += std::string(" by SIG") + name;
    }
  }
  if (const std::string missing = missing_text(source); !missing.empty()) text += ", " + missing;
  if (source.ending() == log::Ending::kError)
    text += " at " + place_text(source.error()) + ": " + clean(source.error().cause);
  return text;
}

// Returns whether there are findings to be read.
bool tell_recording(const StatusLine& recording, const std::string& shown, const Exit& end,
                    bool in_detail) {
  std::string error;
  const std::unique_ptr<RecordingFile> file = RecordingFile::open(recording.text, &error);
  if (!file) {
    say(error);
    return false;
  }
  replay::Model model;
  event::Event event;
  while (file->next(&event)) model.apply(event);
  const log::Source& source = file->source();
  const Wording wording(model, source.definitions());
  const SummaryFacts facts = summary_facts(wording);
  say(shown + ": " + plural(model.event_count(), "event") + " of " +
      plural(facts.deferreds, "Deferred") + " in " + duration_text(model.time_ns()) + ", " +
      size_text(source.position()) + ", " + ending_text(source, recording.process, end));
  if (!in_detail) return false;
  say(verdict(facts));
  bool has_findings = false;
  for (const std::string& line : worst_findings(wording, &has_findings)) say(line);
  return has_findings;
}

// The name as the user would type it: `path` was made absolute for the program.
std::string shown_path(const std::string& path, const std::string& main_path,
                       const Options& options) {
  if (path == main_path) return options.file;
  std::error_code ignored;
  const fs::path relative = fs::proximate(path, ignored);
  return relative.empty() || relative.string().starts_with("..") ? path : relative.string();
}

// What trial's own report of a failed test lacks.
void tell_tests(const RunStatus& status, const std::string& main_path, const Options& options) {
  std::size_t most = 10;
  for (const StatusLine& runner : status.tests)
    for (const StatusLine& recording : status.recordings) {
      if (recording.process != runner.process || most == 0) continue;
      const std::string shown = shown_path(recording.text, main_path, options);
      most -= std::min(most, tell_failed_tests(recording.text, shell_word(shown), most));
    }
}

void tell_all(const RunStatus& status, const Exit& end, const std::string& main_path,
              const Options& options) {
  constexpr std::size_t kMaxOthers = 5;
  tell_tests(status, main_path, options);
  const std::string first = shown_path(status.recordings[0].text, main_path, options);
  const bool has_findings = tell_recording(status.recordings[0], first, end, true);
  for (const StatusLine& note : status.notes) say("note: " + clean(note.text));
  for (std::size_t i = 1; i < status.recordings.size() && i <= kMaxOthers; ++i) {
    const std::string shown = shown_path(status.recordings[i].text, main_path, options);
    tell_recording(status.recordings[i], shown, Exit{}, false);
  }
  if (status.recordings.size() > kMaxOthers + 1)
    say("and " + plural(status.recordings.size() - kMaxOthers - 1, "more recording") +
        " of child processes beside it");
  for (const StatusLine& failure : status.failures)
    say("process " + failure.process + " was not recorded: " + clean(failure.text));
  for (const StatusLine& loss : status.losses)
    say("process " + loss.process + " lost events: " + clean(loss.text));
  say(std::string("next: reactortrack ") + (has_findings ? "findings " : "summary ") +
      shell_word(first));
}

int run(Options options) {
  if (options.words.empty())
    return fail("run: COMMAND is required; try: reactortrack run --help", kUsageError);
  if (options.words[0].starts_with('-'))
    return fail("run: there is no option " + options.words[0] + "; try: reactortrack run --help",
                kUsageError);
  if (options.file.empty()) options.file = default_file(options);

  Program program;
  Unrunnable why;
  if (!resolve(options.words, &program, &why)) return fail(why.cause, why.status);
  if (const std::string obstacle = clear_the_way(options.file); !obstacle.empty())
    return fail(obstacle, kUsageError);
  auto status_file = std::make_unique<StatusFile>();
  if (!status_file->cause().empty()) return fail(status_file->cause(), kUsageError);

  const std::string main_path = fs::absolute(options.file).string();
  const Exit end = run_and_wait(program, {{"REACTORTRACK_OUT", main_path},
                                          {"REACTORTRACK_STACK", std::to_string(options.stack)},
                                          {"REACTORTRACK_VALUES", options.values ? "1" : "0"},
                                          {"REACTORTRACK_ENGINE", options.engine},
                                          {"REACTORTRACK_STRICT", options.strict ? "1" : "0"},
                                          {"REACTORTRACK_RING", options.ring},
                                          {"REACTORTRACK_DUMP_SIGNAL", options.dump_signal},
                                          {"REACTORTRACK_STATUS", status_file->path()}});
  const RunStatus status = parse_status(status_file->text());
  status_file.reset();
  if (end.exec_errno != 0) {
    say(program.path + ": " + std::strerror(end.exec_errno));
  } else if (status.recordings.empty()) {
    say(why_nothing_was_recorded(status, program));
  } else if (!options.quiet) {
    tell_all(status, end, main_path, options);
  }
  end_like(end);
}

std::function<int()> define(CLI::App* app) {
  const auto options = std::make_shared<Options>();
  app->prefix_command();
  app->add_option("-o,--output", options->file,
                  "Where to record. A recording of that name is replaced. Without it: "
                  "reactortrack-NAME.rtlog in the current directory, after the command's name.")
      ->option_text("FILE");
  app->add_option(
         "--stack", options->stack,
         "How many frames of the stack to keep where a Deferred is created or fired; 16 when "
         "not given, 0 for none.")
      ->option_text("N")
      ->check(CLI::Range(0, 1000));
  app->add_flag("--values", options->values,
                "Record values and messages of exceptions as text too. Without it only their types "
                "are recorded, so that a recording holds no passwords or personal data.");
  app->add_option(
         "--engine", options->engine,
         "native: Twisted's Deferred methods replaced by faster ones that also record. wrap: "
         "the original ones, wrapped. auto: native on the Twisted releases it is known to "
         "suit, otherwise wrap.")
      ->option_text("auto|native|wrap")
      ->check(CLI::IsMember({"auto", "native", "wrap"}));
  app->add_flag("--strict", options->strict,
                "When COMMAND is trial: fail a test that leaves a pending Deferred, a failure that "
                "nobody handled, or a coroutine that was never awaited.");
  app->add_option("--ring", options->ring,
                  "Flight recorder: keep the newest events only, in SIZE bytes of disk (64M, 1G). "
                  "FILE becomes a directory of segments; every command reads it like a file.")
      ->option_text("SIZE")
      ->check(check_ring);
  app->add_option("--dump-signal", options->dump_signal,
                  "When the program gets this signal (USR2, for instance), keep the last minute "
                  "beside FILE (app.dump-1.rtlog). A handler that the program had is called, too.")
      ->option_text("SIGNAL")
      ->check(check_signal);
  app->add_flag("-q,--quiet", options->quiet,
                "Say nothing at the end, unless nothing was recorded.");
  return [options, app] {
    options->words = app->remaining();
    return run(*options);
  };
}

}  // namespace

constexpr Command kRun = {
    .name = "run",
    .summary = "run a command and record its Deferreds",
    .synopsis = "run [OPTIONS] COMMAND [ARGUMENTS]",
    .description =
        R"(Runs COMMAND with recording on, without any change to the program: app.py, python
app.py, twistd -n ..., trial ..., scrapy crawl ..., or a script that starts one of these. A Python
file that is not executable is run with the python3 beside this command, or else the one on PATH.
Everything after COMMAND belongs to it.

Every Python process in which reactortrack is installed records from the moment it imports
Twisted. The first writes FILE; each further one writes a file of its own, with its process number
before the suffix (app.4711.rtlog). A program that is killed leaves everything up to that moment.

The program keeps its terminal, its input and output. Signals sent to this command are passed on
to it; Ctrl-C reaches it directly. At the end, lines on stderr tell where the recording is and
what is in it, or why there is none.)",
    .sections = R"(EXIT STATUS
That of COMMAND; when a signal ended it, this command ends by the same signal.
  2      the command line makes no sense, or FILE cannot be written; COMMAND was not run
  126    COMMAND is not executable
  127    COMMAND was not found

ENVIRONMENT
COMMAND is given REACTORTRACK_OUT, REACTORTRACK_STACK, REACTORTRACK_VALUES, REACTORTRACK_ENGINE,
REACTORTRACK_STRICT, REACTORTRACK_RING, REACTORTRACK_DUMP_SIGNAL and REACTORTRACK_STATUS, which the
start-up hook in site-packages reads. A program that clears its environment is not recorded.

EXAMPLES
  reactortrack run app.py
  reactortrack run -o web.rtlog twistd -n web --path .
  reactortrack run trial myproject.test
  reactortrack run --values --stack 40 scrapy crawl quotes
  reactortrack run --ring 256M --dump-signal USR2 twistd -n web --path .
)",
    .define = define,
};

}  // namespace reactortrack::cli
