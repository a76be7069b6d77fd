// SPDX-License-Identifier: MIT
#include "cli/picture_options.h"

#include <charconv>
#include <cmath>

namespace reactortrack::cli {
namespace {

constexpr std::uint32_t kMostPixels = 16384;  // a side
constexpr float kMostRatio = 8;

// The number that is all of `text`.
template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Unit {
  std::string_view name;
  double ns;
};

constexpr Unit kUnits[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};

}  // namespace

std::optional<PictureSize> picture_size(std::string_view text) {
  float ratio = 1;
  if (const auto at = text.find('@'); at != text.npos) {
    ratio = number<float>(text.substr(at + 1)).value_or(0);
    text = text.substr(0, at);
  }
  const auto by = text.find('x');
  if (by == text.npos) return std::nullopt;
  const float width = static_cast<float>(number<std::uint16_t>(text.substr(0, by)).value_or(0));
  const float height = static_cast<float>(number<std::uint16_t>(text.substr(by + 1)).value_or(0));
  // Also refuses what is no number.
  if (!(ratio >= 0.25F && ratio <= kMostRatio)) return std::nullopt;
  const PictureSize size{static_cast<std::uint32_t>(width * ratio),
                         static_cast<std::uint32_t>(height * ratio), ratio};
  const bool is_drawable = size.width >= 1 && size.width <= kMostPixels && size.height >= 1 &&
                           size.height <= kMostPixels;
  return is_drawable ? std::optional(size) : std::nullopt;
}

std::optional<Moment> moment(std::string_view text) {
  if (const auto event = number<std::uint64_t>(text)) return Moment{.event = *event};
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    const auto count = number<double>(text.substr(0, text.size() - unit.name.size()));
    if (!count) continue;  // "5ms" ends with "s", too
    const double ns = *count * unit.ns;
    if (!(ns >= 0 && ns <= 9e18)) return std::nullopt;
    return Moment{.is_time = true, .time_ns = std::llround(ns)};
  }
  return std::nullopt;
}

}  // namespace reactortrack::cli
