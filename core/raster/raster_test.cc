// SPDX-License-Identifier: MIT
//
// Small pictures as text: a colour is the code of its letter, an id is the node's number plus 1.
#include "core/raster/raster.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace reactortrack::raster {
namespace {

using treemap::Rect;

struct Picture {
  Picture(std::uint32_t width, std::uint32_t height)
      : rgba(width * height, '?'), ids(width * height, 9), target{width, height, rgba, ids} {}

  std::string text() const { return lines(rgba, 0); }
  std::string id_text() const { return lines(ids, '0'); }

  std::vector<std::uint32_t> rgba;
  std::vector<std::uint32_t> ids;
  Target target;

 private:
  std::string lines(const std::vector<std::uint32_t>& pixels, std::uint32_t zero) const {
    std::string result = "\n";
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      result += static_cast<char>(pixels[i] + zero);
      if ((i + 1) % target.width == 0) result += '\n';
    }
    return result;
  }
};

// A root, seen as dots, with leaves in it.
struct Tiles {
  explicit Tiles(float width, float height) { add({0, 0, width, height}, {.fill = '.'}); }
  void add(const Rect& rect, const Style& style) {
    rects.push_back(rect);
    styles.push_back(static_cast<std::uint8_t>(palette.size()));
    palette.push_back(style);
    end.push_back(static_cast<std::uint32_t>(rects.size()));
    end[0] = end.back();
  }
  std::string text(std::uint32_t width, std::uint32_t height, const View& view = {}) {
    Picture picture(width, height);
    paint(scene(), view, whole(picture.target), picture.target);
    return picture.text();
  }
  Scene scene() const { return {end, rects, styles, palette, '~', 3, frames, {}}; }

  std::vector<std::uint32_t> end;
  std::vector<Rect> rects;
  std::vector<std::uint8_t> styles;
  std::vector<Style> palette;
  std::vector<Frame> frames;
};

TEST(Raster, ATileCoversThePixelsWhoseCentresLieInIt) {
  Tiles tiles(8, 4);
  tiles.add({0.6F, 0.4F, 3, 3}, {.fill = 'a'});
  tiles.add({3.6F, 0.4F, 3, 3}, {.fill = 'b'});
  tiles.add({1, 3.6F, 5, 0.3F}, {.fill = 'c'});
  Picture picture(9, 5);
  paint(tiles.scene(), {}, whole(picture.target), picture.target);
  EXPECT_EQ(picture.text(), R"(
.aaabbb.~
.aaabbb.~
.aaabbb.~
........~
~~~~~~~~~
)");
  EXPECT_EQ(picture.id_text(), R"(
122233310
122233310
122233310
111111110
000000000
)");
}

TEST(Raster, TilesWithoutAPixelCentreShowTheirParent) {
  Tiles tiles(6, 1);
  for (int i = 0; i < 15; ++i)
    tiles.add({0.4F * static_cast<float>(i), 0, 0.4F, 1},
              {.fill = static_cast<std::uint32_t>('a' + i)});
  EXPECT_EQ(tiles.text(6, 1), "\nbdgiln\n");
  // Magnified enough, each of them is there.
  EXPECT_EQ(tiles.text(15, 1, {2.5F, 0, 0}), "\nabcdefghijklmno\n");
}

TEST(Raster, TheViewMovesAndMagnifies) {
  Tiles tiles(4, 2);
  tiles.add({1, 0, 1, 1}, {.fill = 'a'});
  EXPECT_EQ(tiles.text(6, 5, {2, 0.5F, -0.5F}), R"(
~~~~~~
.aa...
.aa...
......
......
)");
}

TEST(Raster, BordersVanishWhereLittleRemainsInside) {
  Tiles tiles(20, 7);
  const Style style{.fill = 'a', .border = '#', .border_px = 1};
  tiles.add({0, 0, 7, 6}, style);
  tiles.add({8, 0, 5, 6}, style);
  tiles.add({14, 0, 6, 5}, style);
  EXPECT_EQ(tiles.text(20, 7), R"(
#######.aaaaa.aaaaaa
#aaaaa#.aaaaa.aaaaaa
#aaaaa#.aaaaa.aaaaaa
#aaaaa#.aaaaa.aaaaaa
#aaaaa#.aaaaa.aaaaaa
#######.aaaaa.......
....................
)");
}

