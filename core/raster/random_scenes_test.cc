// SPDX-License-Identifier: MIT
//
// What must hold for any scene: pictures repainted in parts equal whole ones, nothing outside of a
// clip is touched, ids name the node that is seen.
#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

#include "core/raster/raster.h"

namespace reactortrack::raster {
namespace {

using treemap::Rect;

constexpr std::uint32_t kWidth = 97;
constexpr std::uint32_t kHeight = 61;
constexpr std::uint32_t kUntouched = 0x12345678;

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::int32_t from_to(std::int32_t least, std::int32_t most) {
    return least +
           static_cast<std::int32_t>(engine_() % static_cast<std::uint32_t>(most - least + 1));
  }
  bool one_in(std::int32_t count) { return from_to(1, count) == 1; }
  // On a grid of 1/8, so that all the arithmetic of the views below is exact.
  float coordinate(float least, float most) {
    return static_cast<float>(
               from_to(static_cast<std::int32_t>(least * 8), static_cast<std::int32_t>(most * 8))) /
           8;
  }

 private:
  std::mt19937 engine_;
};

struct RandomScene {
  explicit RandomScene(std::uint32_t seed) : random(seed) {
    for (int i = 0; i < 12; ++i) palette.push_back(style());
    const float width = random.coordinate(20, 100), height = random.coordinate(10, 70);
    add({random.coordinate(-5, 5), random.coordinate(-5, 5), width, height}, 6);
    blocks.resize(block_count(rects.size()));
    bound_blocks(rects, blocks);
    for (int i = random.from_to(0, 3); i > 0; --i) frames.push_back(frame());
  }

  Style style() {
    const auto colour = [this] {
      return random.one_in(6) ? 0 : static_cast<std::uint32_t>(random.from_to(1, 1 << 30));
    };
    return {.fill = colour(),
            .ground = colour(),
            .border = colour(),
            .ink = colour(),
            .pattern = static_cast<Pattern>(random.from_to(0, 5)),
            .part = static_cast<Part>(random.from_to(0, 4)),
            .edge = static_cast<Edge>(random.from_to(0, 1)),
            .border_px = static_cast<std::uint8_t>(random.from_to(0, 4))};
  }
  std::uint8_t style_number() {
    return random.one_in(10) ? kHidden : static_cast<std::uint8_t>(random.from_to(0, 11));
  }
  std::uint32_t node() {
    return static_cast<std::uint32_t>(random.from_to(0, static_cast<int>(rects.size()) - 1));
  }
  Frame frame() {
    return {node(), static_cast<std::uint32_t>(random.from_to(1, 1 << 30)),
            static_cast<std::uint8_t>(random.from_to(1, 4))};
  }
  View view() {
    constexpr float kScales[] = {0.5F, 1, 1, 1, 2, 4, 64};
    return {kScales[random.from_to(0, 6)], random.coordinate(-20, 60), random.coordinate(-20, 40)};
  }
  Box box() {
    const std::int32_t left = random.from_to(-9, kWidth), top = random.from_to(-9, kHeight);
    return {left, top, left + random.from_to(0, 60), top + random.from_to(0, 40)};
  }
  Scene scene() const { return {end, rects, styles, palette, 77, 5, frames, blocks}; }

  Random random;
  std::vector<std::uint32_t> end;
  std::vector<Rect> rects;
  std::vector<std::uint8_t> styles;
  std::vector<Style> palette;
  std::vector<Edges> blocks;
  std::vector<Frame> frames;

 private:
  // Splits what is inside of `rect`, some of it left free, in two, again and again.
  void add(const Rect& rect, int depth) {
    const std::size_t node = rects.size();
    rects.push_back(rect);
    styles.push_back(node == 0 ? 0 : style_number());
    end.push_back(0);
    if (depth > 0 && !random.one_in(8)) {
      const float margin = random.one_in(2) ? 0 : random.coordinate(0, 2);
      split({rect.x + margin, rect.y + margin, rect.width - 2 * margin, rect.height - 2 * margin},
            depth - 1, random.from_to(0, 3));
    }
    end[node] = static_cast<std::uint32_t>(rects.size());
  }
  void split(const Rect& rect, int depth, int times) {
    if (rect.width < 0 || rect.height < 0) return;
    if (times == 0) return add(rect, depth);
    const bool across = random.one_in(2);
    const float side = across ? rect.width : rect.height;
    const float first = random.coordinate(0, side);
    const Rect rest = across ? Rect{rect.x + first, rect.y, side - first, rect.height}
                             : Rect{rect.x, rect.y + first, rect.width, side - first};
    split({rect.x, rect.y, across ? first : rect.width, across ? rect.height : first}, depth,
          times - 1);
    if (!random.one_in(8)) split(rest, depth, times - 1);
  }
};

struct ScenePicture {
  void paint_all(const Scene& scene, const View& view) { paint_box(scene, view, whole(target)); }
  void paint_box(const Scene& scene, const View& view, const Box& box) {
    paint(scene, view, box, target);
  }
  bool operator==(const ScenePicture& other) const {
    return rgba == other.rgba && ids == other.ids;
  }

