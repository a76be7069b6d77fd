// SPDX-License-Identifier: MIT
#include "cli/duration.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace reactortrack::cli {

namespace {

constexpr std::array<std::pair<std::string_view, double>, 10> kUnits = {{{"", 1e9},
                                                                         {"ns", 1},
                                                                         {"us", 1e3},
                                                                         {"ms", 1e6},
                                                                         {"s", 1e9},
                                                                         {"sec", 1e9},
                                                                         {"m", 60e9},
                                                                         {"min", 60e9},
                                                                         {"h", 3600e9},
                                                                         {"d", 86400e9}}};

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || !(value >= 0)) return std::nullopt;
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const auto& [name, ns] : kUnits) {
    if (unit != name) continue;
    const double length_ns = value * ns;
    if (length_ns > 9e18) return std::nullopt;  // 292 years
    return std::llround(length_ns);
  }
  return std::nullopt;
}

}  // namespace reactortrack::cli