TEST(Raster, TheLaneTakenIsFilled) {
  Tiles tiles(16, 15);
  Style style{.fill = 'a', .ground = ' ', .border = '#', .border_px = 1};
  for (int i = 0; i < 3; ++i) {
    style.part = static_cast<Part>(static_cast<int>(Part::kLeft) + i);
    tiles.add({0, static_cast<float>(5 * i), 15, 6}, style);
  }
  EXPECT_EQ(tiles.text(16, 16), R"(
###############.
#aaaaaa#      #.
#aaaaaa#      #.
#aaaaaa#      #.
#aaaaaa#      #.
###############.
#      #aaaaaa#.
#      #aaaaaa#.
#      #aaaaaa#.
#      #aaaaaa#.
###############.
#aaaaaa#aaaaaa#.
#aaaaaa#aaaaaa#.
#aaaaaa#aaaaaa#.
#aaaaaa#aaaaaa#.
###############~
)");
  const Lanes lanes = lanes_of(style, {0, 10, 15, 16});
  EXPECT_EQ(lanes.left, (Box{1, 11, 7, 15}));
  EXPECT_EQ(lanes.right, (Box{8, 11, 14, 15}));
}

TEST(Raster, ATileTooNarrowForLanesIsFilled) {
  Tiles tiles(14, 3);
  const Style style{.fill = 'a', .ground = ' ', .border = '#', .part = Part::kRight};
  tiles.add({0, 0, 12, 2}, style);
  EXPECT_EQ(tiles.text(14, 3), "\naaaaaaaaaaaa..\naaaaaaaaaaaa..\n..............\n");
  EXPECT_TRUE(lanes_of(style, {0, 0, 12, 2}).left.empty());
}

TEST(Raster, AHeaderIsAStripOfItsOwnHeight) {
  Tiles tiles(9, 9);
  const Style style{.fill = 'h', .ground = ' ', .border = '#', .part = Part::kTop, .border_px = 1};
  tiles.add({0, 0, 9, 8}, style);
  EXPECT_EQ(tiles.text(9, 9), R"(
#########
#hhhhhhh#
#hhhhhhh#
#       #
#       #
#       #
#       #
#########
.........
)");
  // It grows with the scale, and fills what is not twice as high.
  EXPECT_EQ(tiles.text(4, 12, {1.5F, 4, 0}), R"(
####
hhhh
hhhh
hhhh
hhhh
    
    
    
    
    
    
####
)");
  Tiles low(9, 5);
  low.add({0, 0, 4, 4}, {.fill = 'h', .ground = ' ', .part = Part::kTop});
  EXPECT_EQ(low.text(5, 4), "\nhhhh.\nhhhh.\nhhhh.\nhhhh.\n");
}

TEST(Raster, PatternsBeginAtTheCornerOfTheTile) {
  const auto pattern_text = [](Pattern pattern) {
    Tiles tiles(10, 9);
    tiles.add({1, 0, 9, 9}, {.fill = ' ', .ink = 'o', .pattern = pattern});
    return tiles.text(10, 9);
  };
  EXPECT_EQ(pattern_text(Pattern::kDotted), R"(
.         
. o       
.         
.         
.         
.     o   
.         
.         
.         
)");
  EXPECT_EQ(pattern_text(Pattern::kHatched), R"(
.o      oo
.      oo 
.     oo  
.    oo   
.   oo    
.  oo     
. oo      
.oo      o
.o      oo
)");
  EXPECT_EQ(pattern_text(Pattern::kCrossed), R"(
. o     o 
.  o   o  
.   o o   
.    o    
.   o o   
.  o   o  
. o     o 
.o       o
. o     o 
)");
  EXPECT_EQ(pattern_text(Pattern::kHorizontal), R"(
.         
.         
.ooooooooo
.         
.         
.         
.ooooooooo
.         
.         
)");
  EXPECT_EQ(pattern_text(Pattern::kVertical), R"(
.  o   o  
.  o   o  
.  o   o  
.  o   o  
.  o   o  
.  o   o  
.  o   o  
.  o   o  
.  o   o  
)");
}

