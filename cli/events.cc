// SPDX-License-Identifier: MIT
//
// `reactortrack events`: one line an event, as text or as JSON.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <bitset>
#include <cstdio>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/deferred_argument.h"
#include "cli/duration.h"
#include "cli/event_line.h"
#include "cli/recording_file.h"
#include "cli/terminal.h"
#include "core/event/names.h"
#include "core/log/json_lines.h"
#include "core/replay/model.h"
#include "core/text/event_text.h"
#include "core/text/text.h"
#include "core/text/wording.h"

namespace reactortrack::cli {

using text::concerns;
using text::deferred_text;
using text::plural;
using text::Wording;

namespace {

using Kinds = std::bitset<256>;

struct Options {
  std::string file;
  bool json = false;
  bool all = false;
  std::string deferred;
  std::vector<std::string> kinds;
  std::string last;
  std::uint64_t limit = 0;  // 0: none
};

std::size_t index(event::EventKind kind) { return static_cast<std::size_t>(kind); }

// The rounds of the reactor are most of a long recording and none of its story.
Kinds quiet_kinds() {
  using event::EventKind;
  Kinds kinds;
  for (const EventKind kind :
       {EventKind::kThread, EventKind::kTurnStarted, EventKind::kTurnEnded, EventKind::kPollStarted,
        EventKind::kPollEnded, EventKind::kIoStarted, EventKind::kIoEnded, EventKind::kClock})
    kinds.set(index(kind));
  return kinds;
}

// Which kinds are wanted; nullopt, with a message, when one is unknown.
std::optional<Kinds> wanted_kinds(const Options& options, std::string* error) {
  Kinds kinds;
  if (options.kinds.empty()) {
    const bool everything = options.all || options.json || !options.deferred.empty();
    return everything ? kinds.set() : ~quiet_kinds();
  }
  for (const std::string& name : options.kinds) {
    const std::optional<event::EventKind> kind = event::parse_kind(name);
    if (kind && index(*kind) >= event::kFirstTimedKind) {
      kinds.set(index(*kind));
      continue;
    }
    *error = "there is no kind of event called \"" + name + "\". The kinds are:";
    for (const event::EventKind each : event::all_kinds())
      if (index(each) >= event::kFirstTimedKind) *error += " " + std::string(event::word(each));
    return std::nullopt;
  }
  return kinds;
}

class Printer {
 public:
  Printer(const RecordingFile& file, const Options& options, Kinds kinds, event::DeferredId only,
          std::int64_t begin_ns)
      : options_(options),
        kinds_(kinds),
        only_(only),
        begin_ns_(begin_ns),
        wording_(model_, file.source().definitions()),
        style_(Style::of(STDOUT_FILENO)),
        json_(file.source().definitions()) {}

  // False when enough was printed.
  bool print(const event::Event& event) {
    model_.apply(event);
    const std::size_t kind = index(event::kind_of(event.body));
    if (kind < event::kFirstTimedKind) {
      if (options_.json) json_.observe(event);
      return true;
    }
    const bool wanted =
        kinds_[kind] && (only_ == event::DeferredId::kNone || concerns(event, only_));
    if (wanted && model_.time_ns() < begin_ns_) {
      if (options_.json) json_.observe(event);
      ++earlier_;
    } else if (wanted) {
      write(event);
    } else {
      if (options_.json) json_.observe(event);
      ++hidden_;
    }
    return options_.limit == 0 || printed_ < options_.limit;
  }

  const replay::Model& model() const { return model_; }
  std::uint64_t printed() const { return printed_; }
  std::uint64_t earlier() const { return earlier_; }
  std::uint64_t hidden() const { return hidden_; }

 private:
  void write(const event::Event& event) {
    line_.clear();
    if (options_.json) {
      json_.append(event, &line_);
    } else {
      line_ = event_line(event, wording_, style_);
    }
    std::fwrite(line_.data(), 1, line_.size(), stdout);
    ++printed_;
  }

