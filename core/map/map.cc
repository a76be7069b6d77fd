// SPDX-License-Identifier: MIT
#include "core/map/map.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace reactortrack::map {

namespace {

constexpr std::size_t kMostBoxes = 64;
// CSS pixels.
constexpr float kHeader = 16;
constexpr float kPadding = 3;
constexpr float kMinSide = 28;
constexpr float kCursorFrame = 3;
constexpr float kThickest = 3;  // no border is thicker

bool contains(const raster::Box& outer, const raster::Box& inner) {
  return outer.left <= inner.left && outer.top <= inner.top && outer.right >= inner.right &&
         outer.bottom >= inner.bottom;
}

}  // namespace

Map::Map(const replay::Timeline& timeline) : timeline_(timeline), styles_(timeline, tree_) {
  rebuild();
}

void Map::set_view(const MapView& view) {
  const bool other_weights = view.weight != view_.weight;
  const bool other_outlines = view.outlines != view_.outlines;
  const bool other_colours = view.theme != view_.theme || view.pixel_ratio != view_.pixel_ratio;
  const auto root = view.root < tree_.size() ? view.root : 0;
  const DeferredIndex root_deferred = tree_.deferred(root);
  const PairIndex root_pair = tree_.pair(root);
  view_ = view;
  view_.root = root;
  if (built_to_ != timeline_.last()) {
    rebuild();
    view_.root = std::max(tree_.node_of(root_deferred), tree_.node_of(root_pair));
  } else if (other_weights) {
    set_weights(timeline_.model(), tree_, view_.weight, weights_);
  }
  if (other_outlines) styles_.set_outlines(view_.outlines);
  if (other_colours || palette_.empty()) palette_ = map::styles(view_.theme, view_.pixel_ratio);
  zoom_ = {};
  lay_out();
  repaint_all();
}

void Map::rebuild() {
  homes_.update(timeline_.model());
  tree_.build(timeline_.model(), homes_);
  weights_.resize(tree_.size());
  set_weights(timeline_.model(), tree_, view_.weight, weights_);
  styles_.restart();
  built_to_ = timeline_.last();
}

void Map::lay_out() {
  const std::uint32_t root = view_.root;
  const std::uint32_t count = tree_.end()[root] - root;
  local_end_.clear();
  if (root != 0) {
    local_end_.resize(count);
    for (std::uint32_t node = 0; node < count; ++node)
      local_end_[node] = tree_.end()[root + node] - root;
  }
  const auto px = [&](float css) { return std::round(css * view_.pixel_ratio); };
  margins_ = {.header = px(kHeader), .padding = px(kPadding), .min_side = px(kMinSide)};
  const treemap::Rect bounds{0, 0, static_cast<float>(view_.width),
                             static_cast<float>(view_.height)};
  rects_.resize(count);
  const treemap::Tree tree{root == 0 ? tree_.end() : std::span<const std::uint32_t>(local_end_),
                           std::span<const float>(weights_).subspan(root, count)};
  if (view_.growing && root == 0 && view_.layout == treemap::Layout::kOrder) {
    lay_out_growing(tree, bounds);
  } else {
    growing_.reset();
    treemap::layout(tree, view_.layout, bounds, margins_, rects_);
  }
  blocks_.resize(raster::block_count(rects_.size()));
  raster::bound_blocks(rects_, blocks_);
}

void Map::lay_out_growing(const treemap::Tree& tree, const treemap::Rect& bounds) {
  const bool fits =
      growing_ && growing_view_.width == view_.width && growing_view_.height == view_.height &&
      growing_view_.pixel_ratio == view_.pixel_ratio && growing_view_.weight == view_.weight;
  if (!fits) growing_.emplace(bounds, margins_);
  growing_view_ = view_;
  growing_->update(tree, tree_.keys(), rects_);
}

void Map::zoom(const raster::View& zoom) {
  zoom_ = zoom;
  repaint_all();
}

void Map::set_found(std::vector<bool> found) {
  styles_.set_found(std::move(found));
  repaint_all();
}

void Map::move_to(EventNumber at) {
  styles_.move_to(at);
  if (styles_.all_changed()) return repaint_all();
  collect_boxes();
}

