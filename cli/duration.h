// SPDX-License-Identifier: MIT
//
// Lengths of time as people type them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace reactortrack::cli {

// Nanoseconds of "90s", "1.5 min", "250ms", "2h", "10" (seconds). Units: ns us ms s m min h d.
std::optional<std::int64_t> parse_duration(std::string_view text);

}  // namespace reactortrack::cli
