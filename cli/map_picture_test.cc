// SPDX-License-Identifier: MIT
#include "cli/map_picture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <utility>

#include "cli/lettering.h"

namespace reactortrack::cli {
namespace {

// One Deferred: its first callback returned, its second raised, its errback is being executed, its
// last pair waits for its turn.
constexpr std::string_view kLines =
    R"({"action": "created", "deferred": 16}
{"action": "attached", "deferred": 16, "callback": "app.first", "errback": null}
{"action": "attached", "deferred": 16, "callback": "app.second", "errback": null}
{"action": "attached", "deferred": 16, "callback": null, "errback": "app.third"}
{"action": "attached", "deferred": 16, "callback": "app.last", "errback": null}
{"action": "fired", "deferred": 16}
{"action": "executing", "deferred": 16, "callback?": true, "callback": "app.first"}
{"action": "executed", "deferred": 16, "callback?": true, "callback": "app.first", "time": 1.5}
{"action": "executing", "deferred": 16, "callback?": true, "callback": "app.second"}
{"action": "failed", "deferred": 16, "callback?": true, "callback": "app.second", "time": 0.1}
{"action": "executing", "deferred": 16, "callback?": false, "callback": "app.third"}
)";

class MapPictureTest : public testing::Test {
 protected:
  MapPictureTest() {
    while (timeline_.read(1000)) continue;
  }
  static std::span<const std::byte> bytes() { return std::as_bytes(std::span(kLines)); }

  replay::Timeline timeline_{bytes()};
};

// A letter for each colour of the palette, so that other shades make no other picture.
std::string letters_of(const MapPicture& picture) {
  const auto& tones = map::tones(map::Theme::kLight);
  std::map<std::uint32_t, char> letters{{tones.cursor, 'R'}, {tones.border, '#'}};
  for (const auto& [state, letter] :
       {std::pair{replay::State::kPending, 'p'}, std::pair{replay::State::kSucceeded, 's'},
        std::pair{replay::State::kFailed, 'f'}}) {
    const map::Swatch colours = map::swatch(state, map::Theme::kLight);
    letters[colours.dots] = '/';
    letters[colours.colour] = letter;
  }
  letters[tones.ground] = ' ';
  letters[tones.paper] = '.';
  std::string text = "\n";
  for (std::size_t i = 0; i < picture.pixels().size(); ++i) {
    const auto found = letters.find(picture.pixels()[i]);
    text += found == letters.end() ? '?' : found->second;
    if ((i + 1) % picture.map().view().width == 0) text += '\n';
  }
  return text;
}

std::string png_of(const MapPicture& picture) {
  std::string png, note;
  EXPECT_TRUE(picture.draw(&png, &note)) << note;
  EXPECT_EQ(note, "");
  return png;
}

TEST_F(MapPictureTest, ShowsWhatBecameOfEachPair) {
  const MapPicture picture(timeline_, {.width = 66, .height = 20, .pixel_ratio = 0.25F},
                           timeline_.last(), "mon.out");
  EXPECT_EQ(letters_of(picture), R"(
##################################################################
#................................................................#
#................................................................#
#................................................................#
#RRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRR#
#RppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppR#
#RppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppR#
#RppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppR#
#R###############################RRRRRRRRRRRRRRRR###############R#
#R#sssssss#      ##/fffff#      #R       RRRRRRRR#pppppp#pppppp#R#
#R#sssssss#      ##ffffff#      #R       RRRRRRRR#p/pppp#p/pppp#R#
#R#sssssss#      ##fffff/#      #R       RRRRRRRR#pppppp#pppppp#R#
#R#sssssss#      ##ffff//#      #R       RRRRRRRR#pppppp#pppppp#R#
#R#sssssss#      ##fff//f#      #R       RRRRRRRR#pppppp#pppppp#R#
#R#sssssss#      ##ff//ff#      #R       RRRRRRRR#ppppp/#ppppp/#R#
#R#sssssss#      ##f//fff#      #R       RRRRRRRR#pppppp#pppppp#R#
#R#sssssss#      ##//ffff#      #R       RRRRRRRR#pppppp#pppppp#R#
#R###############################RRRRRRRRRRRRRRRR###############R#
#RRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRR#
##################################################################
)");
}

TEST_F(MapPictureTest, BeforeAnyEventOnlyTheRootIsThere) {
  const MapPicture picture(timeline_, {.width = 12, .height = 5, .pixel_ratio = 0.25F},
                           map::EventNumber{0}, "mon.out");
  EXPECT_EQ(letters_of(picture), R"(
............
............
............
............
............
)");
}

TEST_F(MapPictureTest, TilesHaveLabels) {
  const MapPicture picture(timeline_, {.width = 600, .height = 110}, timeline_.last(), "mon.out");
  std::string error;
  const auto bare = Lettering::over(picture.pixels(), 600, 110, &error);
  ASSERT_TRUE(bare) << error;
  ASSERT_TRUE(bare->has_fonts()) << "install fonts-dejavu-core";
  const std::string without = bare->png(&error);
  const std::string with = png_of(picture);
  EXPECT_NE(with, without);
  EXPECT_EQ(with.substr(0, 8), "\x89PNG\r\n\x1a\n");
  // The picture that was made first is drawn alike again.
  EXPECT_EQ(with, png_of(picture));
}

TEST_F(MapPictureTest, ALineBelowSaysWhichEventItIs) {
  const map::MapView view{.width = 600, .height = 400};
  const MapPicture picture(timeline_, view, timeline_.last(), "mon.out");
  EXPECT_LT(picture.map().view().height, view.height);
  const MapPicture other(timeline_, view, timeline_.last(), "mon.out.1");
  EXPECT_TRUE(std::ranges::equal(picture.pixels(), other.pixels()));
  EXPECT_NE(png_of(picture), png_of(other));
  // Not where it would take too much of the picture.
  const MapPicture small(timeline_, {.width = 600, .height = 100}, timeline_.last(), "mon.out");
  EXPECT_EQ(small.map().view().height, 100U);
}

}  // namespace
}  // namespace reactortrack::cli