treemap::Rect Map::rect(std::uint32_t node) const {
  return in_view(node) ? rects_[node - view_.root] : treemap::Rect{};
}

raster::Box Map::frame() const {
  return {0, 0, static_cast<std::int32_t>(view_.width), static_cast<std::int32_t>(view_.height)};
}

void Map::paint(const raster::Box& clip, const raster::Target& target) const {
  const auto count = static_cast<std::uint32_t>(rects_.size());
  const std::span<const std::uint32_t> end =
      view_.root == 0 ? tree_.end() : std::span<const std::uint32_t>(local_end_);
  const std::uint32_t at_cursor = tree_.node_of(styles_.cursor_pair());
  const raster::Frame cursor{
      .node = at_cursor != 0 && in_view(at_cursor) ? at_cursor - view_.root : treemap::kNoNode,
      .colour = tones(view_.theme).cursor,
      .thickness_px = cursor_px()};
  raster::paint({.end = end,
                 .rects = rects_,
                 .styles = styles_.all().subspan(view_.root, count),
                 .palette = palette_,
                 .background = tones(view_.theme).paper,
                 .header = margins_.header,
                 .frames = {&cursor, 1},
                 .blocks = blocks_},
                zoom_, clip, target);
  if (view_.root == 0) return;
  const raster::Box box = raster::intersection(clip, raster::whole(target));
  for (std::int32_t y = box.top; y < box.bottom; ++y)
    for (std::int32_t x = box.left; x < box.right; ++x)
      if (auto& id = target.ids[std::size_t(y) * target.width + std::size_t(x)]; id != 0)
        id += view_.root;
}

// ---- What to repaint --------------------------------------------------------------------------

std::uint8_t Map::cursor_px() const {
  return static_cast<std::uint8_t>(
      std::clamp(std::round(kCursorFrame * view_.pixel_ratio), 1.0f, 16.0f));
}

raster::Box Map::cursor_box() const {
  const std::uint32_t node = tree_.node_of(styles_.cursor_pair());
  if (node == 0 || !in_view(node)) return {};
  return raster::frame_box(rect(node), zoom_, cursor_px());
}

void Map::repaint_all() {
  styles_.forget_changes();
  boxes_.assign(1, frame());
  cursor_box_ = cursor_box();
}

void Map::collect_boxes() {
  for (const Restyled& each : styles_.changed()) {
    if (!in_view(each.node)) continue;
    const raster::Box box = raster::box_of(rect(each.node), zoom_);
    if (each.rim_only)
      add_rim(box);
    else
      add_box(box);
  }
  styles_.forget_changes();
  if (const raster::Box cursor = cursor_box(); cursor != cursor_box_) {
    add_box(cursor_box_);
    add_box(cursor);
    cursor_box_ = cursor;
  }
}

// The header and the border of a container: not all that is in it.
void Map::add_rim(const raster::Box& box) {
  const auto header = static_cast<std::int32_t>(std::ceil(margins_.header * zoom_.scale)) + 1;
  const auto border = static_cast<std::int32_t>(kThickest * view_.pixel_ratio) + 1;
  if (box.height() < 3 * header || box.width() < 3 * header) return add_box(box);
  add_box({box.left, box.top, box.right, box.top + header});
  add_box({box.left, box.top + header, box.left + border, box.bottom - border});
  add_box({box.right - border, box.top + header, box.right, box.bottom - border});
  add_box({box.left, box.bottom - border, box.right, box.bottom});
}

void Map::add_box(const raster::Box& box) {
  const raster::Box seen = raster::intersection(box, frame());
  if (seen.empty()) return;
  for (const raster::Box& each : boxes_)
    if (contains(each, seen)) return;
  std::erase_if(boxes_, [&](const raster::Box& each) { return contains(seen, each); });
  boxes_.push_back(seen);
  if (boxes_.size() <= kMostBoxes) return;
  raster::Box all;
  for (const raster::Box& each : boxes_) all = raster::bounds(all, each);
  boxes_.assign(1, all);
}

}  // namespace reactortrack::map
