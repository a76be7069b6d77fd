// SPDX-License-Identifier: MIT
//
// `reactortrack run`: runs a command with recording on, and tells what became of it.
#include <CLI/CLI.hpp>
#include <cctype>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/launch.h"
#include "cli/measure.h"
#include "cli/program.h"
#include "cli/recorded_run.h"
#include "cli/run_end.h"

namespace reactortrack::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
  RecordingOptions recording;
  int rounds = 0;  // to be measured; 0: run once, recorded
  bool quiet = false;
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

constexpr int kMostRounds = 1000;

// Returns what is wrong with the number of rounds, or nothing.
std::string check_rounds(const std::string& text) {
  int rounds = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, rounds);
  const bool is_count = error == std::errc() && rest == end && rounds >= 1 && rounds <= kMostRounds;
  return is_count ? ""
                  : "ROUNDS is a number from 1 to " + std::to_string(kMostRounds) +
                        ", such as 5, not " + text;
}

// Why these options cannot be given together; empty when they can.
std::string contradiction(const Options& options) {
  if (options.rounds == 0) return "";
  if (options.recording.strict)
    return "--measure cannot be given with --strict, which changes what the recorded runs do";
  if (!options.recording.dump_signal.empty())
    return "--measure cannot be given with --dump-signal: without recording nothing handles it";
  return "";
}

int run(Options options) {
  constexpr const char* kTry = "; try: reactortrack run --help";
  if (options.words.empty())
    return fail(std::string("run: COMMAND is required") + kTry, kUsageError);
  if (options.words[0].starts_with('-'))
    return fail("run: there is no option " + options.words[0] + kTry, kUsageError);
  if (const std::string why = contradiction(options); !why.empty())
    return fail("run: " + why, kUsageError);
  if (options.recording.file.empty()) options.recording.file = default_file(options);

  Program program;
  Unrunnable why;
  if (!resolve(options.words, &program, &why)) return fail(why.cause, why.status);
  if (const std::string obstacle = clear_the_way(options.recording.file); !obstacle.empty())
    return fail(obstacle, kUsageError);
  if (options.rounds != 0)
    return measure(program, options.recording, static_cast<std::size_t>(options.rounds),
                   options.quiet);

  const RecordedRun run = run_recorded(program, options.recording);
  if (!run.obstacle.empty()) return fail(run.obstacle, kUsageError);
  if (!tell_if_nothing(program, run) && !options.quiet) tell_run(run, options.recording);
  end_like(run.end);
}

std::function<int()> define(CLI::App* app) {
  const auto options = std::make_shared<Options>();
  app->prefix_command();
  app->add_option("-o,--output", options->recording.file,
                  "Where to record. A recording of that name is replaced. Without it: "
                  "reactortrack-NAME.rtlog in the current directory, after the command's name.")
      ->option_text("FILE");
  app->add_option(
         "--stack", options->recording.stack,
         "How many frames of the stack to keep where a Deferred is created or fired; 16 when "
         "not given, 0 for none.")
      ->option_text("N")
      ->check(CLI::Range(0, 1000));
  app->add_flag("--values", options->recording.values,
                "Record values and messages of exceptions as text too. Without it only their types "
                "are recorded, so that a recording holds no passwords or personal data.");
  app->add_option(
         "--engine", options->recording.engine,
         "native: Twisted's Deferred methods replaced by faster ones that also record. wrap: "
         "the original ones, wrapped. auto: native on the Twisted releases it is known to "
         "suit, otherwise wrap.")
      ->option_text("auto|native|wrap")
      ->check(CLI::IsMember({"auto", "native", "wrap"}));
  app->add_flag("--strict", options->recording.strict,
                "When COMMAND is trial: fail a test that leaves a pending Deferred, a failure that "
                "nobody handled, or a coroutine that was never awaited.");
  app->add_option("--ring", options->recording.ring,
                  "Flight recorder: keep the newest events only, in SIZE bytes of disk (64M, 1G). "
                  "FILE becomes a directory of segments; every command reads it like a file.")
      ->option_text("SIZE")
      ->check(check_ring);
  app->add_option("--dump-signal", options->recording.dump_signal,
                  "When the program gets this signal (USR2, for instance), keep the last minute "
                  "beside FILE (app.dump-1.rtlog). A handler that the program had is called, too.")
      ->option_text("SIGNAL")
      ->check(check_signal);
  app->add_option("--measure", options->rounds,
                  "Measure what recording costs: run COMMAND ROUNDS times without recording and "
                  "ROUNDS times with it (5, say), and compare.")
      ->type_name("ROUNDS")
      ->option_text("ROUNDS")
      ->check(check_rounds);
  app->add_flag("-q,--quiet", options->quiet,
                "Say nothing at the end, unless nothing was recorded. With --measure: only what "
                "was measured.");
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
    .sections = R"(MEASURING
With --measure ROUNDS, COMMAND is run without recording and with it, in turns: first a round that is
not counted, because it fills caches and compiles modules, then ROUNDS more, every other of which
begins with the recorded run. The end tells medians of CPU time (of COMMAND and the processes that it
waited for), wall time, and memory of its largest process; the median of the rounds' ratios; and the
smallest and largest ratio, which show how far that can be trusted. The last recording is kept.
Without recording is without any variable REACTORTRACK_*. COMMAND must do the same each time and end
with the same status. When it does not, or Ctrl-C or a signal ends it, no further run begins, and
this command ends as that run did. A file as its input is read again each time; what comes through a
pipe, only the first run gets. --strict and --dump-signal cannot be given: they ask for what only a
recorded program does.
MEASURING A SERVER
Give it an end, as in the last example, and the same load each time. Its wall time is fixed then:
compare CPU time, and what your load generator says it served. A server that leaves for the
background (twistd without -n) cannot be measured.

EXIT STATUS
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
  reactortrack run --measure 5 app.py
  reactortrack run --measure 5 timeout -s INT 30 twistd -n web --path .
)",
    .define = define,
};

}  // namespace reactortrack::cli
