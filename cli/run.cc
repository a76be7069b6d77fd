// SPDX-License-Identifier: MIT
//
// `reactortrack run`: runs a command with recording on, and tells what became of it.
#include <CLI/CLI.hpp>
#include <cctype>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/launch.h"
#include "cli/program.h"
#include "cli/recorded_run.h"
#include "cli/run_end.h"

namespace reactortrack::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
  RecordingOptions recording;
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

int run(Options options) {
  constexpr const char* kTry = "; try: reactortrack run --help";
  if (options.words.empty())
    return fail(std::string("run: COMMAND is required") + kTry, kUsageError);
  if (options.words[0].starts_with('-'))
    return fail("run: there is no option " + options.words[0] + kTry, kUsageError);
  if (options.recording.file.empty()) options.recording.file = default_file(options);

  Program program;
  Unrunnable why;
  if (!resolve(options.words, &program, &why)) return fail(why.cause, why.status);
  if (const std::string obstacle = clear_the_way(options.recording.file); !obstacle.empty())
    return fail(obstacle, kUsageError);

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
