// SPDX-License-Identifier: MIT
//
// `reactortrack summary`: what happened, in one page.
#include "cli/summary_facts.h"
#include "cli/terminal.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>

#include "cli/command.h"
#include "cli/recording_file.h"
#include "core/event/names.h"
#include "core/text/json.h"
#include "core/text/text.h"
#include "core/text/wording.h"

namespace reactortrack::cli {

using text::clean;
using text::clock_text;
using text::count_text;
using text::date_text;
using text::deferred_text;
using text::duration_text;
using text::Json;
using text::left;
using text::plural;
using text::size_text;
using text::Wording;

namespace {

struct Options {
  std::string file;
  bool json = false;
  std::size_t top = 10;
  std::string sort = "count";
};

SiteOrder order_of(const std::string& word) {
  return word == "age"    ? SiteOrder::kAge
         : word == "own"  ? SiteOrder::kOwn
         : word == "wait" ? SiteOrder::kWait
                          : SiteOrder::kCount;
}

// "python app.py" is what was typed; the rest is told where it is known.
struct About {
  std::string_view label;
  std::string text;
};

std::vector<About> about(const RecordingFile& file, const replay::Model& model) {
  const log::Definitions& definitions = file.source().definitions();
  const auto info = [&](std::string_view key) { return clean(definitions.info(key)); };
  const auto with = [&](std::string_view name, std::string_view key) {
    const std::string value = info(key);
    return value.empty() ? "" : std::string(name) + " " + value;
  };
  std::string versions;
  for (const std::string& each : {with("Python", "python"), with("Twisted", "twisted"),
                                  with("reactortrack", "reactortrack"), with("engine", "engine")})
    if (!each.empty()) versions += (versions.empty() ? "" : ", ") + each;
  std::string recorded = model.started_unix_ns() == 0 ? "" : date_text(model.started_unix_ns());
  if (const std::string process = with("process", "pid"); !process.empty())
    recorded += (recorded.empty() ? "" : ", ") + process;
  return {{"command", info("command")},
          {"recorded", recorded},
          {"with", versions},
          {"note", info("engine_note")}};
}

class Page {
 public:
  Page(const RecordingFile& file, const Wording& wording, const Options& options)
      : file_(file),
        say_(wording),
        model_(wording.model()),
        facts_(summary_facts(wording, order_of(options.sort))),
        top_(options.top),
        style_(Style::of(STDOUT_FILENO)) {}

  void print() {
    head();
    deferreds();
    failures();
    waiting();
    callbacks();
    creations();
    kinds();
  }

 private:
  void head() {
    const std::uint64_t events = model_.event_count();
    std::printf("%s\n", style_.bold(file_.name()).c_str());
    for (const About& each : about(file_, model_))
      if (!each.text.empty()) row(each.label, each.text);
    std::string size = plural(events, "event") + " in " + duration_text(model_.time_ns()) + ", " +
                       size_text(file_.source().position());
    if (events != 0) {
      char each[32];
      std::snprintf(each, sizeof(each), ", %.1f bytes an event",
                    static_cast<double>(file_.source().position()) / static_cast<double>(events));
      size += each;
    }
    row("holds", size);
    row("ending", ending());
    if (facts_.longest_block_ns != 0)
      row("reactor", plural(model_.turns().size(), "round") + ", at most " +
                         duration_text(facts_.longest_block_ns) + " between two polls (at " +
                         clock_text(facts_.longest_block_at_ns) + " s)");
  }

  std::string ending() const {
    std::string text = ending_word(file_.source());
    if (const std::string missing = missing_text(file_.source()); !missing.empty())
      text += ", " + missing;
    if (model_.strange_count() != 0)
      text += ", " + plural(model_.strange_count(), "event") + " that contradict those before";
    return text;
  }

  void deferreds() {
    heading("Deferreds", facts_.deferreds);
    for (std::size_t i = 0; i < facts_.states.size(); ++i)
      if (facts_.states[i] != 0)
        number_row(facts_.states[i], std::string(word(static_cast<replay::State>(i))));
    if (facts_.collected != 0) number_row(facts_.collected, "of them collected");
    if (facts_.unfired_collected != 0)
      number_row(facts_.unfired_collected, "of them collected without having fired");
  }

  void failures() {
    if (facts_.unhandled.empty()) return;
    heading("Unhandled failures", facts_.unhandled.size());
    for (const UnhandledFailure& each : first(facts_.unhandled)) {
      const char* fate = each.held ? "still held" : "collected";
      std::string line = say_.failure(each.failure);
      const replay::Failure* failure = model_.find(each.failure);
      if (failure != nullptr && failure->traceback != event::StackId::kNone)
        line += ", raised at " + say_.place_in(say_.frames(failure->traceback).front());
      std::printf("  %s  %s (%s)\n", left(deferred_text(each.deferred), 7).c_str(),
                  style_.bad(line).c_str(), fate);
    }
    rest(facts_.unhandled);
  }

