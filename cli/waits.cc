// SPDX-License-Identifier: MIT
//
// `reactortrack waits`: who waits for what at the end, down to the cause.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/deferred_argument.h"
#include "cli/duration.h"
#include "cli/recording_file.h"
#include "cli/terminal.h"
#include "core/analysis/wait_tree.h"
#include "core/text/text.h"

namespace reactortrack::cli {

using analysis::WaitRow;
using text::duration_text;
using text::Wording;

namespace {

struct Options {
  std::string file;
  std::string deferred;
  bool json = false;
  std::string longer;
};

// Only the trees whose root has waited that long.
std::vector<WaitRow> longer_than(std::vector<WaitRow> rows, std::int64_t length_ns) {
  std::vector<WaitRow> kept;
  bool keep = false;
  for (WaitRow& each : rows) {
    if (each.depth == 0) keep = each.age_ns >= length_ns;
    if (keep) kept.push_back(std::move(each));
  }
  return kept;
}

void print_row(const WaitRow& row, const analysis::Facts& facts, const Style& style) {
  const Wording& say = facts.say();
  const std::string indent(std::size_t{2} * row.depth, ' ');
  std::string line = row.depth == 0 ? style.bold(row.name) : row.name;
  if (row.in_cycle) {
    std::printf("%s%s  %s\n", indent.c_str(), line.c_str(),
                style.bad("(a ring: it stands above)").c_str());
    return;
  }
  std::printf("%s%s\n", indent.c_str(), line.c_str());
  // A recording that breaks off in the reactor's sleep does not say how long that was.
  std::string detail = facts.is_asleep() ? "waits" : "waits " + duration_text(row.age_ns) + ",";
  if (row.over) detail = "was made";
  detail += (row.over ? " at " : " since ") + text::clock_text(row.since_ns) + " s";
  if (row.site.line != 0) detail += ", at " + say.place_in(row.site);
  if (!row.how.empty()) detail += " (" + row.how + ")";
  if (row.told) detail += "; what it waits for stands above";
  std::printf("%s  %s\n", indent.c_str(), style.dim(detail).c_str());
  if (!row.cause.empty()) std::printf("%s  %s\n", indent.c_str(), style.warn(row.cause).c_str());
}

void print_rows(const std::vector<WaitRow>& rows, const analysis::Facts& facts) {
  const Style style = Style::of(STDOUT_FILENO);
  if (facts.is_asleep() && !rows.empty())
    std::printf("%s\n\n",
                style
                    .dim("The recording breaks off at " + text::clock_text(facts.end_ns()) +
                         " s: the reactor sleeps, and nothing is scheduled.")
                    .c_str());
  for (const WaitRow& each : rows) {
    if (each.depth == 0 && &each != rows.data()) std::printf("\n");
    print_row(each, facts, style);
  }
}

int print_waits(const Options& options) {
  const std::optional<std::int64_t> longer_ns = parse_duration(options.longer);
  if (!options.longer.empty() && !longer_ns)
    return fail(
        "waits: --longer takes a length of time as 90s, 250ms or 5min, not " + options.longer,
        kUsageError);
  std::string error;
  const std::unique_ptr<RecordingFile> file = RecordingFile::open(options.file, &error);
  if (!file) return fail(error);
  replay::Model model;
  event::Event event;
  while (file->next(&event)) model.apply(event);
  const Wording wording(model, file->source().definitions());
  const analysis::Facts facts(wording);
  const analysis::WaitGraph graph(facts);
  std::vector<WaitRow> rows;
  if (options.deferred.empty()) {
    rows = longer_than(wait_tree(graph, facts), longer_ns.value_or(0));
  } else {
    const auto found = find_deferred(wording, options.deferred, &error);
    if (!found) return fail(file->name() + ": " + error, kUsageError);
    if (!found->note.empty()) fail(found->note);
    const replay::Deferred& deferred = *model.find(found->id);
    if (facts.is_open(deferred))
      rows = wait_tree_of(found->id, graph, facts);
    else if (!options.json)
      std::printf("%s waits no more: it is %s.\n", text::deferred_text(found->id).c_str(),
                  std::string(word(model.state_of(deferred))).c_str());
  }
  if (options.json) {
    std::printf("%s\n", wait_tree_json(rows, wording).c_str());
  } else if (model.event_count() != 0) {
    print_rows(rows, facts);
    if (rows.empty() && options.deferred.empty()) std::printf("Nothing waits.\n");
  }
  return finish_reading(*file, model);
}

std::function<int()> define(CLI::App* app) {
  const auto options = std::make_shared<Options>();
  app->add_option("FILE", options->file,
                  "The recording, or mon.out lines of 2013; - is standard input.")
      ->required();
  app->add_option(
      "DEFERRED", options->deferred,
      "Only what this one waits for: its number (12 or #12), or what id() gave for it.");
  app->add_flag("--json", options->json, "Print one JSON array of nested objects.");
  app->add_option("--longer", options->longer, "Only what has waited that long: 5s, 250ms, 2min.")
      ->option_text("TIME");
  return [options] { return print_waits(*options); };
}

}  // namespace

constexpr Command kWaits = {
    .name = "waits",
    .summary = "show who waits for what, down to the cause",
    .synopsis = "waits [OPTIONS] FILE [DEFERRED]",
    .description =
        R"(Prints what waits at the end of the recording as trees: first those whom nobody waits for,
below each what it waits for, and at the bottom why that does not come. Waits go through returned,
chained and awaited Deferreds, lists, locks and semaphores (to who has them), and loops.

A ring of those that wait for one another is marked where it closes. When the reactor was stopped,
the end is that moment.)",
    .sections = R"(EXIT STATUS
  0      the recording was read to its end, be it complete or truncated
  1      it could not be read to its end
  2      there is no such Deferred, or the command line makes no sense

EXAMPLES
  reactortrack waits app.rtlog
  reactortrack waits app.rtlog 12
  reactortrack waits app.rtlog 0x7f52c0d0a390
  reactortrack waits --longer 10s app.rtlog
  reactortrack waits --json app.rtlog | jq '.[] | .name'
)",
    .define = define,
};

}  // namespace reactortrack::cli