TEST(Raster, SmallTilesHaveNoPattern) {
  Tiles tiles(12, 4);
  tiles.add({0, 0, 12, 4}, {.fill = 'a', .ink = 'o', .pattern = Pattern::kHorizontal});
  EXPECT_EQ(tiles.text(12, 4), "\naaaaaaaaaaaa\naaaaaaaaaaaa\naaaaaaaaaaaa\naaaaaaaaaaaa\n");
}

TEST(Raster, ADashedEdgeShowsTheFillBetweenItsDashes) {
  Tiles tiles(14, 10);
  tiles.add({0, 0, 13, 10}, {.fill = ' ', .border = '#', .edge = Edge::kDashed, .border_px = 1});
  EXPECT_EQ(tiles.text(14, 10), R"(
####    #### .
#           #.
#           #.
#           #.
#           #.
             .
             .
             .
             .
####    #### .
)");
}

TEST(Raster, WithoutAFillOnlyTheOutlineIsDrawn) {
  Tiles tiles(8, 6);
  tiles.add({1, 0, 6, 6}, {.border = ':', .border_px = 1});
  Picture picture(8, 6);
  paint(tiles.scene(), {}, whole(picture.target), picture.target);
  EXPECT_EQ(picture.text(), R"(
.::::::.
.:....:.
.:....:.
.:....:.
.:....:.
.::::::.
)");
  EXPECT_EQ(picture.id_text().substr(0, 20), "\n12222221\n12222221\n1");
  // Where there is no room for the outline nothing is seen of it.
  tiles.rects[1].width = 3;
  EXPECT_EQ(tiles.text(8, 2), "\n........\n........\n");
}

TEST(Raster, AHiddenNodeIsLeftOutWithAllInside) {
  const std::vector<std::uint32_t> end{4, 3, 3, 4};
  const std::vector<Rect> rects{{0, 0, 8, 1}, {0, 0, 5, 1}, {1, 0, 2, 1}, {6, 0, 2, 1}};
  const std::vector<Style> palette{{.fill = '.'}, {.fill = 'a'}, {.fill = 'b'}, {.fill = 'c'}};
  std::vector<std::uint8_t> styles{0, 1, 2, 3};
  Picture picture(8, 1);
  const auto text = [&] {
    paint({end, rects, styles, palette}, {}, whole(picture.target), picture.target);
    return picture.text() + picture.id_text();
  };
  EXPECT_EQ(text(), "\nabbaa.cc\n\n23322144\n");
  styles[1] = kHidden;
  EXPECT_EQ(text(), "\n......cc\n\n11111144\n");
  styles[0] = kHidden;
  EXPECT_EQ(picture.rgba[0], '.');
  paint({end, rects, styles, palette, '~'}, {}, whole(picture.target), picture.target);
  EXPECT_EQ(picture.text() + picture.id_text(), "\n~~~~~~~~\n\n00000000\n");
}

TEST(Raster, AFrameIsDrawnOverAllAndGrowsOutOfSmallTiles) {
  Tiles tiles(14, 7);
  tiles.add({0, 0, 6, 6}, {.fill = 'a'});
  tiles.add({9, 2, 1, 2}, {.fill = 'b'});
  tiles.add({10, 2, 3, 2}, {.fill = 'c'});
  tiles.frames = {{1, 'R', 2}, {2, 'F', 1}};
  EXPECT_EQ(tiles.text(14, 7), R"(
RRRRRR........
RRRRRR..FFFF..
RRaaRR..FbcFc.
RRaaRR..FbcFc.
RRRRRR..FFFF..
RRRRRR........
..............
)");
  EXPECT_EQ(frame_box(tiles.rects[1], {}, 2), (Box{0, 0, 6, 6}));
  EXPECT_EQ(frame_box(tiles.rects[2], {}, 1), (Box{8, 1, 12, 5}));
}

