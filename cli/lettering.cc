// SPDX-License-Identifier: MIT
#include "cli/lettering.h"

#include <cmath>
#include <vector>

#include "cli/cairo_library.h"

namespace reactortrack::cli {
namespace {

constexpr const char* kFamily = "DejaVu Sans";  // or what fontconfig finds to be nearest
// From the middle of capital letters to the baseline, as a part of the font's size.
constexpr float kHalfCapital = 0.365F;

// 0xAABBGGRR to the 0x00RRGGBB of cairo's opaque pictures.
std::uint32_t swapped(std::uint32_t rgba) {
  return (rgba & 0xFF) << 16 | (rgba & 0xFF00) | (rgba >> 16 & 0xFF);
}

class CairoLettering final : public Lettering {
 public:
  CairoLettering(const CairoLibrary& cairo, std::span<const std::uint32_t> rgba,
                 std::uint32_t width, std::uint32_t height)
      : cairo_(cairo), pixels_(rgba.size()) {
    for (std::size_t i = 0; i < rgba.size(); ++i) pixels_[i] = swapped(rgba[i]);
    surface_ = cairo_.image_surface_create_for_data(
        reinterpret_cast<unsigned char*>(pixels_.data()), CAIRO_FORMAT_RGB24,
        static_cast<int>(width), static_cast<int>(height), static_cast<int>(4 * width));
    context_ = cairo_.create(surface_);
    // The same on every screen: no coloured fringes, widths that grow with the size.
    cairo_font_options_t* options = cairo_.font_options_create();
    cairo_.font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_.font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_.set_font_options(context_, options);
    cairo_.font_options_destroy(options);
  }
  ~CairoLettering() override {
    cairo_.destroy(context_);
    cairo_.surface_destroy(surface_);
  }
  CairoLettering(const CairoLettering&) = delete;
  CairoLettering& operator=(const CairoLettering&) = delete;

  // Without any font cairo draws with strokes of its own, which know only ASCII.
  bool has_fonts() const override {
    cairo_.select_font_face(context_, kFamily, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    return cairo_.scaled_font_get_type(cairo_.get_scaled_font(context_)) != CAIRO_FONT_TYPE_USER &&
           cairo_.status(context_) == CAIRO_STATUS_SUCCESS;
  }

  void text(const raster::Box& box, const std::string& utf8, float size_px, bool bold,
            std::uint32_t colour) override {
    cairo_.save(context_);
    rectangle(box);
    cairo_.clip(context_);
    source(colour);
    cairo_.select_font_face(context_, kFamily, CAIRO_FONT_SLANT_NORMAL,
                            bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_.set_font_size(context_, size_px);
    const float middle = static_cast<float>(box.top + box.bottom) / 2;
    cairo_.move_to(context_, box.left, std::round(middle + kHalfCapital * size_px));
    cairo_.show_text(context_, utf8.c_str());
    cairo_.restore(context_);
  }

  void fill(const raster::Box& box, std::uint32_t colour) override {
    source(colour);
    rectangle(box);
    cairo_.fill(context_);
  }

  std::string png(std::string* error) override {
    std::string bytes;
    const auto append = [](void* to, const unsigned char* data, unsigned size) {
      static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), size);
      return CAIRO_STATUS_SUCCESS;
    };
    cairo_status_t status = cairo_.status(context_);
    if (status == CAIRO_STATUS_SUCCESS)
      status = cairo_.surface_write_to_png_stream(surface_, append, &bytes);
    if (status == CAIRO_STATUS_SUCCESS) return bytes;
    *error = std::string("the picture cannot be drawn: ") + cairo_.status_to_string(status);
    return {};
  }

 private:
  void rectangle(const raster::Box& box) const {
    cairo_.rectangle(context_, box.left, box.top, box.width(), box.height());
  }
  void source(std::uint32_t colour) const {
    const auto part = [&](int shift) { return (colour >> shift & 0xFF) / 255.0; };
    cairo_.set_source_rgba(context_, part(0), part(8), part(16), part(24));
  }

  const CairoLibrary& cairo_;
  std::vector<std::uint32_t> pixels_;
  cairo_surface_t* surface_;
  cairo_t* context_;
};

}  // namespace

std::unique_ptr<Lettering> Lettering::over(std::span<const std::uint32_t> rgba, std::uint32_t width,
                                           std::uint32_t height, std::string* error) {
  const CairoLibrary* cairo = cairo_library(error);
  if (cairo == nullptr) return nullptr;
  return std::make_unique<CairoLettering>(*cairo, rgba, width, height);
}

}  // namespace reactortrack::cli
