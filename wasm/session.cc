// SPDX-License-Identifier: MIT
#include "wasm/session.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace reactortrack::wasm {

namespace {

// A canvas can't be larger; and so a wrong size can't take all memory.
constexpr std::uint32_t kMostPixels = 1u << 28;
constexpr std::uint32_t kLongestSide = 1u << 15;

// wasi-libc's malloc lets the memory grow by 64 KiB at a time, and each time costs the engine dearly:
// a first reading of 10 million events took 5.4 s so, and takes 1.6 s in these steps (node 20).
constexpr std::size_t kHeapStep = std::size_t{16} << 20;
constexpr std::uint32_t kEventsPerHeapStep = 1 << 16;

constexpr std::uint32_t kNodesAPiece = 500'000;  // some 30 ms

void make_heap_room() {
#ifdef __wasm__
  void* volatile block = std::malloc(kHeapStep);
  std::free(block);
#endif
}

float within(float value, float least, float most, float otherwise) {
  return std::isfinite(value) ? std::clamp(value, least, most) : otherwise;
}

}  // namespace

Session::Session(std::uint32_t expected_bytes) { bytes_.reserve(expected_bytes); }

std::span<std::byte> Session::room(std::uint32_t size) {
  const std::size_t wanted = used_ + size;
  if (wanted > bytes_.capacity())
    bytes_.reserve(std::max(wanted, bytes_.capacity() + bytes_.capacity() / 2));
  if (wanted > bytes_.size()) bytes_.resize(wanted);
  timeline_.extend(recording());  // they may have moved
  return std::span(bytes_).subspan(used_, size);
}

void Session::append(std::uint32_t size) {
  used_ = std::min(used_ + size, bytes_.size());
  timeline_.extend(recording());
}

bool Session::read(std::uint32_t max_events) {
  for (std::uint32_t left = std::max(max_events, 1u); left != 0;) {
    const std::uint32_t count = std::min(left, kEventsPerHeapStep);
    make_heap_room();
    if (!timeline_.read(count)) return false;
    left -= count;
  }
  return true;
}

std::uint32_t Session::work() {
  const bool has_view = !rgba_.empty();
  if (has_view && map_.prepare_jumps(kNodesAPiece)) return diagnosis_.pieces() + 1;
  return diagnosis_.work();
}

void Session::set_view(const map::MapView& asked) {
  map::MapView view = asked;
  view.width = std::clamp(view.width, 1u, kLongestSide);
  view.height = std::clamp(view.height, 1u, std::min(kLongestSide, kMostPixels / view.width));
  view.pixel_ratio = within(view.pixel_ratio, 0.25f, 8, 1);
  view.growing = !finished_;
  const bool has_grown = map_.built_to() != timeline_.last();
  map_.set_view(view);
  if (has_grown && !searched_.empty()) map_.set_found(finder_.found_flags(searched_));
  const std::size_t pixels = std::size_t{view.width} * view.height;
  painted_.assign(map_.boxes().size(), false);
  rgba_.assign(pixels, 0);
  ids_.assign(pixels, 0);
  labels_are_prepared_ = false;
}

void Session::zoom(const raster::View& view) {
  const float scale = within(view.scale, 1.0f / 64, 1 << 20, 1);
  constexpr float kFar = 1 << 24;
  map_.zoom({scale, within(view.x, -kFar, kFar, 0), within(view.y, -kFar, kFar, 0)});
  painted_.assign(map_.boxes().size(), false);
  labels_are_prepared_ = false;
}

std::size_t Session::move_to(map::EventNumber at) {
  const bool all_painted = painted_.size() == map_.boxes().size() &&
                           std::find(painted_.begin(), painted_.end(), false) == painted_.end();
  if (all_painted) map_.paint_done();
  map_.move_to(at);
  painted_.assign(map_.boxes().size(), false);
  return map_.boxes().size();
}

std::vector<map::DeferredIndex> Session::search(std::string_view text) {
  searched_ = text;
  std::vector<bool> found;
  if (!text.empty()) found = finder_.found_flags(text);
  std::vector<map::DeferredIndex> all;
  for (std::size_t place = 1; place < found.size(); ++place)
    if (found[place]) all.push_back(static_cast<map::DeferredIndex>(place));
  map_.set_found(std::move(found));
  painted_.assign(map_.boxes().size(), false);
  return all;
}

std::span<const std::uint32_t> Session::paint(std::uint32_t box) {
  const raster::Target target{map_.view().width, map_.view().height, rgba_, ids_};
  if (rgba_.empty()) return rgba_;
  const auto boxes = map_.boxes();
  painted_.resize(boxes.size());
  if (box < boxes.size())
    painted_[box] = true;
  else
    painted_.assign(boxes.size(), true);
  map_.paint(box < boxes.size() ? boxes[box] : raster::whole(target), target);
  return rgba_;
}

std::uint32_t Session::pick(std::int32_t x, std::int32_t y) const {
  const map::MapView& view = map_.view();
  const bool outside = x < 0 || y < 0 || static_cast<std::uint32_t>(x) >= view.width ||
                       static_cast<std::uint32_t>(y) >= view.height;
  return outside || ids_.empty() ? 0 : ids_[std::size_t(y) * view.width + std::size_t(x)];
}

std::vector<map::Label> Session::labels(std::uint32_t most) {
  if (!labels_are_prepared_) labels_.prepare();
  labels_are_prepared_ = true;
  return labels_.now(most);
}

}  // namespace reactortrack::wasm
