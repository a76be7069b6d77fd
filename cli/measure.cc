// SPDX-License-Identifier: MIT
#include "cli/measure.h"

#include <sys/types.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/launch.h"
#include "cli/measurement.h"
#include "cli/run_end.h"
#include "cli/run_status.h"
#include "core/text/text.h"

namespace reactortrack::cli {

using text::plural;

namespace {

// Takes out of our environment what could turn recording on, or bend it, in a run without it.
void unset_recording_variables() {
  constexpr std::string_view kPrefix = "REACTORTRACK_";
  std::vector<std::string> names;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (text.starts_with(kPrefix)) names.emplace_back(text.substr(0, text.find('=')));
  }
  for (const std::string& name : names) unsetenv(name.c_str());
}

std::string signal_name(int number) {
  const char* name = sigabbrev_np(number);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(number);
}

std::string end_text(const Exit& end) {
  return end.killed() ? "was ended by " + signal_name(end.signal())
                      : "ended with status " + std::to_string(end.status());
}

// Runs are made until one is not like the first; then `stopped` says why, and there must be no more.
class Runs {
 public:
  Runs(const Program& program, const RecordingOptions& options)
      : program_(program), options_(options), input_at_(lseek(STDIN_FILENO, 0, SEEK_CUR)) {}

  // `name`: of the run, for messages. False when it does not count, or was not even begun.
  bool make(bool recorded, const std::string& name, Usage* usage) {
    if (const int stop = take_stop_signal(); stop != 0) {
      last_ = Exit();
      last_->wait_status = stop;
      return stop_with("stopped by " + signal_name(stop) + " before " + name);
    }
    // A file, and not a pipe or terminal: each run is to read the same.
    if (input_at_ >= 0) lseek(STDIN_FILENO, input_at_, SEEK_SET);
    if (recorded && !make_recorded()) return false;
    if (!recorded) last_ = run_and_wait(program_, {});
    *usage = last_->usage;
    return is_as_before(name);
  }

  // Nothing when the one that was to come could not be begun.
  const std::optional<Exit>& last() const { return last_; }
  const std::optional<RecordedRun>& newest() const { return newest_; }
  const std::string& stopped() const { return stopped_; }

 private:
  bool stop_with(std::string why) {
    stopped_ = std::move(why);
    return false;
  }

  bool make_recorded() {
    std::string obstacle = remove_newest();
    RecordedRun run;
    if (obstacle.empty()) run = run_recorded(program_, options_);
    if (!run.obstacle.empty()) obstacle = run.obstacle;
    if (!obstacle.empty()) {
      last_.reset();
      return stop_with(obstacle);
    }
    last_ = run.end;
    newest_ = std::move(run);
    return true;
  }

  // Child processes record into files that the next run would not replace.
  std::string remove_newest() {
    std::string obstacle = clear_the_way(options_.file);
    if (newest_)
      for (const StatusLine& recording : newest_->status.recordings)
        if (obstacle.empty()) obstacle = clear_the_way(recording.text);
    newest_.reset();
    return obstacle;
  }

  bool is_as_before(const std::string& name) {
    if (last_->exec_errno != 0)
      return stop_with(program_.path + ": " + std::strerror(last_->exec_errno));
    if (last_->stop_signal != 0)
      return stop_with("stopped by " + signal_name(last_->stop_signal) + " in " + name);
    if (!first_) first_ = last_;
    if (last_->status() != first_->status() || last_->killed() != first_->killed())
      return stop_with("stopped: " + name + " " + end_text(*last_) + ", but the first run " +
                       end_text(*first_));
    if (newest_ && newest_->status.recordings.empty())
      return stop_with(why_nothing_was_recorded(newest_->status, program_));
    return true;
  }

  const Program& program_;
  const RecordingOptions& options_;
  off_t input_at_;  // negative: it cannot be read again
  std::optional<Exit> first_;
  std::optional<Exit> last_;
  std::optional<RecordedRun> newest_;
  std::string stopped_;
};

// False when it does not count. Every other one begins with the recorded run.
bool make_round(Runs* runs, std::size_t number, const std::string& name, Round* round) {
  const bool recorded_first = number != 0 && number % 2 == 0;
  for (const bool recorded : {recorded_first, !recorded_first}) {
    const std::string run_name = name + (recorded ? " with recording" : " without recording");
    if (!runs->make(recorded, run_name, recorded ? &round->recorded : &round->plain)) return false;
  }
  return true;
}

}  // namespace

int measure(const Program& program, const RecordingOptions& options, std::size_t round_count,
            bool quiet) {
  unset_recording_variables();
  if (!quiet)
    say(plural(2 * (round_count + 1), "run") + ": a first round that is not counted, then " +
        plural(round_count, "round") + "; each without recording and with it");
  Runs runs(program, options);
  std::vector<Round> rounds;
  for (std::size_t i = 0; i <= round_count; ++i) {
    const std::string name =
        i == 0 ? "the uncounted round"
               : "round " + std::to_string(i) + " of " + std::to_string(round_count);
    Round round;
    if (!make_round(&runs, i, name, &round)) break;
    if (i != 0) rounds.push_back(round);
  }
  // Said only now: what is read here would count as memory of a program that is started later.
  for (const std::string& line : measurement_lines(rounds)) say(line);
  if (!quiet && runs.newest() && !runs.newest()->status.recordings.empty())
    tell_size(*runs.newest(), options);
  if (!runs.stopped().empty()) say(runs.stopped());
  if (!runs.last()) return kUsageError;
  end_like(*runs.last());
}

}  // namespace reactortrack::cli
