// SPDX-License-Identifier: MIT
//
// `reactortrack findings`: what is wrong, in sentences.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/recording_file.h"
#include "cli/terminal.h"
#include "core/analysis/analysis.h"
#include "core/analysis/findings_json.h"
#include "core/text/text.h"

namespace reactortrack::cli {

using analysis::Finding;
using analysis::Kind;
using analysis::Severity;
using text::plural;
using text::Wording;

namespace {

struct Options {
  std::string file;
  bool json = false;
  std::vector<std::string> only;
  std::vector<std::string> ignore;
  std::string least = "info";
  std::size_t top = 10;
  analysis::Options analysis;
};

bool is_one_of(Kind kind, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), word(kind)) != words.end();
}

Severity severity_of(const std::string& word) {
  return word == "error"     ? Severity::kError
         : word == "warning" ? Severity::kWarning
                             : Severity::kInfo;
}

// Prints findings under the headings of their kinds.
class Page {
 public:
  Page(const Wording& wording, const std::vector<Finding>& findings, std::size_t top)
      : say_(wording),
        findings_(findings),
        top_(top),
        style_(Style::of(STDOUT_FILENO)),
        width_(std::clamp<std::size_t>(terminal_width(STDOUT_FILENO, 100), 60, 120)) {}

  void print() const {
    const Finding* before = nullptr;
    std::size_t told = 0;  // of this group
    for (const Finding& each : findings_) {
      const bool new_group =
          before == nullptr || before->kind != each.kind || before->severity != each.severity;
      if (new_group) {
        rest(told);
        heading(each, before == nullptr);
        told = 0;
      }
      if (told++ < top_) finding(each);
      before = &each;
    }
    rest(told);
    if (findings_.empty()) std::printf("Nothing to report.\n");
  }

 private:
  void rest(std::size_t told) const {
    if (told > top_)
      std::printf("  %s\n", style_.dim("and " + text::count_text(told - top_) + " more").c_str());
  }
  void heading(const Finding& finding, bool first) const {
    const std::uint64_t count = static_cast<std::uint64_t>(
        std::count_if(findings_.begin(), findings_.end(), [&](const Finding& each) {
          return each.kind == finding.kind && each.severity == finding.severity;
        }));
    const std::string severity(word(finding.severity));
    const std::string title = std::string(analysis::heading(finding.kind)) +
                              (count > 1 ? ": " + text::count_text(count) : "");
    std::printf("%s%s  %s\n", first ? "" : "\n", coloured(finding.severity, severity).c_str(),
                style_.bold(title).c_str());
  }
  std::string coloured(Severity severity, const std::string& text) const {
    switch (severity) {
      case Severity::kError: return style_.bad(text);
      case Severity::kWarning: return style_.warn(text);
      case Severity::kInfo: return style_.dim(text);
    }
    return text;
  }
  void finding(const Finding& finding) const {
    std::fputs(text::wrapped(finding.message, 2, width_).c_str(), stdout);
    for (const analysis::CitedSite& each : finding.sites)
      std::printf("    %s\n",
                  style_.dim(text::left(word(each.role), 12) + say_.place_in(each.site)).c_str());
  }

  const Wording& say_;
  const std::vector<Finding>& findings_;
  std::size_t top_;
  Style style_;
  std::size_t width_;
};

int find(const Options& options) {
  for (const auto* words : {&options.only, &options.ignore})
    for (const std::string& each : *words) {
      Kind kind;
      if (!analysis::parse(each, &kind))
        return fail(
            "findings: there is no kind \"" + each + "\"; see: reactortrack findings --help",
            kUsageError);
    }
  std::string error;
  const std::unique_ptr<RecordingFile> file = RecordingFile::open(options.file, &error);
  if (!file) return fail(error);
  replay::Model model;
  event::Event event;
  while (file->next(&event)) model.apply(event);
  const Wording wording(model, file->source().definitions());
  std::vector<Finding> findings = analysis::findings(wording, options.analysis);
  std::erase_if(findings, [&](const Finding& each) {
    return each.severity < severity_of(options.least) || is_one_of(each.kind, options.ignore) ||
           (!options.only.empty() && !is_one_of(each.kind, options.only));
  });
  if (options.json)
    std::printf("%s\n", analysis::findings_json(findings, wording).c_str());
  else if (file->source().ending() != log::Ending::kError || model.event_count() != 0)
    Page(wording, findings, options.top).print();
  if (finish_reading(*file, model) != kSuccess) return kFailure;
  const bool wrong = std::any_of(findings.begin(), findings.end(), [](const Finding& each) {
    return each.severity == Severity::kError;
  });
  return wrong ? kFailure : kSuccess;
}

