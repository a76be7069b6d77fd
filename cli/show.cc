// SPDX-License-Identifier: MIT
//
// `reactortrack show`: the whole history of one Deferred.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/deferred_argument.h"
#include "cli/recording_file.h"
#include "cli/terminal.h"
#include "core/event/names.h"
#include "core/replay/executing.h"
#include "core/text/async_stack.h"
#include "core/text/deferred_json.h"
#include "core/text/json.h"
#include "core/text/text.h"
#include "core/text/wording.h"

namespace reactortrack::cli {

using text::clock_text;
using text::count_text;
using text::deferred_json;
using text::deferred_text;
using text::duration_text;
using text::left;
using text::right;
using text::Wording;

namespace {

using replay::kNever;

struct Options {
  std::string file;
  std::string deferred;
  bool json = false;
};

// Tells one Deferred, part by part.
class History {
 public:
  History(const Wording& wording, const replay::Deferred& deferred)
      : say_(wording), model_(wording.model()), d_(deferred), style_(Style::of(STDOUT_FILENO)) {}

  void print() {
    title();
    created();
    print_moments();
    pairs();
    fired();
    for (const replay::SecondFire& each : model_.second_fires())
      if (each.deferred == d_.id) fired_again(each);
    for (const replay::Cancellation& each : model_.cancellations())
      if (each.deferred == d_.id) cancelled(each);
    waits();
    waiters();
    print_moments();
    ended();
    print_moments();
  }

 private:
  void title() {
    const std::string type = say_.text(model_.origin(d_).type);
    std::string line = style_.bold(deferred_text(d_.id) + " " + (type.empty() ? "Deferred" : type));
    line += ", " + std::string(word(model_.state_of(d_))) + (d_.collected() ? ", collected" : "");
    if (model_.origin(d_).coroutine != event::CallableId::kNone)
      line += ": the result of " + say_.callable(model_.origin(d_).coroutine) +
              place(say_.defined_at(model_.origin(d_).coroutine));
    std::printf("%s\n", line.c_str());
    char address[32];
    std::snprintf(address, sizeof(address), "0x%llx",
                  static_cast<unsigned long long>(model_.address(d_)));
    if (model_.address(d_) != 0) std::printf("  id() %s\n", address);
  }

  void created() {
    if (!happened(model_.created_at(d_))) {
      const char* why =
          d_.adopted ? "before the recording began" : "in a part that was not recorded";
      moment(model_.time_ns(d_.seen_at), "seen first", why);
      return;
    }
    const std::string inside = say_.frame(d_.created_in);
    moment(model_.time_ns(model_.created_at(d_)), "created",
           inside.empty() ? "outside of any callback" : inside);
    stack(model_.origin(d_).created_stack);
    awaiting(d_.created_in, model_.created_at(d_));
    if (model_.origin(d_).canceller != event::CallableId::kNone)
      detail("its canceller is " + say_.callable(model_.origin(d_).canceller) +
             place(say_.defined_at(model_.origin(d_).canceller)));
  }

  void pairs() {
    if (d_.pair_count == 0) return;
    std::printf("\n%s\n", style_.bold("Callback pairs: " + count_text(d_.pair_count)).c_str());
    std::vector<replay::EventNumber> attached;
    for (auto at = d_.first_pair; at != replay::PairIndex::kNone; at = model_.pair(at).next())
      attached.push_back(model_.pair(at).attached_at);
    const std::vector<replay::PairIndex> inside = executing_at(model_, attached);
    std::uint32_t position = 0;
    for (auto at = d_.first_pair; at != replay::PairIndex::kNone; at = model_.pair(at).next()) {
      pair(model_.pair(at), replay::Frame::of(inside[position]), position);
      ++position;
    }
    std::printf("\n");
  }

  void pair(const replay::Pair& pair, const replay::Frame& attached_in, std::uint32_t position) {
    const std::string where = say_.where(model_.attachment(pair).stack);
    std::printf("%6u  %s%s\n", position, say_.callables(model_.attachment(pair)).c_str(),
                place(where).c_str());
    const std::string inside = say_.frame(attached_in);
    under_pair("attached at " + clock_text(model_.time_ns(pair.attached_at)) + " s" +
               (inside.empty() ? "" : " " + inside) + run(pair, position));
    for (const text::Awaiter& each : text::awaiters(model_, attached_in, pair.attached_at))
      under_pair(style_.dim("awaited by ") + awaiter_text(say_, each));
    if (!happened(pair.finished_at)) return;
    const std::int64_t took_ns = model_.span_ns(pair.started_at, pair.finished_at);
    std::string ended = std::string(word(pair.lane())) + " " +
                        say_.outcome(model_.result(pair.value())) + " after " +
                        duration_text(took_ns);
    if (pair.own_ns() != took_ns) ended += ", own time " + duration_text(pair.own_ns());
    if (pair.value().is_failure()) ended += raised_at(pair.value().failure());
    under_pair(pair.value().is_failure() ? style_.bad(ended) : ended);
  }