  std::vector<std::uint32_t> rgba = std::vector<std::uint32_t>(kWidth * kHeight, kUntouched);
  std::vector<std::uint32_t> ids = std::vector<std::uint32_t>(kWidth * kHeight, kUntouched);
  Target target{kWidth, kHeight, rgba, ids};
};

// The node seen at a pixel, as the contract has it, node by node: id, not node.
std::uint32_t id_at(const Scene& scene, const View& view, std::uint32_t x, std::uint32_t y) {
  const auto covers = [](double left, double width, double origin, double scale, double pixel) {
    const double centre = pixel + 0.5;
    return (left - origin) * scale < centre && centre <= (left + width - origin) * scale;
  };
  std::uint32_t id = 0;
  for (std::uint32_t node = 0; node < scene.end.size();) {
    const Rect& rect = scene.rects[node];
    const bool seen = scene.styles[node] != kHidden &&
                      covers(rect.x, rect.width, view.x, view.scale, x) &&
                      covers(rect.y, rect.height, view.y, view.scale, y);
    if (seen) id = node + 1;
    node = seen ? node + 1 : scene.end[node];
  }
  return id;
}

class RandomScenes : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomScenes, IdsNameTheNodeThatIsSeen) {
  RandomScene scene(GetParam());
  const View view = scene.view();
  ScenePicture picture;
  picture.paint_all(scene.scene(), view);
  for (std::uint32_t y = 0; y < kHeight; ++y)
    for (std::uint32_t x = 0; x < kWidth; ++x)
      ASSERT_EQ(picture.ids[y * kWidth + x], id_at(scene.scene(), view, x, y)) << x << ' ' << y;
}

TEST_P(RandomScenes, APartIsThatPartOfTheWhole) {
  RandomScene scene(GetParam());
  const View view = scene.view();
  ScenePicture all;
  all.paint_all(scene.scene(), view);
  for (int i = 0; i < 10; ++i) {
    const Box box = scene.box();
    ScenePicture part;
    part.paint_box(scene.scene(), view, box);
    for (std::int32_t y = 0; y < static_cast<std::int32_t>(kHeight); ++y) {
      for (std::int32_t x = 0; x < static_cast<std::int32_t>(kWidth); ++x) {
        const auto at = static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x);
        const bool inside = x >= box.left && x < box.right && y >= box.top && y < box.bottom;
        ASSERT_EQ(part.rgba[at], inside ? all.rgba[at] : kUntouched) << x << ' ' << y;
        ASSERT_EQ(part.ids[at], inside ? all.ids[at] : kUntouched) << x << ' ' << y;
      }
    }
  }
}

TEST_P(RandomScenes, RepaintingWhatChangedGivesTheNewPicture) {
  RandomScene scene(GetParam());
  const View view = scene.view();
  ScenePicture stepped;
  stepped.paint_all(scene.scene(), view);
  for (int i = 0; i < 10; ++i) {
    const std::uint32_t node = scene.node();
    scene.styles[node] = scene.style_number();
    std::vector<Box> changed{box_of(scene.rects[node], view)};
    if (!scene.frames.empty()) {
      const Frame before = std::exchange(scene.frames.front(), scene.frame());
      for (const Frame& each : {before, scene.frames.front()})
        changed.push_back(frame_box(scene.rects[each.node], view, each.thickness_px));
    }
    for (const Box& box : changed) stepped.paint_box(scene.scene(), view, box);
    ScenePicture all;
    all.paint_all(scene.scene(), view);
    ASSERT_EQ(stepped, all);
  }
}

TEST_P(RandomScenes, BlocksChangeNothing) {
  RandomScene scene(GetParam());
  Scene without = scene.scene();
  without.blocks = {};
  for (int i = 0; i < 5; ++i) {
    const View view = scene.view();
    ScenePicture a, b;
    a.paint_all(scene.scene(), view);
    b.paint_all(without, view);
    ASSERT_EQ(a, b);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomScenes, testing::Range(1U, 61U));

}  // namespace
}  // namespace reactortrack::raster