  void waiting() {
    if (facts_.waiting.empty()) return;
    heading("Still waiting", facts_.waiting.size());
    for (const event::DeferredId id : first(facts_.waiting)) {
      const replay::Wait* wait = model_.held_up_by(*model_.find(id));
      std::string line = "for a Deferred not recorded";
      if (wait != nullptr)
        line = "for " + left(deferred_text(wait->on), 7) + " since " +
               clock_text(model_.time_ns(wait->started_at)) + " s, " +
               Wording::wait_kind(wait->how);
      const std::string where = wait == nullptr ? "" : say_.where(wait->stack);
      std::printf("  %s  %s%s%s\n", left(deferred_text(id), 7).c_str(), line.c_str(),
                  where.empty() ? "" : " at ", where.c_str());
    }
    rest(facts_.waiting);
  }

  void callbacks() {
    if (facts_.callbacks.empty()) return;
    heading("Callbacks by own time", facts_.callbacks.size());
    std::printf("  %s\n", style_.dim("      own     runs  longest").c_str());
    for (const CallbackTime& each : first(facts_.callbacks)) {
      const std::string place = say_.defined_at(each.callable);
      std::printf("  %9s %8s %9s  %s%s%s\n", duration_text(each.own_ns).c_str(),
                  count_text(each.runs).c_str(), duration_text(each.longest_ns).c_str(),
                  say_.callable(each.callable).c_str(), place.empty() ? "" : "  ",
                  style_.dim(place).c_str());
    }
    rest(facts_.callbacks);
  }

  void creations() {
    if (facts_.creation_sites.empty()) return;
    heading("Created at", facts_.creation_sites.size());
    std::printf("  %s\n", style_.dim("  created  unfired   oldest      own     wait").c_str());
    const auto time = [](std::int64_t ns) -> std::string {
      return ns == 0 ? "-" : duration_text(ns);
    };
    for (const CreationSite& each : first(facts_.creation_sites))
      std::printf("  %9s %8s %8s %8s %8s  %s\n", count_text(each.created).c_str(),
                  each.unfired == 0 ? "-" : count_text(each.unfired).c_str(),
                  time(each.oldest_ns).c_str(), time(each.own_ns).c_str(),
                  time(each.wait_ns).c_str(), say_.place_in(each.site).c_str());
    rest(facts_.creation_sites);
  }

  void kinds() {
    heading("Events", model_.event_count());
    std::vector<event::EventKind> kinds;
    for (const event::EventKind kind : event::all_kinds())
      if (model_.count(kind) != 0) kinds.push_back(kind);
    std::stable_sort(kinds.begin(), kinds.end(),
                     [&](auto a, auto b) { return model_.count(a) > model_.count(b); });
    for (const event::EventKind kind : kinds)
      number_row(model_.count(kind), std::string(word(kind)));
  }

  template <class Item>
  std::span<const Item> first(const std::vector<Item>& items) const {
    return std::span(items).first(std::min(items.size(), top_));
  }
  template <class Item>
  void rest(const std::vector<Item>& items) const {
    if (items.size() > top_)
      std::printf("  %s\n", style_.dim("and " + count_text(items.size() - top_) + " more").c_str());
  }
  void heading(std::string_view title, std::uint64_t count) const {
    std::printf("\n%s\n", style_.bold(std::string(title) + ": " + count_text(count)).c_str());
  }
  static void row(std::string_view label, const std::string& text) {
    std::printf("  %s%s\n", left(label, 10).c_str(), text.c_str());
  }
  static void number_row(std::uint64_t count, const std::string& text) {
    std::printf("  %8s  %s\n", count_text(count).c_str(), text.c_str());
  }

