// SPDX-License-Identifier: MIT
//
// Tests: a recording of a test suite, test by test. Test runners say with marks what runs:
//
//   test started: tests/test_shop.py::test_checkout
//   fixture started: server          of wider scope than a test: what it makes is meant to stay
//   fixture ended: server
//   test body over                   what follows cleans up after it
//   test failed: twisted.internet.defer.TimeoutError
//   test ended: tests/test_shop.py::test_checkout
//
// The pytest plugin and the hook in trial write them; any other runner can, with reactortrack.mark().
//
//   const Tests tests(wording);
//   for (const Test& each : tests.all()) ...
//   tests.maker(deferred.created_at)      "the test tests/test_shop.py::test_checkout"
//
// Cost: linear in the marks; what a test left is linear in the Deferreds it made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/facts.h"
#include "core/replay/model.h"
#include "core/text/wording.h"

namespace reactortrack::analysis {

struct Test {
  std::string_view name;
  std::string_view failure;  // what it failed with; empty when it did not
  replay::EventNumber started_at{};
  replay::EventNumber body_over_at{};
  replay::EventNumber failed_at{};  // the first time
  replay::EventNumber ended_at{};   // kNone: it was running when the recording broke off

  bool failed() const { return replay::happened(failed_at); }
};

// Something that a test made and that was not over when the test was.
struct Leftover {
  enum What : std::uint8_t {
    kPending,       // it had not fired, or its chain waited
    kFailed,        // it held a failure that nobody handled
    kNeverAwaited,  // a coroutine object of which no code ran
  };
  What what = kPending;
  bool collected = false;        // kFailed: it was gone by then, and Twisted had logged it
  event::DeferredId deferred{};  // none for kNeverAwaited
  std::string text;              // what it is and where it was made, with what became of it later
};
std::string_view word(Leftover::What what);

// Whether a test runner made it, to run the test: no frame of anybody else stands between.
bool is_runners(const Facts& facts, const replay::Deferred& deferred);
// Whether a line of a test runner, or of Twisted.
bool is_runners(const Facts& facts, const event::Site& site);

class Tests {
 public:
  explicit Tests(const text::Wording& wording);

  const std::vector<Test>& all() const { return tests_; }
  // The last one of that name, or nullptr.
  const Test* find(std::string_view name) const;
  // What ran at an event: "the test NAME", "the fixture NAME"; empty outside of tests.
  std::string maker(replay::EventNumber event) const;
  bool is_in(const Test& test, replay::EventNumber event) const;
  // Whether a test made it: not a fixture that outlives the test.
  bool made(const Test& test, const replay::Deferred& deferred) const;

  // The last event at which everything was still as the test had it: before a timeout struck, before
  // anything was cleaned up.
  replay::EventNumber last_moment(const Test& test) const;
  std::vector<Leftover> left_by(const Test& test) const;

 private:
  struct Fixture {
    std::string_view name;
    replay::EventNumber started_at{};
    replay::EventNumber ended_at{};
  };
  replay::EventNumber end(const Test& test) const {
    return replay::happened(test.ended_at) ? test.ended_at : model_.now();
  }
  replay::EventNumber before_timeout(const Test& test) const;
  const Test* test_at(replay::EventNumber event) const;
  const Fixture* fixture_at(replay::EventNumber event) const;
  bool is_waited_for(const replay::Deferred& deferred,
                     const std::vector<const replay::Deferred*>& by, replay::EventNumber at) const;
  std::string fate(const replay::Deferred& deferred, const Test& test) const;

  const text::Wording& say_;
  const replay::Model& model_;
  std::vector<Test> tests_;        // in the order they started, which is that of their ends
  std::vector<Fixture> fixtures_;  // likewise
};

}  // namespace reactortrack::analysis
