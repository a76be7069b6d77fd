// SPDX-License-Identifier: MIT
//
// TestReport: what a person wants to know of one test that failed: what was still waited for at its
// last moment, and the findings that belong to it.
//
//   the coroutine test_checkout (tests/test_shop.py:31), #12
//       waits 2.000 s at tests/test_shop.py:33 in test_checkout (await)
//     the Deferred created in Warehouse.ask (shop/warehouse.py:17), #13
//         waits 2.000 s; nothing that was recorded would fire it
//
// Two looks are taken, with a Model each: as of Tests::last_moment(), and as of the test's end, where
// what only then came to light is: a failure that was collected.
#pragma once

#include <string>
#include <vector>

#include "core/analysis/analysis.h"
#include "core/analysis/tests.h"

namespace reactortrack::analysis {

struct TestReport {
  std::vector<std::string> waits;     // lines
  std::vector<std::string> findings;  // lines
  bool empty() const { return waits.empty() && findings.empty(); }
};

// `wording` is of the last moment; `findings` are those of belonging(), of both looks.
TestReport test_report(const text::Wording& wording, const Test& test,
                       const std::vector<Finding>& findings);

// The findings that belong to a test: about what it made, or about what happened while it ran; the
// latter with the name of the test that made it.
std::vector<Finding> belonging(const text::Wording& wording, const Test& test);

// Adds those of the second look that the first did not have, and that are not of its cleaning up.
void add_later(std::vector<Finding> later, std::vector<Finding>* findings);

}  // namespace reactortrack::analysis