TEST(Raster, NothingIsPaintedOutsideOfTheClip) {
  Tiles tiles(6, 4);
  tiles.add({1, 0, 5, 4}, {.fill = 'a'});
  Picture picture(6, 4);
  paint(tiles.scene(), {}, {-5, 1, 3, 3}, picture.target);
  EXPECT_EQ(picture.text(), "\n??????\n.aa???\n.aa???\n??????\n");
  EXPECT_EQ(picture.id_text(), "\n999999\n122999\n122999\n999999\n");
  for (const Box& none : {Box{3, 3, 3, 9}, Box{7, 0, 9, 4}, Box{5, 3, 2, 1}, Box{-9, -9, 0, 0}})
    paint(tiles.scene(), {}, none, picture.target);
  EXPECT_EQ(picture.text(), "\n??????\n.aa???\n.aa???\n??????\n");
}

TEST(Raster, AnyViewIsSafe) {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kMost = std::numeric_limits<float>::max();
  Tiles tiles(100, 50);
  tiles.add({0, 0, 50, 50}, {.fill = 'a',
                             .border = '#',
                             .ink = 'o',
                             .pattern = Pattern::kDotted,
                             .part = Part::kLeft,
                             .edge = Edge::kDashed,
                             .border_px = 255});
  tiles.add({50, 0, 50, 50}, {.fill = 'b', .ground = ' ', .part = Part::kTop});
  tiles.frames = {{1, 'R', 255}, {2, 'R', 3}, {99, 'R', 3}};
  for (const float scale : {0.0F, 1e-30F, 1.0F, 1e6F, kMost, kInf, kNan, -1.0F})
    for (const float at : {0.0F, 25.0F, -1e6F, kMost, -kInf, kNan})
      tiles.text(20, 10, {scale, at, at});
  // Inside of a tile far larger than the target there is nothing else to be seen.
  tiles.frames.clear();
  EXPECT_EQ(tiles.text(3, 1, {1e5F, 75, 25}), "\n   \n");
  EXPECT_EQ(tiles.text(3, 1, {1e-3F, 0, 0}), "\n~~~\n");
}

TEST(Raster, AnEmptySceneIsBackground) {
  Picture picture(2, 1);
  paint({.background = '~'}, {}, whole(picture.target), picture.target);
  EXPECT_EQ(picture.text() + picture.id_text(), "\n~~\n\n00\n");
}

TEST(Raster, BoxesMeetAndJoin) {
  const Box a{0, 0, 4, 4}, b{2, 3, 9, 5};
  EXPECT_EQ(intersection(a, b), (Box{2, 3, 4, 4}));
  EXPECT_EQ(bounds(a, b), (Box{0, 0, 9, 5}));
  EXPECT_EQ(bounds(a, {}), a);
  EXPECT_EQ(bounds({}, b), b);
  EXPECT_TRUE(intersection(a, {5, 0, 9, 9}).empty());
}

TEST(Raster, ADimmedStyleIsTheSameFurtherTowardsAColour) {
  EXPECT_EQ(mixed(0xFF000000, 0xFFFFFFFF, 0), 0xFF000000);
  EXPECT_EQ(mixed(0xFF000000, 0xFFFFFFFF, 256), 0xFFFFFFFF);
  EXPECT_EQ(mixed(0xFF204060, 0xFF406020, 128), 0xFF305040);
  const Style style{.fill = 0xFF204060, .border = 0xFF000000, .part = Part::kLeft, .border_px = 1};
  const Style dim = dimmed(style, 0xFF406020, 128);
  EXPECT_EQ(dim.fill, 0xFF305040);
  EXPECT_EQ(dim.border, 0xFF203010);
  EXPECT_EQ(dim.ground, 0);  // what is not painted stays so
  EXPECT_EQ(dim.part, Part::kLeft);
}

}  // namespace
}  // namespace reactortrack::raster
