// SPDX-License-Identifier: MIT
//
// About tiles: their texts, what a search finds, and the tree for those who don't see the picture.
#include <algorithm>

#include "core/event/names.h"
#include "core/log/json_text.h"
#include "core/text/text.h"
#include "wasm/answers.h"
#include "wasm/facts.h"

namespace reactortrack::wasm {

using map::NodeKind;

// ---- Tooltips ---------------------------------------------------------------------------------

void Answer::tile() {
  const map::Tree& tree = map_.tree();
  const std::uint32_t node = known(a_);
  const replay::State its = state(node);
  const replay::PairIndex pair = tree.pair(node);
  json_.begin_object().field("node", node).field("kind", map::word(tree.kind(node)));
  json_.field("title", names_.of(tree, node)).key("lines").begin_array();
  for (const std::string& line : tile_lines(node)) json_.value(line);
  json_.end().field("state", replay::word(its));
  json_.field("glyph", node == 0 ? std::string_view() : map::glyph(its));
  json_.field("shown", is_shown(node));
  EventNumber last = timeline_.last();
  if (pair != replay::PairIndex::kNone) {
    json_.field("deferred", number(model_.pair(pair).deferred));
    json_.field("position", position_of(pair));
    last = events_of(model_.pair(pair)).back();
  } else if (node != 0) {
    const replay::Deferred& deferred = model_.deferred(tree.deferred(node));
    json_.field("deferred", number(deferred.id));
    last = events_of(model_, deferred).back();
  }
  json_.field("first_event", number(tree.exists_from(node))).field("last_event", number(last));
  box_fields(raster::box_of(map_.rect(node), map_.zoomed()));
  json_.end();
}

std::vector<std::string> Answer::tile_lines(std::uint32_t node) const {
  const map::Tree& tree = map_.tree();
  std::vector<std::string> lines;
  const auto add = [&](std::string_view what, const std::string& text) {
    if (!text.empty()) lines.push_back(std::string(what) + text);
  };
  if (node == 0) {
    add("", text::plural(model_.deferreds().size(), "Deferred"));
    return lines;
  }
  if (tree.exists_from(node) > now_)
    add("not there yet: from event ", text::count_text(number(tree.exists_from(node))) + " on");
  if (tree.kind(node) != NodeKind::kPair) {
    const replay::Deferred& deferred = model_.deferred(tree.deferred(node));
    if (tree.kind(node) == NodeKind::kPortal) add("", "waited for here too; its tile is elsewhere");
    add("", sentence(deferred, replay::moment_of(model_, deferred, now_)));
    add("made at ", say_.where(model_.origin(deferred).created_stack));
    add("fired at ", replay::happened(deferred.fired_at, now_)
                         ? say_.where(model_.origin(deferred).fired_stack)
                         : std::string());
    return lines;
  }
  const replay::Pair& pair = model_.pair(tree.pair(node));
  add("", say_.callables(model_.attachment(pair)));
  add("of ", names_.of(*model_.find(pair.deferred)));
  add("attached at ", say_.where(model_.attachment(pair).stack));
  if (replay::happened(pair.started_at, now_))
    add("ran as ",
        std::string(event::word(pair.lane())) + " from " + seconds(pair.started_at) + " s");
  if (replay::happened(pair.finished_at, now_)) {
    add("", say_.outcome(model_.result(pair.value())));
    add("own time ", text::duration_text(pair.own_ns()));
  }
  return lines;
}

void Answer::labels() {
  json_.begin_object().key("labels").begin_array();
  for (const map::Label& label : session_.labels(a_ == 0 ? 1000 : a_)) {
    json_.begin_object().field("node", label.node);
    box_fields(label.box);
    json_.field("text", label.text).field("glyph", label.glyph);
    json_.field("ink", map::hex(label.ink)).field("bold", label.bold);
    json_.field("kind", map::word(label.kind)).end();
  }
  json_.end().end();
}

// ---- Search -----------------------------------------------------------------------------------

void Answer::search() {
  constexpr std::size_t kMost = 100;
  const std::vector<replay::DeferredIndex> found = session_.search(text_);
  json_.begin_object().field("count", found.size()).key("deferreds").begin_array();
  for (std::size_t at = 0; at < std::min(found.size(), kMost); ++at) {
    json_.begin_object();
    ref_fields(model_.deferred(found[at]));
    json_.end();
  }
  json_.end().end();
}

// ---- The tree ---------------------------------------------------------------------------------

std::uint32_t Answer::child_count(std::uint32_t node) const {
  std::uint32_t count = 0;
  map_.tree().for_each_child(node, [&](std::uint32_t child) { count += is_shown(child); });
  return count;
}

void Answer::tree_child(std::uint32_t node) {
  json_.begin_object().field("node", node).field("kind", map::word(map_.tree().kind(node)));
  json_.field("label", names_.of(map_.tree(), node));
  json_.field("state", replay::word(state(node)));
  json_.field("child_count", child_count(node)).end();
}

void Answer::tree() {
  const map::Tree& tree = map_.tree();
  const std::uint32_t node = known(a_);
  std::vector<std::uint32_t> crumbs = {node};
  while (crumbs.back() != 0) crumbs.push_back(tree.parent(crumbs.back()));
  json_.begin_object().field("node", node).key("parent");
  if (node == 0)
    json_.null();
  else
    json_.value(tree.parent(node));
  json_.field("kind", map::word(tree.kind(node))).field("label", names_.of(tree, node));
  json_.field("state", replay::word(state(node))).field("level", crumbs.size());
  json_.field("child_count", child_count(node));
  const auto offset = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(log::json_unsigned(text_).value_or(0), 0xFFFFFFFFu));
  json_.field("offset", offset).key("crumbs").begin_array();
  for (auto each = crumbs.rbegin(); each != crumbs.rend(); ++each)
    json_.begin_object().field("node", *each).field("label", names_.of(tree, *each)).end();
  json_.end().key("children").begin_array();
  const std::uint64_t end = std::uint64_t{offset} + std::min(b_ == 0 ? 100u : b_, 10'000u);
  std::uint64_t place = 0;
  tree.for_each_child(node, [&](std::uint32_t child) {
    if (!is_shown(child)) return;
    if (place >= offset && place < end) tree_child(child);
    ++place;
  });
  json_.end().end();
}

void Answer::node_of() {
  const replay::Deferred* deferred = model_.find(event::DeferredId{a_});
  std::uint32_t node = deferred == nullptr ? 0 : this->node(*deferred);
  if (deferred != nullptr && b_ != 0) {
    auto at = deferred->first_pair;
    for (std::uint32_t left = b_ - 1; left != 0 && at != replay::PairIndex::kNone; --left)
      at = model_.pair(at).next();
    node = map_.tree().node_of(at);
  }
  json_.begin_object().key("node");
  if (node == 0)
    json_.null();
  else
    json_.value(node);
  json_.end();
}

}  // namespace reactortrack::wasm
