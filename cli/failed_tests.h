// SPDX-License-Identifier: MIT
//
// What is to be said of the failed tests of a recorded test suite: who waited in each, and what was
// found that belongs to it.
//
//   for (const FailedTest& each : failed_tests(path, {}, 10, &error)) ...
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/test_report.h"

namespace reactortrack::cli {

struct FailedTest {
  std::string name;
  std::string failure;  // the dotted name of its exception; empty when it did not fail
  analysis::TestReport report;
};

struct FailedTests {
  std::vector<FailedTest> tests;
  std::size_t others = 0;  // that failed too, and of which nothing is told for want of room
};

// Reads the recording once to know the tests, and a second time to look at each test at its last
// moment. `name`: only that test (its last run), failed or not. On error, `error` says why.
FailedTests failed_tests(const std::string& path, std::string_view name, std::size_t most,
                         std::string* error);

// The report of the test that runs, or ran last, in a recording that is still written.
FailedTest newest_test(const std::string& path, std::string* error);

// Prints on stderr what is known of the tests that failed, those of which nothing is known left out;
// `shown` is what the recording is called. Returns how many it told of.
std::size_t tell_failed_tests(const std::string& path, const std::string& shown, std::size_t most);

}  // namespace reactortrack::cli
