// SPDX-License-Identifier: MIT
#include "core/analysis/wait_tree.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "core/text/json.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using event::DeferredId;
using replay::happened;

namespace {

struct Task {
  DeferredId deferred{};
  std::uint32_t depth = 0;
};

// Whether somebody who can still go on waits for it.
bool is_waited_for(const Facts& facts, const replay::Deferred& deferred) {
  bool waited = false;
  facts.each_waiter(deferred, [&](const replay::Wait& wait) {
    waited |= wait.deferred != deferred.id && facts.model().holds_up(wait);
  });
  return waited;
}

class Tree {
 public:
  Tree(const WaitGraph& graph, const Facts& facts, std::size_t most_rows)
      : graph_(graph), facts_(facts), most_rows_(most_rows) {}

  std::vector<WaitRow> rows() {
    for (const DeferredId root : roots()) grow(root);
    // Rings that nobody waits for from outside have no root of their own.
    for (const std::vector<DeferredId>& cycle : graph_.cycles())
      if (!told_.contains(cycle.front())) grow(cycle.front());
    return std::move(rows_);
  }
  std::vector<WaitRow> rows_of(DeferredId deferred) {
    grow(deferred);
    return std::move(rows_);
  }

 private:
  std::vector<DeferredId> roots() const {
    std::vector<std::pair<replay::EventNumber, DeferredId>> roots;
    for (const replay::Deferred& each : facts_.model().deferreds()) {
      if (!facts_.is_open(each) || each.collected() || is_waited_for(facts_, each)) continue;
      const std::vector<Edge> edges = this->edges(each);
      const bool has_callbacks = facts_.own_pair(each) != nullptr;
      const bool stays = facts_.acquisition(each.id) != nullptr;
      if (!edges.empty() || has_callbacks || stays) roots.emplace_back(since(each, edges), each.id);
    }
    std::stable_sort(roots.begin(), roots.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<DeferredId> ids;
    for (const auto& [since, id] : roots) ids.push_back(id);
    return ids;
  }

  std::vector<Edge> edges(const replay::Deferred& deferred) const {
    std::vector<Edge> edges = graph_.edges(deferred);
    std::erase_if(edges, [&](const Edge& edge) {
      const replay::Deferred* to = facts_.find(edge.to);
      return to == nullptr || (edge.queued == nullptr && !facts_.is_unfinished(*to));
    });
    return edges;
  }

  replay::EventNumber since(const replay::Deferred& deferred,
                            const std::vector<Edge>& edges) const {
    if (!edges.empty()) {
      const Edge& edge = edges.back();
      if (edge.wait != nullptr) return edge.wait->started_at;
      if (edge.queued != nullptr) return edge.queued->asked_at;
      if (edge.loop != nullptr) return edge.loop->iteration_started_at;
    }
    return happened(facts_.created_at(deferred)) ? facts_.created_at(deferred) : deferred.seen_at;
  }

  void grow(DeferredId root) {
    std::vector<Task> tasks{{root, 0}};
    std::vector<DeferredId> path;
    while (!tasks.empty() && rows_.size() < most_rows_) {
      const Task task = tasks.back();
      tasks.pop_back();
      path.resize(task.depth);
      const bool cycle = std::find(path.begin(), path.end(), task.deferred) != path.end();
      const std::vector<Edge> below = add_row(task, cycle);
      path.push_back(task.deferred);
      for (auto each = below.rbegin(); each != below.rend(); ++each)
        tasks.push_back({each->to, task.depth + 1});
    }
  }

  std::vector<Edge> add_row(const Task& task, bool cycle) {
    const replay::Deferred* deferred = facts_.find(task.deferred);
    WaitRow& row = rows_.emplace_back();
    row.depth = task.depth;
    row.deferred = task.deferred;
    row.in_cycle = cycle;
    if (deferred == nullptr) {
      row.name = text::deferred_text(task.deferred);
      return {};
    }
    row.name = facts_.name(*deferred);
    std::vector<Edge> edges = this->edges(*deferred);
    const replay::EventNumber since = this->since(*deferred, edges);
    row.since_ns = facts_.ns(since);
    row.age_ns = facts_.age_ns(since);
    row.site = facts_.place(facts_.origin(*deferred).created_stack);
    describe(*deferred, edges, &row);
    row.told = !told_.insert(task.deferred).second && !cycle && !edges.empty();
    if (row.told || cycle) return {};
    constexpr std::size_t kMost = 1000;
    if (edges.size() > kMost) edges.resize(kMost);
    return edges;
  }

  void describe(const replay::Deferred& deferred, const std::vector<Edge>& edges,
                WaitRow* row) const {
    if (edges.empty()) {
      row->over = !facts_.is_unfinished(deferred);
      row->cause = row->over ? how_it_ended(deferred) : why(deferred);
      return;
    }
    const Edge& edge = edges.back();
    if (edge.wait != nullptr) {
      row->how = text::Wording::wait_kind(edge.wait->how);
      if (edge.wait->stack != event::StackId::kNone) row->site = facts_.place(edge.wait->stack);
      if (edge.wait->how == event::WaitKind::kListMember)
        row->how = text::plural(edges.size(), "member") + " of the list without a result";
    } else if (edge.queued != nullptr) {
      const LockState* lock = graph_.lock(edge.queued->resource);
      row->how = "in the queue of the " + facts_.say().type(lock->resource->type, "lock") +
                 " made in " + facts_.in(lock->resource->stack) + ", which this has:";
      row->site = facts_.place(edge.queued->stack);
    } else if (edge.loop != nullptr) {
      row->how =
          "iteration " + text::count_text(edge.loop->iterations) + " of its loop returned it";
    }
  }

  // Of one that has a lock and does no more.
  std::string how_it_ended(const replay::Deferred& deferred) const {
    std::string say = "it ended";
    if (facts_.value(deferred).is_failure())
      say += " with " + facts_.failure(facts_.value(deferred).failure());
    else if (deferred.fired_value().is_failure())
      say += " with " + facts_.failure(deferred.fired_value().failure());
    return say + " " + facts_.at(deferred.fired_at) + " and did not give it back";
  }

  std::string why(const replay::Deferred& deferred) const {
    if (facts_.origin(deferred).coroutine != event::CallableId::kNone && !deferred.fired())
      return "it awaits something that was not recorded";
    Bottom bottom;
    bottom.deferred = deferred.id;
    bottom.cause = graph_.cause(deferred);
    return graph_.why(bottom);
  }

  const WaitGraph& graph_;
  const Facts& facts_;
  std::size_t most_rows_;
  std::vector<WaitRow> rows_;
  std::unordered_set<DeferredId> told_;
};

}  // namespace

std::vector<WaitRow> wait_tree(const WaitGraph& graph, const Facts& facts, std::size_t most_rows) {
  return Tree(graph, facts, most_rows).rows();
}

std::vector<WaitRow> wait_tree_of(event::DeferredId deferred, const WaitGraph& graph,
                                  const Facts& facts) {
  constexpr std::size_t kMostRows = 100'000;
  return Tree(graph, facts, kMostRows).rows_of(deferred);
}

std::string wait_tree_json(const std::vector<WaitRow>& rows, const text::Wording& wording) {
  text::Json json;
  json.begin_array();
  std::uint32_t open = 0;  // objects, each with an open array
  for (const WaitRow& row : rows) {
    for (; open > row.depth; --open) json.end().end();
    json.begin_object()
        .field("deferred", event::number(row.deferred))
        .field("name", row.name)
        .field("how", row.how)
        .seconds_field("since", row.since_ns)
        .seconds_field("age", row.age_ns)
        .field("cause", row.cause)
        .field("cycle", row.in_cycle)
        .field("told", row.told);
    json.key("site").begin_object();
    json.field("file", wording.definitions().text(row.site.file))
        .field("line", row.site.line)
        .field("function", wording.definitions().text(row.site.function))
        .end();
    json.key("waits_for").begin_array();
    ++open;
  }
  for (; open > 0; --open) json.end().end();
  json.end();
  return json.text();
}

}  // namespace reactortrack::analysis