  std::string run(const replay::Pair& pair, std::uint32_t position) const {
    switch (model_.state_of(d_, pair, position)) {
      case replay::PairState::kAttached: return ", has not run";
      case replay::PairState::kPassed: return ", passed over: nothing on the side that was taken";
      case replay::PairState::kRunning:
        return ", started at " + clock_text(model_.time_ns(pair.started_at)) +
               " s, still running at the end";
      case replay::PairState::kFinished: {
        const std::string inside = say_.frame(pair.inside);
        return ", started at " + clock_text(model_.time_ns(pair.started_at)) + " s" +
               (inside.empty() ? "" : " " + inside);
      }
    }
    return "";
  }

  void fired() {
    if (!d_.fired()) return;
    if (d_.adopted && model_.origin(d_).fired_stack == event::StackId::kNone &&
        !happened(model_.created_at(d_)))
      return;
    const std::string inside = say_.frame(d_.fired_in);
    const std::string with = "with " + say_.result(model_.result(d_.fired_value()));
    moment(model_.time_ns(d_.fired_at), "fired", inside.empty() ? with : with + ", " + inside);
    if (d_.fired_value().is_failure()) {
      const std::string raised = raised_at(d_.fired_value().failure());
      if (!raised.empty()) detail(style_.bad("the failure was" + raised.substr(1)));
    }
    stack(model_.origin(d_).fired_stack);
    awaiting(d_.fired_in, d_.fired_at);
  }

  void fired_again(const replay::SecondFire& fire) {
    moment(model_.time_ns(fire.at), "fired again",
           "with " + say_.result(model_.result(fire.value)) +
               (fire.suppressed ? ", ignored: it had been cancelled" : ", AlreadyCalledError"));
    stack(fire.stack);
  }

  void cancelled(const replay::Cancellation& cancel) {
    moment(model_.time_ns(cancel.at), "cancel()",
           cancel.returned ? Wording::cancel_effect(cancel.effect, cancel.to) : "did not return");
    stack(cancel.stack);
  }

  void waits() {
    for (auto at = model_.ties(d_).newest_wait; at != replay::WaitIndex::kNone;
         at = model_.wait(at).older_of_deferred) {
      const replay::Wait& wait = model_.wait(at);
      const std::string ended =
          !wait.open() ? "for " + duration_text(model_.span_ns(wait.started_at, wait.ended_at))
          : model_.holds_up(wait) ? "still waiting at the end"
                                  : "no longer needed";
      moment(model_.time_ns(wait.started_at), "waits for",
             deferred_text(wait.on) + ", " + Wording::wait_kind(wait.how) + ": " + ended);
      stack(wait.stack);
    }
  }

  void waiters() {
    for (auto at = model_.ties(d_).newest_waiter; at != replay::WaitIndex::kNone;
         at = model_.wait(at).older_of_on) {
      const replay::Wait& wait = model_.wait(at);
      const std::string ended =
          wait.open() ? "" : ", until " + clock_text(model_.time_ns(wait.ended_at)) + " s";
      moment(model_.time_ns(wait.started_at), "waited for by",
             deferred_text(wait.deferred) + ", " + Wording::wait_kind(wait.how) + ended +
                 place(say_.where(wait.stack)));
    }
  }

  void ended() {
    if (d_.collected()) {
      const bool bad = d_.end_state() == event::EndState::kFailedUnhandled;
      const std::string state = Wording::end_state(d_.end_state());
      moment(model_.time_ns(d_.collected_at), "collected", bad ? style_.bad(state) : state);
    } else {
      const std::string held =
          d_.fired() ? "still there, holding " + say_.result(model_.result(model_.value(d_)))
                     : "still there, never fired";
      moment(model_.time_ns(), "end", held);
    }
  }

