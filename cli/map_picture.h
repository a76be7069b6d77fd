// SPDX-License-Identifier: MIT
//
// MapPicture: the map after an event, with labels, and below it a line that says which recording and
// event it is, and what the colours mean. In pictures too small for that line there is none.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/map/map.h"

namespace reactortrack::cli {

class Lettering;

class MapPicture {
 public:
  // `view`: of the whole picture. The timeline must outlive it. `title`: the recording's name.
  MapPicture(const replay::Timeline& timeline, const map::MapView& view, map::EventNumber at,
             std::string title);

  // What is seen without any text: 0xAABBGGRR, row after row.
  std::span<const std::uint32_t> pixels() const { return pixels_; }
  const map::Map& map() const { return map_; }

  // False, with a sentence in `note`, when it cannot be drawn. After success `note` says what the
  // picture lacks, if anything.
  bool draw(std::string* png, std::string* note) const;

 private:
  // A word of the legend, and the box before it.
  struct Entry {
    replay::State state;
    raster::Box swatch;
    raster::Box word;
  };
  raster::Box caption_box() const;
  void lay_out_legend();
  void paint_legend();
  void write_labels(Lettering* letters) const;
  void write_caption(Lettering* letters) const;
  std::string said() const;
  std::int32_t px(float css) const;

  const replay::Timeline& timeline_;
  map::MapView view_;
  std::string title_;
  std::int32_t caption_px_;
  map::Map map_;
  std::vector<Entry> legend_;  // from the right
  std::vector<std::uint32_t> pixels_;
};

}  // namespace reactortrack::cli
