// SPDX-License-Identifier: MIT
//
// Lettering: text and boxes on a picture, and the picture as a PNG. Drawn with cairo; a build without
// its headers has lettering_missing.cc instead, which says so.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/raster/raster.h"

namespace reactortrack::cli {

class Lettering {
 public:
  // Over pixels as core/raster paints them (0xAABBGGRR), width * height of them, which are copied.
  // Null, with a sentence in `error`, when this cannot be done here.
  static std::unique_ptr<Lettering> over(std::span<const std::uint32_t> rgba, std::uint32_t width,
                                         std::uint32_t height, std::string* error);
  virtual ~Lettering() = default;

  // False when the system has no fonts; text is left out then.
  virtual bool has_fonts() const = 0;
  // At the left and in the vertical middle of the box, and not beyond it.
  virtual void text(const raster::Box& box, const std::string& utf8, float size_px, bool bold,
                    std::uint32_t colour) = 0;
  // Alpha counts: 0x80...... is half seen through.
  virtual void fill(const raster::Box& box, std::uint32_t colour) = 0;
  // Nothing, with a sentence in `error`, when it cannot be made.
  virtual std::string png(std::string* error) = 0;
};

}  // namespace reactortrack::cli