  std::string raised_at(event::FailureId id) const {
    const replay::Failure* failure = model_.find(id);
    if (failure == nullptr || failure->traceback == event::StackId::kNone) return "";
    return ", raised at " + say_.place_in(say_.frames(failure->traceback).front());
  }
  // What happened at one time; printed in the order of their times.
  struct Moment {
    std::int64_t time_ns = 0;
    std::string text;
  };
  void moment(std::int64_t ns, const char* action, const std::string& text) {
    moments_.push_back(
        {ns, style_.dim(right(clock_text(ns), 13)) + "  " + left(action, 13) + "  " + text + "\n"});
  }
  void stack(event::StackId id) {
    const event::Site own = say_.own_frame(id);
    for (const event::Site& site : say_.frames(id)) {
      const bool is_own = site.file == own.file && site.line == own.line;
      const std::string text = say_.place_in(site);
      moments_.back().text += std::string(30, ' ') + (is_own ? text : style_.dim(text)) + "\n";
    }
  }
  // The chain of those that awaited the code which was running then: what no stack shows.
  void awaiting(const replay::Frame& inside, replay::EventNumber at) {
    for (const text::Awaiter& each : text::awaiters(model_, inside, at))
      detail(style_.dim("awaited by ") + awaiter_text(say_, each));
  }
  void detail(const std::string& text) {
    moments_.back().text += std::string(30, ' ') + text + "\n";
  }
  void print_moments() {
    std::stable_sort(moments_.begin(), moments_.end(),
                     [](const Moment& a, const Moment& b) { return a.time_ns < b.time_ns; });
    for (const Moment& each : moments_) std::fputs(each.text.c_str(), stdout);
    moments_.clear();
  }
  static void under_pair(const std::string& text) { std::printf("%10s%s\n", "", text.c_str()); }
  static std::string place(const std::string& where) {
    return where.empty() ? "" : "  (" + where + ")";
  }

  const Wording& say_;
  const replay::Model& model_;
  const replay::Deferred& d_;
  Style style_;
  std::vector<Moment> moments_;
};

int show(const Options& options) {
  std::string error;
  const std::unique_ptr<RecordingFile> file = RecordingFile::open(options.file, &error);
  if (!file) return fail(error);
  replay::Model model;
  event::Event event;
  while (file->next(&event)) model.apply(event);
  const bool nothing = file->source().ending() == log::Ending::kError && model.event_count() == 0;
  if (nothing) return report_ending(*file, 0, 0);

  const Wording wording(model, file->source().definitions());
  const auto found = find_deferred(wording, options.deferred, &error);
  if (!found) {
    report_ending(*file, model.event_count(), model.time_ns());
    return fail(file->name() + ": " + error, kUsageError);
  }
  if (!found->note.empty()) fail(found->note);
  const replay::Deferred& deferred = *model.find(found->id);
  if (options.json) {
    std::printf("%s\n", deferred_json(wording, deferred).c_str());
  } else {
    History(wording, deferred).print();
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
         "Which one: its number (12 or #12), what id() gave for it (0x7f...), its coroutine or\n"
         "the function that made it (fetch), or where it was made (app.py:12).")
      ->required();
  app->add_flag("--json", options->json, "Print one JSON object.");
  return [options] { return show(*options); };
}

}  // namespace

constexpr Command kShow = {
    .name = "show",
    .summary = "tell the whole history of one Deferred",
    .synopsis = "show [OPTIONS] FILE DEFERRED",
    .description =
        R"(Tells where and inside which callback a Deferred was created, each callback pair with
the place that attached it and how its run ended, where and with what it was fired, calls of
cancel(), on whom it waited, who waited for it, and what became of it.

Stacks are printed with the innermost frame first, and below them who awaited the code that ran:
the coroutines and Deferreds that no stack shows. Of several that a name fits, the newest that has
not fired is told, else the newest; the others are named. CPython gives the same id() to one object after
another; when several Deferreds had it, the last is told, and the others are named.)",
    .sections = R"(EXIT STATUS
  0      the Deferred was found
  1      the recording could not be read to its end
  2      there is no such Deferred, or the command line makes no sense

EXAMPLES
  reactortrack show app.rtlog 12
  reactortrack show app.rtlog '#12'
  reactortrack show app.rtlog 0x7f52c0d0a390
  reactortrack show app.rtlog fetch_user
  reactortrack show app.rtlog users.py:40
  reactortrack show --json app.rtlog 12 | jq .waits
)",
    .define = define,
};

}  // namespace reactortrack::cli
