// SPDX-License-Identifier: MIT
//
// `reactortrack tests`: a recorded test suite, test by test.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <memory>

#include "cli/command.h"
#include "cli/failed_tests.h"
#include "cli/recording_file.h"
#include "cli/terminal.h"
#include "core/analysis/tests.h"
#include "core/text/json.h"
#include "core/text/text.h"

namespace reactortrack::cli {

using analysis::Leftover;
using analysis::Test;
using text::plural;
using text::Wording;

namespace {

struct Options {
  std::string file;
  std::string test;
  bool json = false;
  bool answer = false;
};

void json_lines(const char* key, const std::vector<std::string>& lines, text::Json* json) {
  json->key(key).begin_array();
  for (const std::string& each : lines) json->value(each);
  json->end();
}

void json_report(const FailedTest& test, text::Json* json) {
  json->begin_object().field("test", test.name).field("failure", test.failure);
  json_lines("waits", test.report.waits, json);
  json_lines("findings", test.report.findings, json);
  json->end();
}

void json_left(const std::vector<Leftover>& left, text::Json* json) {
  json->begin_array();
  for (const Leftover& each : left)
    json->begin_object()
        .field("what", word(each.what))
        .field("collected", each.collected)
        .field("deferred", event::number(each.deferred))
        .field("text", each.text)
        .end();
  json->end();
}

// ---- All tests ------------------------------------------------------------------------------------

void print_test(const Test& test, const std::vector<Leftover>& left, const Style& style) {
  if (!test.failed() && left.empty()) return;
  std::string line = style.bold(text::clean(test.name));
  if (test.failed()) line += "  " + style.bad("failed with " + text::clean(test.failure));
  std::printf("%s\n", line.c_str());
  for (const Leftover& each : left)
    std::printf("    %s\n", (style.warn(text::left(word(each.what), 14)) + each.text).c_str());
}

int print_tests(const Options& options) {
  std::string error;
  const std::unique_ptr<RecordingFile> file = RecordingFile::open(options.file, &error);
  if (!file) return fail(error);
  replay::Model model;
  event::Event event;
  while (file->next(&event)) model.apply(event);
  const Wording wording(model, file->source().definitions());
  const analysis::Tests tests(wording);
  const Style style = Style::of(STDOUT_FILENO);
  std::size_t failed = 0;
  std::size_t leaving = 0;
  text::Json json;
  json.begin_array();
  for (const Test& each : tests.all()) {
    const std::vector<Leftover> left = tests.left_by(each);
    failed += each.failed() ? 1 : 0;
    leaving += left.empty() ? 0 : 1;
    if (options.json) {
      json.begin_object().field("test", each.name).field("failure", each.failure);
      json.seconds_field("started", model.time_ns(each.started_at));
      json.key("left");
      json_left(left, &json);
      json.end();
    } else {
      print_test(each, left, style);
    }
  }
  json.end();
  if (options.json)
    std::printf("%s\n", json.text().c_str());
  else if (tests.all().empty())
    std::printf("No test was marked in this recording.\n");
  else
    std::printf("%s: %s failed, %s left something behind\n",
                plural(tests.all().size(), "test").c_str(), text::count_text(failed).c_str(),
                text::count_text(leaving).c_str());
  const int written = finish_output(kSuccess);
  const int read = report_ending(*file, model.event_count(), model.time_ns());
  return written != kSuccess ? written : read;
}

// ---- One test -------------------------------------------------------------------------------------

int print_test_report(const Options& options) {
  std::string error;
  const FailedTests told = failed_tests(options.file, options.test, 1, &error);
  if (!error.empty()) return fail(error);
  if (told.tests.empty())
    return fail(options.file + ": there is no test \"" + options.test +
                    "\"; see: reactortrack tests " + options.file,
                kUsageError);
  const FailedTest& test = told.tests.front();
  if (options.json) {
    text::Json json;
    json_report(test, &json);
    std::printf("%s\n", json.text().c_str());
    return finish_output(kSuccess);
  }
  const Style style = Style::of(STDOUT_FILENO);
  std::printf("%s\n", style.bold("Who waits:").c_str());
  for (const std::string& each : test.report.waits) std::printf("  %s\n", each.c_str());
  if (test.report.waits.empty()) std::printf("  nothing that this test made\n");
  std::printf("\n%s\n", style.bold("Findings:").c_str());
  for (const std::string& each : test.report.findings) std::printf("  %s\n", each.c_str());
  if (test.report.findings.empty()) std::printf("  none\n");
  return finish_output(kSuccess);
}

// ---- A conversation with the test runner ----------------------------------------------------------

// The recording is read as it grows; each answer is a JSON document and an empty line.
int answer(const Options& options) {
  std::string error;
  const std::unique_ptr<RecordingFile> file = RecordingFile::open(options.file, &error);
  if (!file) return fail(error);
  replay::Model model;
  event::Event event;
  for (std::string question; std::getline(std::cin, question);) {
    text::Json json;
    if (question == "report") {
      json_report(newest_test(options.file, &error), &json);
    } else {
      do {
        while (file->next_here(&event)) model.apply(event);
      } while (file->read_more());
      while (file->next_here(&event)) model.apply(event);
      const Wording wording(model, file->source().definitions());
      const analysis::Tests tests(wording);
      json_left(tests.all().empty() ? std::vector<Leftover>{} : tests.left_by(tests.all().back()),
                &json);
    }
    std::printf("%s\n\n", json.text().c_str());
    if (finish_output(kSuccess) != kSuccess) return kFailure;
  }
  return kSuccess;
}

std::function<int()> define(CLI::App* app) {
  const auto options = std::make_shared<Options>();
  app->add_option("FILE", options->file, "The recording of a test suite.")->required();
  app->add_option("--test", options->test,
                  "Tell of this test, by its whole name: who waited for what at its last moment, "
                  "and the findings that belong to it.")
      ->option_text("NAME");
  app->add_flag("--json", options->json, "Print JSON: an array of tests, or one object.");
  app->add_flag(
      "--answer", options->answer,
      "For test runners: read questions about the newest test from standard input, a line "
      "each (left, report), and answer each with JSON and an empty line.");
  return [options] {
    if (options->answer) return answer(*options);
    return options->test.empty() ? print_tests(*options) : print_test_report(*options);
  };
}

}  // namespace

constexpr Command kTests = {
    .name = "tests",
    .summary = "tell of the tests in a recorded test suite",
    .synopsis = "tests [OPTIONS] FILE",
    .description =
        R"(Lists the tests that failed, and those that left something behind: Deferreds that were
still pending when the test was over, failures that nobody handled, coroutines that were never
awaited, each with the place that made it and with what became of it in later tests.

With --test it tells of one test what the test runner showed when it failed.

pytest --reactortrack and `reactortrack run trial` mark where tests begin and end; docs/testing.md
tells more, also how another test runner can do so.)",
    .sections = R"(EXIT STATUS
  0      the recording was read to its end, be it complete or truncated
  1      it could not be read to its end
  2      there is no such test, or the command line makes no sense

EXAMPLES
  reactortrack tests pytest.rtlog
  reactortrack tests --test tests/test_shop.py::test_checkout pytest.rtlog
  reactortrack tests --json pytest.rtlog | jq -r '.[] | select(.left != []) | .test'
)",
    .define = define,
};

}  // namespace reactortrack::cli
