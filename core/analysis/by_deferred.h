// SPDX-License-Identifier: MIT
//
// What is known of many Deferreds, in little memory: a recording may have millions of them.
//
//   DeferredSet awaited(model);                     FirstOf<DeferredId> taken_by(takes.size());
//   awaited.insert(id);                             taken_by.add(from, to); ... taken_by.sort();
//   awaited.contains(id)                            taken_by.find(from)
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/event/event.h"
#include "core/replay/model.h"

namespace reactortrack::analysis {

// One bit for each Deferred of the model, which must outlive it and not change. Ids that the model
// does not know are in no set.
class DeferredSet {
 public:
  explicit DeferredSet(const replay::Model& model)
      : model_(model), members_(model.deferreds().size() + 1) {}

  void insert(event::DeferredId id) {
    if (const std::size_t at = place(id); at != 0) members_[at] = true;
  }
  bool contains(event::DeferredId id) const { return members_[place(id)]; }

 private:
  std::size_t place(event::DeferredId id) const {
    return static_cast<std::uint32_t>(model_.index_of(id));
  }

  const replay::Model& model_;
  std::vector<bool> members_;
};

// The first value that was added for each of some Deferreds. All are added, then sort() is called,
// then find(), which takes time logarithmic in their number.
template <class Value>
class FirstOf {
 public:
  FirstOf() = default;
  // So many will be added at most.
  explicit FirstOf(std::size_t most) { values_.reserve(most); }

  void add(event::DeferredId id, const Value& value) { values_.emplace_back(id, value); }
  void sort() {
    const auto earlier = [](const Entry& a, const Entry& b) { return a.first < b.first; };
    const auto same = [](const Entry& a, const Entry& b) { return a.first == b.first; };
    std::stable_sort(values_.begin(), values_.end(), earlier);
    values_.erase(std::unique(values_.begin(), values_.end(), same), values_.end());
  }
  // nullptr when there is none.
  const Value* find(event::DeferredId id) const {
    const auto at = std::lower_bound(
        values_.begin(), values_.end(), id,
        [](const Entry& entry, event::DeferredId key) { return entry.first < key; });
    return at == values_.end() || at->first != id ? nullptr : &at->second;
  }

 private:
  using Entry = std::pair<event::DeferredId, Value>;
  std::vector<Entry> values_;
};

}  // namespace reactortrack::analysis
