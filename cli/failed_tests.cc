// SPDX-License-Identifier: MIT
#include "cli/failed_tests.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include "cli/recording_file.h"
#include "core/analysis/tests.h"
#include "core/text/text.h"

namespace reactortrack::cli {

using analysis::Finding;
using analysis::Test;
using replay::EventNumber;

namespace {

// A test with the events at which it is looked at.
struct Visit {
  std::string name;
  std::string failure;
  EventNumber last_moment{};
  EventNumber end{};
};

Visit visit(const analysis::Tests& tests, const Test& test, EventNumber now) {
  return {std::string(test.name), std::string(test.failure), tests.last_moment(test),
          replay::happened(test.ended_at) ? test.ended_at : now};
}

// Reads on, event by event, and looks back at the tests on its way.
class Reading {
 public:
  static std::unique_ptr<Reading> open(const std::string& path, std::string* error) {
    std::unique_ptr<RecordingFile> file = RecordingFile::open(path, error);
    if (!file) return nullptr;
    return std::unique_ptr<Reading>(new Reading(std::move(file)));
  }
  void read_until(EventNumber last) {
    event::Event event;
    while (model_.now() < last && file_->next_here(&event)) model_.apply(event);
  }
  void read_all() { read_until(static_cast<EventNumber>(UINT32_MAX)); }
  const replay::Model& model() const { return model_; }
  text::Wording wording() const { return {model_, file_->source().definitions()}; }

  FailedTest report(const Visit& visit) {
    FailedTest told{visit.name, visit.failure, {}};
    read_until(visit.last_moment);
    std::vector<Finding> findings;
    {
      const text::Wording say = wording();
      const analysis::Tests tests(say);
      const Test* test = tests.find(visit.name);
      if (test == nullptr) return told;
      findings = belonging(say, *test);
      told.report.waits = test_report(say, *test, {}).waits;
    }
    read_until(visit.end);
    const text::Wording say = wording();
    const analysis::Tests tests(say);
    const Test* test = tests.find(visit.name);
    if (visit.end > visit.last_moment) add_later(belonging(say, *test), &findings);
    told.report.findings = test_report(say, *test, findings).findings;
    return told;
  }

 private:
  explicit Reading(std::unique_ptr<RecordingFile> file) : file_(std::move(file)) {}

  std::unique_ptr<RecordingFile> file_;
  replay::Model model_;
};

std::vector<Visit> visits(const Reading& reading, std::string_view name) {
  const text::Wording say = reading.wording();
  const analysis::Tests tests(say);
  std::vector<Visit> visits;
  if (name.empty()) {
    for (const Test& each : tests.all())
      if (each.failed()) visits.push_back(visit(tests, each, reading.model().now()));
  } else if (const Test* test = tests.find(name)) {
    visits.push_back(visit(tests, *test, reading.model().now()));
  }
  return visits;
}

}  // namespace

FailedTests failed_tests(const std::string& path, std::string_view name, std::size_t most,
                         std::string* error) {
  FailedTests told;
  std::vector<Visit> places;
  {
    const std::unique_ptr<Reading> reading = Reading::open(path, error);
    if (!reading) return told;
    reading->read_all();
    places = visits(*reading, name);
  }
  if (places.empty()) return told;
  const std::unique_ptr<Reading> reading = Reading::open(path, error);
  if (!reading) return told;
  told.others = places.size() - std::min(most, places.size());
  places.resize(places.size() - told.others);
  for (const Visit& each : places) told.tests.push_back(reading->report(each));
  return told;
}

FailedTest newest_test(const std::string& path, std::string* error) {
  std::vector<Visit> newest;
  {
    const std::unique_ptr<Reading> reading = Reading::open(path, error);
    if (!reading) return {};
    reading->read_all();
    const text::Wording say = reading->wording();
    const analysis::Tests tests(say);
    if (tests.all().empty()) return {};
    newest.push_back(visit(tests, tests.all().back(), reading->model().now()));
  }
  const std::unique_ptr<Reading> reading = Reading::open(path, error);
  return reading ? reading->report(newest.front()) : FailedTest{};
}

std::size_t tell_failed_tests(const std::string& path, const std::string& shown, std::size_t most) {
  std::string error;
  const FailedTests told = failed_tests(path, {}, most, &error);
  const auto tell = [](const char* title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    std::fprintf(stderr, "  %s\n", title);
    for (const std::string& each : lines) std::fprintf(stderr, "    %s\n", each.c_str());
  };
  std::size_t count = 0;
  for (const FailedTest& each : told.tests) {
    if (each.report.empty()) continue;
    ++count;
    std::fprintf(stderr, "reactortrack: test %s failed with %s\n", text::clean(each.name).c_str(),
                 text::clean(text::last_name(each.failure)).c_str());
    tell("who waits:", each.report.waits);
    tell("findings:", each.report.findings);
  }
  if (told.others != 0)
    std::fprintf(stderr, "reactortrack: %s failed; see: reactortrack tests %s\n",
                 text::plural(told.others, "more test").c_str(), shown.c_str());
  return count;
}

}  // namespace reactortrack::cli