  const Options& options_;
  Kinds kinds_;
  event::DeferredId only_;
  std::int64_t begin_ns_;  // what is earlier is left out
  replay::Model model_;
  Wording wording_;
  Style style_;
  log::JsonLinesWriter json_;
  std::string line_;
  std::uint64_t earlier_ = 0;
  std::uint64_t printed_ = 0;
  std::uint64_t hidden_ = 0;
};

// When the last `length` of the recording begins. Leaves the recording at its start.
std::int64_t begin_of_last(std::int64_t length_ns, RecordingFile* file) {
  replay::Model model;
  event::Event event;
  while (file->next(&event)) model.apply(event);
  file->restart();
  return model.time_ns() - length_ns;
}

int print_events(const Options& options) {
  std::string error;
  const std::optional<Kinds> kinds = wanted_kinds(options, &error);
  if (!kinds) return fail(error, kUsageError);
  const std::unique_ptr<RecordingFile> file = RecordingFile::open(options.file, &error);
  if (!file) return fail(error);
  event::DeferredId only{};
  if (!options.deferred.empty()) {
    const std::optional<FoundDeferred> found = find_deferred(*file, options.deferred, &error);
    if (!found) return fail(error, kUsageError);
    if (!found->note.empty()) fail(found->note);
    only = found->id;
  }

  std::int64_t begin_ns = 0;
  if (!options.last.empty()) {
    const std::optional<std::int64_t> length_ns = parse_duration(options.last);
    if (!length_ns) return fail("events: --last takes a duration like 90s or 5min", kUsageError);
    begin_ns = begin_of_last(*length_ns, file.get());
  }
  Printer printer(*file, options, *kinds, only, begin_ns);
  event::Event event;
  while (file->next(&event) && !ferror(stdout)) {
    if (printer.print(event)) continue;
    std::fflush(stdout);
    std::fprintf(stderr, "%s: stopped after %s, as --limit asked\n", file->name().c_str(),
                 plural(printer.printed(), "line").c_str());
    return finish_output(kSuccess);
  }
  if (const int status = finish_output(kSuccess); status != kSuccess) return status;
  const int status = report_ending(*file, printer.model().event_count(), printer.model().time_ns());
  if (only != event::DeferredId::kNone && printer.model().find(only) == nullptr)
    return fail(file->name() + ": " + not_found(printer.model(), deferred_text(only)), kUsageError);
  if (printer.earlier() != 0)
    std::fprintf(stderr, "%s: %s before that not shown, as --last asked\n", file->name().c_str(),
                 plural(printer.earlier(), "event").c_str());
  const bool hid_by_itself =
      options.kinds.empty() && options.deferred.empty() && printer.hidden() != 0;
  if (hid_by_itself)
    std::fprintf(stderr, "%s: %s of threads and reactor rounds not shown (--all)\n",
                 file->name().c_str(), plural(printer.hidden(), "event").c_str());
  return status;
}

std::function<int()> define(CLI::App* app) {
  const auto options = std::make_shared<Options>();
  app->add_option("FILE", options->file,
                  "The recording, or mon.out lines of 2013; - is standard input.")
      ->required();
  app->add_flag("--json", options->json,
                "Print JSON lines: one object an event, with everything that is known about it.");
  app->add_flag("--all", options->all,
                "Print the reactor's rounds, its input and output, and changes of thread too.");
  app->add_option("--deferred", options->deferred,
                  "Only events that name this Deferred: 12, #12, or what id() gave.")
      ->option_text("N");
  app->add_option("--kind", options->kinds,
                  "Only events of this kind: created, attached, fired, started, finished, waiting, "
                  "... May be given again; several may be joined by commas.")
      ->option_text("KIND")
      ->delimiter(',')
      ->allow_extra_args(false);
  app->add_option("--last", options->last,
                  "Only what happened in the last so many seconds (or 5min, 250ms).")
      ->option_text("DURATION");
  app->add_option("--limit", options->limit, "Stop after this many lines.")->option_text("N");
  return [options] { return print_events(*options); };
}

}  // namespace

constexpr Command kEvents = {
    .name = "events",
    .summary = "print what happened, one line an event",
    .synopsis = "events [OPTIONS] FILE",
    .description =
        R"(Prints the events of a recording in the order they happened. The columns are: seconds
since the start; the thread, once there are several; the Deferred (#12) or delayed call (call 3);
what happened; with what; and where, or how long it took.
Names of functions are qualified names; places are the first frame outside Twisted.

A line on stderr says at the end whether the recording is complete, truncated (the program was
killed, or still runs), lacks events that could not be recorded, or cannot be read from some byte
on. What comes before is printed in any case.)",
    .sections = R"(EXIT STATUS
  0      the recording was read to its end, be it complete or truncated
  1      it could not be read to its end
  2      the command line makes no sense

EXAMPLES
  reactortrack events app.rtlog | less
  reactortrack events --last 1min app.rtlog
  reactortrack events --deferred 12 app.rtlog
  reactortrack events --kind failure,fired_again app.rtlog
  reactortrack events --json app.rtlog | jq -r .action | sort | uniq -c
)",
    .define = define,
};

}  // namespace reactortrack::cli
