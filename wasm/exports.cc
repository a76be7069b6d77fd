// SPDX-License-Identifier: MIT
#include "wasm/exports.h"

#include <memory>
#include <string>
#include <vector>

#include "wasm/answers.h"
#include "wasm/session.h"

#ifdef __wasm__
#define RT_EXPORT(name) extern "C" __attribute__((export_name(#name)))
#else
#define RT_EXPORT(name) extern "C"
#endif

namespace {

using reactortrack::replay::EventNumber;
using reactortrack::wasm::Session;
namespace map = reactortrack::map;

std::unique_ptr<Session> session;
std::string argument;
std::string last_answer;

// One that was never opened is an empty one.
Session& current() {
  if (session == nullptr) session = std::make_unique<Session>(0);
  return *session;
}

}  // namespace

RT_EXPORT(rt_open) void rt_open(std::uint32_t expected_bytes) {
  session.reset();  // before the new one is made: memory never shrinks
  last_answer = {};
  session = std::make_unique<Session>(expected_bytes);
}

RT_EXPORT(rt_room) std::uint8_t* rt_room(std::uint32_t size) {
  return reinterpret_cast<std::uint8_t*>(current().room(size).data());
}

RT_EXPORT(rt_append) void rt_append(std::uint32_t size) { current().append(size); }

RT_EXPORT(rt_finish) void rt_finish() { current().finish(); }

RT_EXPORT(rt_read) std::uint32_t rt_read(std::uint32_t max_events) {
  return current().read(max_events) ? 1 : 0;
}

RT_EXPORT(rt_work) std::uint32_t rt_work() { return current().work(); }

RT_EXPORT(rt_view)
void rt_view(std::uint32_t width, std::uint32_t height, float pixel_ratio, std::uint32_t root_node,
             std::uint32_t layout, std::uint32_t weight, std::uint32_t flags) {
  current().set_view(
      {.width = width,
       .height = height,
       .pixel_ratio = pixel_ratio,
       .root = root_node,
       .layout = layout == 1 ? reactortrack::treemap::Layout::kSquarified
                             : reactortrack::treemap::Layout::kOrder,
       .weight = weight <= 2 ? static_cast<map::Weight>(weight) : map::Weight::kCount,
       .theme = (flags & kViewDark) != 0 ? map::Theme::kDark : map::Theme::kLight,
       .outlines = (flags & kViewOutlines) != 0});
}

RT_EXPORT(rt_zoom) void rt_zoom(float scale, float x, float y) { current().zoom({scale, x, y}); }

RT_EXPORT(rt_move) std::uint32_t rt_move(std::uint32_t event) {
  return static_cast<std::uint32_t>(current().move_to(EventNumber{event}));
}

RT_EXPORT(rt_boxes) const std::int32_t* rt_boxes() {
  static_assert(sizeof(reactortrack::raster::Box) == 4 * sizeof(std::int32_t));
  return reinterpret_cast<const std::int32_t*>(current().map().boxes().data());
}

RT_EXPORT(rt_box_count) std::uint32_t rt_box_count() {
  return static_cast<std::uint32_t>(current().map().boxes().size());
}

RT_EXPORT(rt_paint) const std::uint8_t* rt_paint(std::uint32_t box) {
  return reinterpret_cast<const std::uint8_t*>(current().paint(box).data());
}

RT_EXPORT(rt_pick) std::uint32_t rt_pick(std::int32_t x, std::int32_t y) {
  return current().pick(x, y);
}

RT_EXPORT(rt_argument) std::uint8_t* rt_argument(std::uint32_t text_size) {
  argument.resize(text_size);
  return reinterpret_cast<std::uint8_t*>(argument.data());
}

RT_EXPORT(rt_text)
const std::uint8_t* rt_text(std::uint32_t question, std::uint32_t a, std::uint32_t b,
                            std::uint32_t text_size) {
  const std::string_view text = std::string_view(argument).substr(0, text_size);
  last_answer = reactortrack::wasm::answer(&current(), static_cast<Question>(question), a, b, text);
  return reinterpret_cast<const std::uint8_t*>(last_answer.c_str());
}

RT_EXPORT(rt_text_size) std::uint32_t rt_text_size() {
  return static_cast<std::uint32_t>(last_answer.size());
}
