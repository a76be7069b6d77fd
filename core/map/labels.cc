// SPDX-License-Identifier: MIT
#include "core/map/labels.h"

#include <algorithm>

#include "core/map/fit.h"
#include "core/text/text.h"

namespace reactortrack::map {

namespace {

// CSS pixels.
constexpr float kLeastWidth = 22;
constexpr float kLeastHeight = 12;
constexpr float kInset = 4;
constexpr float kGlyph = 14;  // and the space behind it
constexpr float kSmall = 3;   // a side below this is not told apart
constexpr float kMoreHeight = 16;

std::int64_t area(const raster::Box& box) { return std::int64_t{box.width()} * box.height(); }

std::size_t count_until(const std::vector<EventNumber>& events, EventNumber at) {
  return static_cast<std::size_t>(std::upper_bound(events.begin(), events.end(), at) -
                                  events.begin());
}

}  // namespace

std::string_view word(LabelKind kind) {
  switch (kind) {
    case LabelKind::kHeader: return "header";
    case LabelKind::kTile: return "tile";
    case LabelKind::kMore: return "more";
  }
  return {};
}

void Labels::prepare() {
  places_.clear();
  looks_ = styles(map_.view().theme, map_.view().pixel_ratio);
  const Tree& tree = map_.tree();
  const std::uint32_t first = map_.view().root;
  const std::uint32_t end = tree.end()[first];
  for (std::uint32_t node = first; node < end;) {
    const raster::Box seen = raster::intersection(box_of(node), map_.frame());
    const bool is_seen = takes_text(seen);
    if (is_seen) consider(node, seen);
    node = is_seen ? node + 1 : tree.end()[node];  // what is inside is smaller still
  }
  std::stable_sort(places_.begin(), places_.end(),
                   [](const Place& a, const Place& b) { return area(a.box) > area(b.box); });
}

raster::Box Labels::box_of(std::uint32_t node) const {
  return raster::box_of(map_.rect(node), map_.zoomed());
}

// The text of a pair stays in the lane that was taken: on the other it could not be read.
raster::Box Labels::text_box(const Place& place) const {
  const std::uint8_t style = map_.styles().all()[place.node];
  if (place.kind != LabelKind::kTile || style == raster::kHidden) return place.box;
  const raster::Style& look = looks_[style];
  const raster::Lanes lanes = raster::lanes_of(look, box_of(place.node));
  if (lanes.left.empty() || look.part == raster::Part::kBoth) return place.box;
  raster::Box lane = look.part == raster::Part::kLeft ? lanes.left : lanes.right;
  lane.left += static_cast<std::int32_t>(px(kInset));
  return raster::intersection(place.box, lane);
}

bool Labels::takes_text(const raster::Box& box) const {
  return static_cast<float>(box.width()) >= px(kLeastWidth) &&
         static_cast<float>(box.height()) >= px(kLeastHeight);
}

void Labels::consider(std::uint32_t node, const raster::Box& seen) {
  const Tree& tree = map_.tree();
  Place place{node, LabelKind::kTile, seen, {}, {}};
  if (!tree.is_leaf(node)) {
    consider_children(node, seen);
    const raster::Box whole = box_of(node);
    const treemap::Rect rect = map_.rect(node);
    const treemap::Margins& margins = map_.margins();
    if (rect.width < margins.min_side || rect.height < margins.min_side) return;
    const auto header = static_cast<std::int32_t>(margins.header * map_.zoomed().scale);
    place.kind = LabelKind::kHeader;
    place.box.bottom = std::min(seen.bottom, whole.top + header);
    if (!takes_text(place.box)) return;
    place.events = member_fires(node);
  }
  place.text = names_.of(tree, node);
  const auto inset = static_cast<std::int32_t>(px(kInset));
  place.box.left += inset;
  place.box.right -= inset;
  places_.push_back(std::move(place));
}

// "+123 more", when none of the children takes a label itself.
void Labels::consider_children(std::uint32_t node, const raster::Box& seen) {
  const Tree& tree = map_.tree();
  Place place{node, LabelKind::kMore, seen, {}, {}};
  bool any_takes_text = false;
  tree.for_each_child(node, [&](std::uint32_t child) {
    const raster::Box box = box_of(child);
    any_takes_text |= takes_text(box);
    if (static_cast<float>(std::min(box.width(), box.height())) < px(kSmall))
      place.events.push_back(tree.shown_from(child));
  });
  place.box.top = std::max(seen.top, seen.bottom - static_cast<std::int32_t>(px(kMoreHeight)));
  if (any_takes_text || place.events.empty() || !takes_text(place.box)) return;
  std::sort(place.events.begin(), place.events.end());
  places_.push_back(std::move(place));
}

// Of a DeferredList: when each of its members fired, never is last.
std::vector<EventNumber> Labels::member_fires(std::uint32_t node) const {
  std::vector<EventNumber> fires;
  const replay::Model& model = map_.timeline().model();
  const DeferredIndex index = map_.tree().deferred(node);
  if (index == DeferredIndex::kNone) return fires;
  for (auto at = model.ties(model.deferred(index)).newest_wait; at != replay::WaitIndex::kNone;
       at = model.wait(at).older_of_deferred) {
    if (model.wait(at).how != event::WaitKind::kListMember) continue;
    const replay::Deferred* member = model.find(model.wait(at).on);
    const bool has_fired = member != nullptr && replay::happened(member->fired_at);
    fires.push_back(has_fired ? member->fired_at : EventNumber{0xFFFFFFFF});
  }
  std::sort(fires.begin(), fires.end());
  return fires;
}

std::string Labels::text_of(const Place& place) const {
  if (place.events.empty()) return place.text;
  const std::size_t count = count_until(place.events, map_.at());
  if (place.kind == LabelKind::kMore) return "+" + text::count_text(count) + " more";
  return place.text + " · " + text::count_text(count) + " of " +
         text::count_text(place.events.size()) + " fired";
}

std::vector<Label> Labels::now(std::uint32_t most) const {
  std::vector<Label> labels;
  for (const Place& place : places_) {
    if (labels.size() >= most) break;
    const Look look = map_.styles().look(place.node);
    if (look == Look::kOutline) continue;
    Label label;
    label.node = place.node;
    label.box = text_box(place);
    if (label.box.empty()) continue;  // the lane taken is out of the picture
    label.kind = place.kind;
    label.bold = place.kind == LabelKind::kHeader;
    const Theme theme = map_.view().theme;
    label.ink =
        place.kind == LabelKind::kMore ? tones(theme).ink : ink_on(text_ground(look, theme));
    label.glyph = place.kind == LabelKind::kMore ? std::string_view() : glyph_of(look);
    const float room =
        static_cast<float>(label.box.width()) - (label.glyph.empty() ? 0.0f : px(kGlyph));
    const float thousandths = std::max(0.0f, room) * 1000 / px(kFontPx);
    label.text = fitted_name(text_of(place), static_cast<std::uint32_t>(thousandths), label.bold);
    const bool nothing_more = place.kind == LabelKind::kMore &&
                              (label.text != text_of(place) || place.events.front() > map_.at());
    if (nothing_more || (label.text.empty() && label.glyph.empty())) continue;
    labels.push_back(std::move(label));
  }
  return labels;
}

}  // namespace reactortrack::map
