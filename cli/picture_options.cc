// SPDX-License-Identifier: MIT
#include "cli/picture_options.h"

#include <charconv>

#include "cli/duration.h"

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
  // A time needs its unit: a bare number is an event's.
  const bool has_unit = !text.empty() && (text.back() < '0' || text.back() > '9');
  const std::optional<std::int64_t> time_ns = has_unit ? parse_duration(text) : std::nullopt;
  if (!time_ns) return std::nullopt;
  return Moment{.is_time = true, .time_ns = *time_ns};
}

}  // namespace reactortrack::cli
