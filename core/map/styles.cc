// SPDX-License-Identifier: MIT
#include "core/map/styles.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

namespace reactortrack::map {

using replay::Moment;
using replay::PairState;
using replay::State;

namespace {

// A Deferred with something inside, that is there.
bool is_container(std::uint8_t style) {
  return style >= style_of(Look::kDeferred, false) && style < style_of(Look::kLeaf, false);
}

}  // namespace

Styles::Styles(const replay::Timeline& timeline, const Tree& tree)
    : timeline_(timeline), tree_(tree) {
  restart();
}

void Styles::restart() {
  styles_.assign(tree_.size(), raster::kHidden);
  settled_.clear();
  final_.clear();
  prepared_to_ = 1;
  at_ = std::min(at_, timeline_.last());
  cursor_ = timeline_.cursor(at_);
  restyle_all();
}

void Styles::set_outlines(bool outlines) {
  outlines_ = outlines;
  restyle_all();
}

void Styles::set_found(std::vector<bool> found) {
  found_ = std::move(found);
  restyle_all();
}

void Styles::forget_changes() {
  all_changed_ = false;
  changed_.clear();
}

Look Styles::look(std::uint32_t node) const {
  const std::uint8_t style = styles_[node];
  return style == raster::kHidden ? Look::kOutline : static_cast<Look>(style / 2);
}

PairIndex Styles::cursor_pair() const {
  return cursor_.executing.empty() ? cursor_.last_executed : cursor_.executing.back();
}

// ---- Moving -----------------------------------------------------------------------------------

void Styles::move_to(EventNumber at) {
  const EventNumber from = std::exchange(at_, std::min(at, timeline_.last()));
  if (from == at_) return;
  const std::uint32_t distance =
      from < at_ ? number(at_) - number(from) : number(from) - number(at_);
  if (distance <= kLongestStep) {
    step(from);
  } else {
    cursor_ = timeline_.cursor(at_);
    restyle_all();
  }
}

// What the events between the two name, and what was executing before and after: nothing else
// changes.
void Styles::step(EventNumber from) {
  touched_.clear();
  add_executing();
  cursor_ = timeline_.cursor(at_);
  add_executing();
  const std::uint32_t first = std::min(number(from), number(at_));
  const std::uint32_t last = std::max(number(from), number(at_));
  for (std::uint32_t event = first + 1; event <= last; ++event) add_named(EventNumber{event});
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  for (const DeferredIndex index : touched_) {
    restyle(index);
    for (const std::uint32_t portal : tree_.portals_to(index)) restyle_portal(portal);
    if (const std::uint32_t node = tree_.node_of(index); node != 0)
      restyle_hosts(node, EventNumber{first});
  }
}

void Styles::add_named(EventNumber event) {
  const auto look = [&](const char*, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    event::DeferredId id{};  // a damaged recording may have one of this number, too
    if constexpr (std::is_same_v<Value, event::DeferredId>) id = value;
    if constexpr (std::is_same_v<Value, event::Result>) id = value.deferred;
    const DeferredIndex index = timeline_.model().index_of(id);
    if (index != DeferredIndex::kNone) touched_.push_back(index);
  };
  if (const auto found = timeline_.event(event))
    std::visit([&](const auto& body) { event::for_each_field(body, look); }, found->body);
}

void Styles::add_executing() {
  const auto add = [&](PairIndex pair) {
    if (pair == PairIndex::kNone) return;
    touched_.push_back(timeline_.model().index_of(timeline_.model().pair(pair).deferred));
  };
  for (const PairIndex pair : cursor_.executing) add(pair);
  add(cursor_.last_executed);
}

// ---- Looks ------------------------------------------------------------------------------------

void Styles::restyle_all() {
  all_changed_ = true;
  changed_.clear();
  styles_[0] = style_of(Look::kRoot, false);
  restyling_all_ = true;
  if (settled_.empty() && at_ != EventNumber::kNone) find_settled();
  for (std::uint32_t node = 1; node < tree_.size(); ++node) restyle_fast(node);
  restyling_all_ = false;
}

void Styles::restyle_fast(std::uint32_t node) {
  const bool is_pair = tree_.kind(node) == NodeKind::kPair;
  const DeferredIndex owner =
      tree_.deferred(is_pair || tree_.kind(node) == NodeKind::kPortal ? tree_.parent(node) : node);
  if (tree_.exists_from(node) > at_) return put(node, owner, Look::kOutline);
  const bool is_settled = !settled_.empty() && settled_[node] <= at_;
  if (is_settled && final_[node] != kUnknown)
    return put(node, owner, static_cast<Look>(final_[node]));
  if (tree_.kind(node) == NodeKind::kPortal) return restyle_portal(node);
  if (!is_pair || is_settled) restyle(owner);  // else done with its Deferred
}

// An event that changes what a Deferred's tiles show leaves its number in one of its records.
void Styles::find_settled() {
  const replay::Model& model = timeline_.model();
  std::vector<EventNumber> last(model.deferreds().size() + 1);
  const auto see = [&](DeferredIndex index, EventNumber event) {
    EventNumber& latest = last[static_cast<std::uint32_t>(index)];
    latest = std::max(latest, event);
  };
  std::uint32_t place = 0;
  for (const replay::Deferred& each : model.deferreds()) {
    const auto index = static_cast<DeferredIndex>(++place);
    for (const EventNumber event : {each.seen_at, each.fired_at, each.collected_at})
      see(index, event);
    if (model.ties(each).newest_change != replay::ChangeIndex::kNone)
      see(index, model.change(model.ties(each).newest_change).at);
  }
  for (const replay::Pair& each : model.pairs())
    for (const EventNumber event : {each.attached_at, each.started_at, each.finished_at})
      see(model.index_of(each.deferred), event);
  for (const replay::Wait& each : model.waits())
    for (const EventNumber event : {each.started_at, each.ended_at})
      see(model.index_of(each.deferred), event);
  settled_.resize(tree_.size());
  final_.assign(tree_.size(), kUnknown);
  for (std::uint32_t node = 1; node < tree_.size(); ++node) {
    const bool is_pair = tree_.kind(node) == NodeKind::kPair;
    const DeferredIndex index = tree_.deferred(is_pair ? tree_.parent(node) : node);
    settled_[node] = last[static_cast<std::uint32_t>(index)];
  }
}

bool Styles::prepare_jumps(std::uint32_t node_count) {
  if (prepared_to_ >= tree_.size()) return false;
  if (settled_.empty()) {
    find_settled();
    return true;
  }
  const EventNumber now = std::exchange(at_, timeline_.last());
  preparing_ = restyling_all_ = true;
  const auto end = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(tree_.size(), std::uint64_t{prepared_to_} + node_count));
  for (; prepared_to_ < end; ++prepared_to_) restyle_fast(prepared_to_);
  preparing_ = restyling_all_ = false;
  at_ = now;
  return prepared_to_ < tree_.size();
}

