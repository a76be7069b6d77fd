// SPDX-License-Identifier: MIT
#include "core/raster/raster.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace reactortrack::raster {
namespace {

using treemap::Rect;

// A target whose pixels are letters: colours are their character codes.
struct Picture {
  Picture(std::uint32_t width, std::uint32_t height)
      : rgba(width * height, '?'), ids(width * height, 777), target{width, height, rgba, ids} {}

  std::string text() const {
    return lines(rgba, [](std::uint32_t colour) { return char(colour); });
  }
  std::string id_text() const {
    return lines(ids, [](std::uint32_t id) { return char(id > 9 ? 'a' + id - 10 : '0' + id); });
  }

  std::vector<std::uint32_t> rgba;
  std::vector<std::uint32_t> ids;
  Target target;

 private:
  template <typename Letter>
  std::string lines(const std::vector<std::uint32_t>& pixels, Letter letter) const {
    std::string result = "\n";
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      result += letter(pixels[i]);
      if ((i + 1) % target.width == 0) result += '\n';
    }
    return result;
  }
};

TEST(Raster, ATileCoversThePixelsWhoseCentresLieInIt) {
  const std::vector<std::uint32_t> end{4, 2, 3, 4};
  const std::vector<Rect> rects{
      {0, 0, 8, 4}, {0.6F, 0.4F, 3, 3}, {3.6F, 0.4F, 3, 3}, {1, 3.6F, 5, 0.3F}};
  const std::vector<std::uint8_t> styles{0, 1, 2, 1};
  const std::vector<Style> palette{{.fill = '.'}, {.fill = 'a'}, {.fill = 'b'}};
  Picture picture(9, 5);
  paint({end, rects, styles, palette, '~'}, {}, whole(picture.target), picture.target);
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

}  // namespace
}  // namespace reactortrack::raster
