// SPDX-License-Identifier: MIT
//
// `reactortrack waits`: who waits for what at the end, down to the cause.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/command.h"
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
  bool json = false;
};

void print_row(const WaitRow& row, const Wording& say, const Style& style) {
  const std::string indent(std::size_t{2} * row.depth, ' ');
  std::string line = row.depth == 0 ? style.bold(row.name) : row.name;
  if (row.in_cycle) {
    std::printf("%s%s  %s\n", indent.c_str(), line.c_str(),
                style.bad("(a ring: it stands above)").c_str());
    return;
  }
  std::printf("%s%s\n", indent.c_str(), line.c_str());
  std::string detail =
      "waits " + duration_text(row.age_ns) + ", since " + text::clock_text(row.since_ns) + " s";
  if (row.site.line != 0) detail += ", at " + say.place_in(row.site);
  if (!row.how.empty()) detail += " (" + row.how + ")";
  if (row.told) detail += "; what it waits for stands above";
  std::printf("%s  %s\n", indent.c_str(), style.dim(detail).c_str());
  if (!row.cause.empty()) std::printf("%s  %s\n", indent.c_str(), style.warn(row.cause).c_str());
}

int print_waits(const Options& options) {
  std::string error;
  const std::unique_ptr<RecordingFile> file = RecordingFile::open(options.file, &error);
  if (!file) return fail(error);
  replay::Model model;
  event::Event event;
  while (file->next(&event)) model.apply(event);
  const Wording wording(model, file->source().definitions());
  const analysis::Facts facts(wording);
  const analysis::WaitGraph graph(facts);
  const std::vector<WaitRow> rows = wait_tree(graph, facts);
  if (options.json) {
    std::printf("%s\n", wait_tree_json(rows, wording).c_str());
  } else if (model.event_count() != 0) {
    const Style style = Style::of(STDOUT_FILENO);
    for (const WaitRow& each : rows) {
      if (each.depth == 0 && &each != rows.data()) std::printf("\n");
      print_row(each, wording, style);
    }
    if (rows.empty()) std::printf("Nothing waits.\n");
  }
  const int written = finish_output(kSuccess);
  const int read = report_ending(*file, model.event_count(), model.time_ns());
  return written != kSuccess ? written : read;
}

std::function<int()> define(CLI::App* app) {
  const auto options = std::make_shared<Options>();
  app->add_option("FILE", options->file,
                  "The recording, or mon.out lines of 2013; - is standard input.")
      ->required();
  app->add_flag("--json", options->json, "Print one JSON array of nested objects.");
  return [options] { return print_waits(*options); };
}

}  // namespace

constexpr Command kWaits = {
    .name = "waits",
    .summary = "show who waits for what, down to the cause",
    .synopsis = "waits [OPTIONS] FILE",
    .description =
        R"(Prints what waits at the end of the recording as trees: first those whom nobody waits for,
below each what it waits for, and at the bottom why that does not come. Waits go through returned,
chained and awaited Deferreds, lists, locks and semaphores (to who has them), and loops.

A ring of those that wait for one another is marked where it closes. When the reactor was stopped,
the end is that moment.)",
    .sections = R"(EXIT STATUS
  0      the recording was read to its end, be it complete or truncated
  1      it could not be read to its end
  2      the command line makes no sense

EXAMPLES
  reactortrack waits app.rtlog
  reactortrack waits --json app.rtlog | jq '.[] | .name'
)",
    .define = define,
};

}  // namespace reactortrack::cli