// An option in milliseconds for a threshold in nanoseconds.
void add_time(CLI::App* app, const char* name, const char* meaning, std::int64_t* ns) {
  app->add_option_function<double>(
         name, [ns](double ms) { *ns = static_cast<std::int64_t>(ms * 1e6); }, meaning)
      ->option_text("MS")
      ->check(CLI::Range(0.0, 1e12));
}

std::function<int()> define(CLI::App* app) {
  const auto options = std::make_shared<Options>();
  app->add_option("FILE", options->file,
                  "The recording, or mon.out lines of 2013; - is standard input.")
      ->required();
  app->add_flag("--json", options->json, "Print one JSON array.");
  app->add_option("--only", options->only, "Kinds to report, with commas between them.")
      ->delimiter(',')
      ->option_text("KIND,...")
      ->allow_extra_args(false);
  app->add_option("--ignore", options->ignore, "Kinds to leave out.")
      ->delimiter(',')
      ->option_text("KIND,...")
      ->allow_extra_args(false);
  app->add_option("--severity", options->least,
                  "The least severe to report: info (all), warning or error.")
      ->option_text("info|warning|error")
      ->check(CLI::IsMember({"info", "warning", "error"}));
  app->add_option("--top", options->top,
                  "Findings of each kind to print as text, the longest first; 10 when not given.")
      ->option_text("N");
  analysis::Options* limits = &options->analysis;
  add_time(app, "--pending", "Waiting longer may be for ever; 250 ms when not given.",
           &limits->pending_ns);
  add_time(app, "--blocked", "The reactor between two polls; 200 ms when not given.",
           &limits->blocked_ns);
  add_time(app, "--late", "A delayed call after it was due; 100 ms when not given.",
           &limits->late_ns);
  add_time(app, "--slow", "A Deferred or coroutine; 500 ms when not given.", &limits->slow_ns);
  add_time(app, "--queued", "Work before a thread takes it; 100 ms when not given.",
           &limits->queued_ns);
  app->add_option("--depth", limits->depth,
                  "Callbacks that run inside one another; 100 when not given.")
      ->option_text("N");
  app->add_option("--pile", limits->pile, "Pending at once, from one place; 20 when not given.")
      ->option_text("N");
  return [options] { return find(*options); };
}

}  // namespace

constexpr Command kFindings = {
    .name = "findings",
    .summary = "say what is wrong, in sentences with places",
    .synopsis = "findings [OPTIONS] FILE",
    .description =
        R"(Looks for what is known to go wrong with Deferreds, and says what, where, since when and
who waits for it. An error is wrong; a warning most likely is; info is worth knowing, and healthy
programs have such findings too. docs/findings.md tells the rule of each kind.

Of several at the same places the first is told, and the others are counted.)",
    .sections = R"(KINDS
  never-fired         waited for, and nothing known would fire it
  wait-cycle          Deferreds or locks that wait for one another
  unhandled-failure   a failure that no errback took, collected or still held
  failure-trace       the Deferreds a failure went through
  dropped-work        a coroutine or Deferred that nobody awaited or attached to
  fired-twice         AlreadyCalledError: who fired first, and who again
  cancel-ineffective  cancel() that did not end it
  cancelled-by        who called the cancel() behind a CancelledError
  failure-swallowed   an errback that left a value in place of a failure
  result-taken        a consumer that got None because another came first
  deferred-as-value   a callback that ran with a Deferred or coroutine as its value
  unbalanced-pause    unpause() without pause(), or pause() without unpause()
  lock-held           a lock or semaphore that its holder does not give back
  pool-exhausted      work that waits because all threads or tokens are busy
  piling-up           what one place makes faster than it ends
  starved             delayed calls that had to wait for many short ones
  deep-recursion      callbacks that fire one another without end
  reactor-blocked     the callback that kept the reactor from its poll
  wrong-thread        a Deferred fired, or a call scheduled, off the reactor's thread
  loop-stopped        a LoopingCall that ended with a failure
  loop-stuck          a LoopingCall that waits for what it returned
  loop-overlap        a LoopingCall that can't keep its interval, or runs over itself
  outlives-owner      members that go on after their list has failed
  collected-pending   garbage collected while somebody waited
  context-leak        a context variable that a callback changed for its caller
  slow                much slower than its kin, and where the time went

EXIT STATUS
  0      nothing reported is an error
  1      at least one is, or the recording could not be read to its end
  2      the command line makes no sense

EXAMPLES
  reactortrack findings app.rtlog
  reactortrack findings --severity warning app.rtlog
  reactortrack findings --only never-fired,lock-held --pending 5000 app.rtlog
  reactortrack findings --json app.rtlog | jq -r '.[] | .kind + ": " + .message'
)",
    .define = define,
};

}  // namespace reactortrack::cli
