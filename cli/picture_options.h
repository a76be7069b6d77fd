// SPDX-License-Identifier: MIT
//
// What people write for a picture's size and for the moment it shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace reactortrack::cli {

struct PictureSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  float pixel_ratio = 1;  // pixels to one of CSS: how large text and borders are

  bool operator==(const PictureSize&) const = default;
};

// "1600x1000", or "1600x1000@2": 1600 by 1000 pixels of CSS, each 2 wide and high.
std::optional<PictureSize> picture_size(std::string_view text);

struct Moment {
  bool is_time = false;
  std::uint64_t event = 0;
  std::int64_t time_ns = 0;

  bool operator==(const Moment&) const = default;
};

// "12": after event 12. "1.5s", "250ms", "80us", "7ns": that long after the start.
std::optional<Moment> moment(std::string_view text);

}  // namespace reactortrack::cli
