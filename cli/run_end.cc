// SPDX-License-Identifier: MIT
#include "cli/run_end.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "cli/failed_tests.h"
#include "cli/recording_file.h"
#include "cli/summary_facts.h"
#include "core/analysis/analysis.h"
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

std::string shell_word(const std::string& text) {
  const bool plain = text.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789@%+=:,./_-") == text.npos;
  if (plain && !text.empty()) return text;
  std::string quoted = "'";
  for (const char c : text) c == '\'' ? quoted += "'\\''" : quoted += c;
  return quoted + "'";
}

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

// "23.3 bytes an event, "; nothing when there are none.
std::string per_event_text(std::uint64_t bytes, std::uint64_t events) {
  if (events == 0) return "";
  char number[32];
  std::snprintf(number, sizeof(number), "%.1f",
                static_cast<double>(bytes) / static_cast<double>(events));
  return std::string(number) + " bytes an event, ";
}

enum class Detail : std::uint8_t { kFindings, kSize, kBytesAnEvent };

// Returns whether there are findings to be read.
bool tell_recording(const StatusLine& recording, const std::string& shown, const Exit& end,
                    Detail detail) {
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
      size_text(source.position()) + ", " +
      (detail == Detail::kBytesAnEvent ? per_event_text(source.position(), model.event_count())
                                       : "") +
      ending_text(source, recording.process, end));
  if (detail != Detail::kFindings) return false;
  say(verdict(facts));
  bool has_findings = false;
  for (const std::string& line : worst_findings(wording, &has_findings)) say(line);
  return has_findings;
}

// The name as the user would type it: `path` was made absolute for the program.
std::string shown_path(const std::string& path, const RecordingOptions& options) {
  if (path == fs::absolute(options.file).string()) return options.file;
  std::error_code ignored;
  const fs::path relative = fs::proximate(path, ignored);
  return relative.empty() || relative.string().starts_with("..") ? path : relative.string();
}

// What trial's own report of a failed test lacks.
void tell_tests(const RunStatus& status, const RecordingOptions& options) {
  std::size_t most = 10;
  for (const StatusLine& runner : status.tests)
    for (const StatusLine& recording : status.recordings) {
      if (recording.process != runner.process || most == 0) continue;
      const std::string shown = shown_path(recording.text, options);
      most -= std::min(most, tell_failed_tests(recording.text, shell_word(shown), most));
    }
}

// Returns whether there are findings to be read in the first.
bool tell_recordings(const RecordedRun& run, const RecordingOptions& options, Detail detail) {
  constexpr std::size_t kMaxOthers = 5;
  const RunStatus& status = run.status;
  const bool has_findings = tell_recording(
      status.recordings[0], shown_path(status.recordings[0].text, options), run.end, detail);
  const Detail of_others = detail == Detail::kFindings ? Detail::kSize : detail;
  for (const StatusLine& note : status.notes) say("note: " + clean(note.text));
  for (std::size_t i = 1; i < status.recordings.size() && i <= kMaxOthers; ++i)
    tell_recording(status.recordings[i], shown_path(status.recordings[i].text, options), Exit{},
                   of_others);
  if (status.recordings.size() > kMaxOthers + 1)
    say("and " + plural(status.recordings.size() - kMaxOthers - 1, "more recording") +
        " of child processes beside it");
  for (const StatusLine& failure : status.failures)
    say("process " + failure.process + " was not recorded: " + clean(failure.text));
  for (const StatusLine& loss : status.losses)
    say("process " + loss.process + " lost events: " + clean(loss.text));
  return has_findings;
}

}  // namespace

void say(const std::string& text) { std::fprintf(stderr, "reactortrack: %s\n", text.c_str()); }

bool tell_if_nothing(const Program& program, const RecordedRun& run) {
  if (run.end.exec_errno != 0) {
    say(program.path + ": " + std::strerror(run.end.exec_errno));
  } else if (run.status.recordings.empty()) {
    say(why_nothing_was_recorded(run.status, program));
  } else {
    return false;
  }
  return true;
}

void tell_run(const RecordedRun& run, const RecordingOptions& options) {
  tell_tests(run.status, options);
  const bool has_findings = tell_recordings(run, options, Detail::kFindings);
  const std::string first = shown_path(run.status.recordings[0].text, options);
  say(std::string("next: reactortrack ") + (has_findings ? "findings " : "summary ") +
      shell_word(first));
}

void tell_size(const RecordedRun& run, const RecordingOptions& options) {
  tell_recordings(run, options, Detail::kBytesAnEvent);
}

}  // namespace reactortrack::cli
