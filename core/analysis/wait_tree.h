// SPDX-License-Identifier: MIT
//
// WaitTree: who waits for what at the end, as lines of a tree: from those whom nobody waits for down to
// what they wait for in the end, and why that does not come.
//
//   the coroutine stop_all (app.py:20), #1          waits 1.01 s at app.py:22 in stop_all
//     the DeferredList created in stop_all, #6      waits 1.01 s, 3 of 4 members are done
//       the Deferred created in stopService, #4     never fired: nothing that was recorded would ...
//
// Cost: linear in what is waited for; what is below two waiters is told once, then referred to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/analysis/wait_graph.h"

namespace reactortrack::analysis {

struct WaitRow {
  std::uint32_t depth = 0;
  event::DeferredId deferred{};
  std::string name;    // what it is
  std::string how;     // how it waits: "await", "member of the list", "in the queue of a lock"
  event::Site site{};  // where it waits, or was made
  std::int64_t since_ns = 0;
  std::int64_t age_ns = 0;
  std::string cause;      // of the last of a branch: why it does not go on
  bool in_cycle = false;  // it waits for one above it
  bool told = false;      // what is below stands further up
  bool over = false;      // it has ended, and holds a lock to this day; since then, not waiting
};

// Stops after so many rows.
std::vector<WaitRow> wait_tree(const WaitGraph& graph, const Facts& facts,
                               std::size_t most_rows = SIZE_MAX);
// What this one waits for, only.
std::vector<WaitRow> wait_tree_of(event::DeferredId deferred, const WaitGraph& graph,
                                  const Facts& facts);
// The same as nested objects: [{"deferred", "name", "how", "site", "since", "age", "cause",
// "cycle", "told", "waits_for": [...]}].
std::string wait_tree_json(const std::vector<WaitRow>& rows, const text::Wording& wording);

}  // namespace reactortrack::analysis