// The Deferred itself, its pairs, and the portals in it that came or went.
void Styles::restyle(DeferredIndex index) {
  const std::uint32_t node = tree_.node_of(index);
  if (node == 0) return;
  // What is not there yet needs no look at its records.
  const bool exists = tree_.exists_from(node) <= at_;
  const Moment moment =
      exists ? moment_of(timeline_.model(), timeline_.model().deferred(index), at_) : Moment();
  restyle_container(node, moment);
  std::uint32_t position = 0;
  tree_.for_each_child(node, [&](std::uint32_t child) {
    if (tree_.kind(child) == NodeKind::kPortal && !restyling_all_) restyle_portal(child);
    if (tree_.kind(child) != NodeKind::kPair) return;
    const bool is_attached = tree_.exists_from(child) <= at_;
    put(child, index,
        is_attached ? look_of_pair(tree_.pair(child), position, moment) : Look::kAttached);
    ++position;
  });
}

void Styles::restyle_container(std::uint32_t node, const Moment& moment) {
  const Look first = tree_.is_leaf(node) ? Look::kLeaf : Look::kDeferred;
  put(node, tree_.deferred(node), look_of(first, moment.state));
}

// A Deferred may be there before the one it lives in: then that one's outline comes with it.
void Styles::restyle_hosts(std::uint32_t node, EventNumber since) {
  for (;;) {
    node = tree_.parent(node);
    if (node == 0 || tree_.exists_from(node) <= since) return;
    restyle_container(
        node, moment_of(timeline_.model(), timeline_.model().deferred(tree_.deferred(node)), at_));
  }
}

void Styles::restyle_portal(std::uint32_t node) {
  const DeferredIndex target = tree_.deferred(node);
  const State state = replay::state_of(timeline_.model(), timeline_.model().deferred(target), at_);
  put(node, tree_.deferred(tree_.parent(node)), look_of(Look::kPortal, state));
}

Look Styles::look_of_pair(PairIndex index, std::uint32_t position, const Moment& moment) const {
  const replay::Pair& pair = timeline_.model().pair(index);
  switch (replay::state_of(moment, pair, position)) {
    case PairState::kAttached: return Look::kAttached;
    case PairState::kPassed: return Look::kPassed;
    case PairState::kRunning:
      return look_of(index == cursor_pair() ? Look::kExecuting : Look::kOuter, pair.lane());
    case PairState::kFinished: break;
  }
  const bool is_waiting = pair.value().outcome == event::Outcome::kDeferred &&
                          moment.state == State::kWaiting && moment.current_pair == index;
  if (is_waiting) return look_of(Look::kWaiting, pair.lane());
  return look_of(pair.value().is_failure() ? Look::kFailed : Look::kSucceeded, pair.lane());
}

void Styles::put(std::uint32_t node, DeferredIndex owner, Look look) {
  const bool exists = tree_.exists_from(node) <= at_;
  if (exists && !settled_.empty() && settled_[node] <= at_) keep_final(node, look);
  if (preparing_) return;
  const auto place = static_cast<std::uint32_t>(owner);
  const bool dimmed = !found_.empty() && (place >= found_.size() || !found_[place]);
  std::uint8_t style = style_of(look, dimmed);
  if (!exists) {
    const bool shown = outlines_ || tree_.shown_from(node) <= at_;
    style = shown ? style_of(Look::kOutline, dimmed) : raster::kHidden;
  }
  const std::uint8_t before = std::exchange(styles_[node], style);
  if (before == style || restyling_all_ || all_changed_) return;
  changed_.push_back({node, is_container(before) && is_container(style)});
}

// What follows the cursor has no final look.
void Styles::keep_final(std::uint32_t node, Look look) {
  const bool follows_cursor = look >= Look::kExecuting && look < Look::kDeferred;
  if (!follows_cursor) final_[node] = static_cast<std::uint8_t>(look);
}

}  // namespace reactortrack::map