  const RecordingFile& file_;
  const Wording& say_;
  const replay::Model& model_;
  SummaryFacts facts_;
  std::size_t top_;
  Style style_;
};

void json_site(const event::Site& site, const log::Definitions& definitions, Json* json) {
  json->field("file", definitions.text(site.file))
      .field("line", site.line)
      .field("function", definitions.text(site.function));
}

void json_lists(const SummaryFacts& facts, const Wording& say, Json* json) {
  const log::Definitions& definitions = say.definitions();
  json->key("unhandled_failures").begin_array();
  for (const UnhandledFailure& each : facts.unhandled) {
    const replay::Failure* failure = say.model().find(each.failure);
    json->begin_object().field("deferred", number(each.deferred)).field("held", each.held);
    json->field("type", failure == nullptr ? "" : definitions.text(failure->type)).end();
  }
  json->end().key("waiting").begin_array();
  for (const event::DeferredId id : facts.waiting) {
    const replay::Wait* wait = say.model().held_up_by(*say.model().find(id));
    json->begin_object().field("deferred", number(id));
    if (wait != nullptr)
      json->field("on", number(wait->on))
          .field("how", word(wait->how))
          .seconds_field("since", say.model().time_ns(wait->started_at));
    json->end();
  }
  json->end().key("callbacks").begin_array();
  for (const CallbackTime& each : facts.callbacks)
    json->begin_object()
        .field("callable", definitions.dotted_name(each.callable))
        .field("runs", each.runs)
        .field("failed", each.failed)
        .seconds_field("own", each.own_ns)
        .seconds_field("longest", each.longest_ns)
        .end();
  json->end().key("created_at").begin_array();
  for (const CreationSite& each : facts.creation_sites) {
    json->begin_object().field("created", each.created).field("never_fired", each.unfired);
    json->seconds_field("oldest", each.oldest_ns)
        .seconds_field("own", each.own_ns)
        .seconds_field("wait", each.wait_ns);
    json_site(each.site, definitions, json);
    json->end();
  }
  json->end();
}

// The facts about the recording; of those with one key, the last.
void json_infos(std::span<const event::Info> infos, Json* json) {
  std::map<std::string_view, std::string_view> last;
  for (const event::Info& info : infos) last[info.key] = info.value;
  json->key("info").begin_object();
  for (const auto& [key, value] : last) json->field(key, value);
  json->end();
}

void print_json(const RecordingFile& file, const Wording& say, SiteOrder order) {
  const replay::Model& model = say.model();
  const SummaryFacts facts = summary_facts(say, order);
  Json json;
  json.begin_object().field("file", file.name()).field("bytes", file.size_bytes());
  json.field("ending", ending_word(file.source())).field("lost", file.source().lost_count());
  json_infos(say.definitions().infos(), &json);
  json.seconds_field("duration", model.time_ns());
  json.key("started").seconds(model.started_unix_ns());
  json.key("events").begin_object().field("all", model.event_count());
  for (const event::EventKind kind : event::all_kinds())
    if (model.count(kind) != 0) json.field(word(kind), model.count(kind));
  json.end().key("deferreds").begin_object().field("all", facts.deferreds);
  for (std::size_t i = 0; i < facts.states.size(); ++i)
    json.field(word(static_cast<replay::State>(i)), facts.states[i]);
  json.field("collected", facts.collected).field("never_fired", facts.unfired_alive);
  json.field("collected_unfired", facts.unfired_collected).end();
  json.key("reactor").begin_object().field("rounds", model.turns().size());
  json.seconds_field("longest_block", facts.longest_block_ns);
  json.seconds_field("longest_block_at", facts.longest_block_at_ns).end();
  json_lists(facts, say, &json);
  json.end();
  std::printf("%s\n", json.text().c_str());
}

int summarize(const Options& options) {
  std::string error;
  const std::unique_ptr<RecordingFile> file = RecordingFile::open(options.file, &error);
  if (!file) return fail(error);
  replay::Model model;
  event::Event event;
  while (file->next(&event)) model.apply(event);
  const Wording wording(model, file->source().definitions());
  const bool nothing = file->source().ending() == log::Ending::kError && model.event_count() == 0;
  if (!nothing) {
    if (options.json) {
      print_json(*file, wording, order_of(options.sort));
    } else {
      Page(*file, wording, options).print();
    }
  }
  return finish_reading(*file, model);
}

std::function<int()> define(CLI::App* app) {
  const auto options = std::make_shared<Options>();
  app->add_option("FILE", options->file,
                  "The recording, or mon.out lines of 2013; - is standard input.")
      ->required();
  app->add_flag("--json", options->json, "Print one JSON object, with lists in full.");
  app->add_option("--top", options->top, "Lines of each list; 10 when not given.")
      ->option_text("N");
  app->add_option("--sort", options->sort,
                  "Where Deferreds were created, by: count of them (when not given), age of the"
                  " oldest that has not fired, own time of their callbacks, wait until they fired.")
      ->option_text("count|age|own|wait")
      ->check(CLI::IsMember({"count", "age", "own", "wait"}));
  return [options] { return summarize(*options); };
}

}  // namespace

constexpr Command kSummary = {
    .name = "summary",
    .summary = "tell what happened, in one page",
    .synopsis = "summary [OPTIONS] FILE",
    .description =
        R"(Tells where and how the recording was made, whether it is complete, what state the
Deferreds were in at its end, which failures nobody handled, who still waits for whom, which
callbacks took the time, and where Deferreds were created: how many, how many of them have not
fired and for how long the oldest, what their callbacks took, and how long they were waited for.

Own time is the time between the start and the end of a callback, without the callbacks of other
Deferreds that ran in between; time in a coroutine counts for the coroutine. A failure is unhandled
when its Deferred was collected with it (Twisted logs "Unhandled error in Deferred"), or still held
it when the recording ended.)",
    .sections = R"(EXIT STATUS
  0      the recording was read to its end, be it complete or truncated
  1      it could not be read to its end; the page tells of what came before
  2      the command line makes no sense

EXAMPLES
  reactortrack summary app.rtlog
  reactortrack summary --top 50 app.rtlog
  reactortrack summary --sort wait app.rtlog
  reactortrack summary --json app.rtlog | jq .deferreds
)",
    .define = define,
};

}  // namespace reactortrack::cli
