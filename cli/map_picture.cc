// SPDX-License-Identifier: MIT
#include "cli/map_picture.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "cli/lettering.h"
#include "core/event/names.h"
#include "core/map/fit.h"
#include "core/map/labels.h"
#include "core/text/event_text.h"
#include "core/text/text.h"

namespace reactortrack::cli {
namespace {

constexpr std::uint32_t kMostLabels = 4000;
// Pixels of CSS.
constexpr float kCaption = 24;
constexpr float kLeastMap = 120;  // a side of the map, where there is a caption
constexpr float kCaptionFont = 12;
constexpr float kInset = 8;
constexpr float kGlyph = 14;  // and the space behind it: as wide as core/map counts it
constexpr float kSwatch = 12;
constexpr float kWordGap = 5;
constexpr float kLegendGap = 14;

bool has_caption(const map::MapView& view) {
  const float least = kLeastMap * view.pixel_ratio;
  return static_cast<float>(view.width) >= least && static_cast<float>(view.height) >= least;
}

// Thousandths of the font's size, which core/map measures in, to pixels.
std::int32_t text_px(std::string_view text, float font_px) {
  return static_cast<std::int32_t>(
      std::ceil(static_cast<float>(map::width_of(text)) * font_px / 1000));
}

}  // namespace

MapPicture::MapPicture(const replay::Timeline& timeline, const map::MapView& view,
                       map::EventNumber at, std::string title)
    : timeline_(timeline),
      view_(view),
      title_(std::move(title)),
      caption_px_(has_caption(view) ? px(kCaption) : 0),
      map_(timeline),
      pixels_(std::size_t{view.width} * view.height, map::tones(view.theme).paper) {
  map::MapView above = view;
  above.height -= static_cast<std::uint32_t>(caption_px_);
  map_.set_view(above);
  map_.move_to(at);
  std::vector<std::uint32_t> ids(pixels_.size());
  const raster::Target target{above.width, above.height, pixels_, ids};
  map_.paint(raster::whole(target), target);
  if (caption_px_ == 0) return;
  lay_out_legend();
  paint_legend();
}

std::int32_t MapPicture::px(float css) const {
  return static_cast<std::int32_t>(std::round(css * view_.pixel_ratio));
}

bool MapPicture::draw(std::string* png, std::string* note) const {
  const auto letters = Lettering::over(pixels_, view_.width, view_.height, note);
  if (!letters) return false;
  if (letters->has_fonts()) {
    write_labels(letters.get());
    if (caption_px_ != 0) write_caption(letters.get());
  } else {
    *note =
        "no fonts are installed, so the tiles have no labels (Debian: apt-get install "
        "fonts-dejavu-core)";
  }
  std::string error;
  *png = letters->png(&error);
  if (error.empty()) return true;
  *note = error;
  return false;
}

void MapPicture::write_labels(Lettering* letters) const {
  map::Labels all(map_);
  all.prepare();
  const float font = map::Labels::kFontPx * view_.pixel_ratio;
  for (const map::Label& label : all.now(kMostLabels)) {
    raster::Box box = label.box;
    if (!label.glyph.empty()) {
      letters->text(box, std::string(label.glyph), font, label.bold, label.ink);
      box.left += px(kGlyph);
    }
    letters->text(box, label.text, font, label.bold, label.ink);
  }
}

raster::Box MapPicture::caption_box() const {
  const auto width = static_cast<std::int32_t>(view_.width);
  const auto height = static_cast<std::int32_t>(view_.height);
  return {px(kInset), height - caption_px_, width - px(kInset), height};
}

void MapPicture::lay_out_legend() {
  raster::Box box = caption_box();
  const std::int32_t least = box.left + box.width() * 2 / 5;  // the rest is for the event
  const std::int32_t side = px(kSwatch);
  const std::int32_t top = box.top + (box.height() - side) / 2;
  for (int each = replay::kStateCount - 1; each >= 0; --each) {
    const auto state = static_cast<replay::State>(each);
    const std::int32_t word = text_px(replay::word(state), kCaptionFont * view_.pixel_ratio);
    const std::int32_t left = box.right - word - px(kWordGap) - side;
    if (left < least) break;
    legend_.push_back({state, {left, top, left + side, top + side}, box});
    legend_.back().word.left = box.right - word;
    box.right = left - px(kLegendGap);
  }
}

// As tiles, so that they have the tiles' patterns.
void MapPicture::paint_legend() {
  std::vector<std::uint32_t> end{static_cast<std::uint32_t>(legend_.size()) + 1};
  std::vector<treemap::Rect> rects{
      {0, 0, static_cast<float>(view_.width), static_cast<float>(view_.height)}};
  std::vector<std::uint8_t> styles{0};
  std::vector<raster::Style> palette{{}};
  for (const Entry& entry : legend_) {
    const map::Swatch colours = map::swatch(entry.state, view_.theme);
    end.push_back(static_cast<std::uint32_t>(end.size()) + 1);
    rects.push_back({static_cast<float>(entry.swatch.left), static_cast<float>(entry.swatch.top),
                     static_cast<float>(entry.swatch.width()),
                     static_cast<float>(entry.swatch.height())});
    styles.push_back(static_cast<std::uint8_t>(palette.size()));
    palette.push_back({.fill = colours.colour,
                       .border = map::tones(view_.theme).border,
                       .ink = colours.dots,
                       .pattern = colours.pattern,
                       .border_px = static_cast<std::uint8_t>(px(1))});
  }
  std::vector<std::uint32_t> ids(pixels_.size());
  const raster::Target target{view_.width, view_.height, pixels_, ids};
  raster::Box box = raster::whole(target);
  box.top = caption_box().top;
  const raster::Scene scene{end, rects, styles, palette, map::tones(view_.theme).paper};
  raster::paint(scene, {}, box, target);
}

// "app.rtlog   event 38 of 51   1.204242 s   #1 finished ..." at the left, the legend at the right.
void MapPicture::write_caption(Lettering* letters) const {
  const map::Tones& tones = map::tones(view_.theme);
  const float font = kCaptionFont * view_.pixel_ratio;
  for (const Entry& entry : legend_)
    letters->text(entry.word, std::string(replay::word(entry.state)), font, false, tones.ink);
  raster::Box box = caption_box();
  if (!legend_.empty()) box.right = legend_.back().swatch.left - px(kLegendGap);
  const auto room = static_cast<float>(std::max(0, box.width())) * 1000 / font;
  letters->text(box, map::fitted(said(), static_cast<std::uint32_t>(room)), font, false, tones.ink);
}

std::string MapPicture::said() const {
  const map::EventNumber at = map_.at();
  std::string line = title_ + "   event " + text::count_text(static_cast<std::uint32_t>(at)) +
                     " of " + text::count_text(static_cast<std::uint32_t>(timeline_.last()));
  const auto event = timeline_.event(at);
  if (!event) return line;
  const text::Wording wording(timeline_.model(), timeline_.source().definitions());
  const text::EventText said = text::event_text(*event, at, wording);
  line += "   " + text::clock_text(event->time_ns) + " s   ";
  if (!said.subject.empty()) line += said.subject + " ";
  return line + std::string(word(event::kind_of(event->body))) + " " + said.detail;
}

}  // namespace reactortrack::cli
