// SPDX-License-Identifier: MIT
//
// The gzip format, for pages and for recordings inside pages.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace reactortrack::cli {

// `level` 1 is fast, 9 small.
std::string gzip(std::string_view bytes, int level);

// Empty when `compressed` is no gzip, or damaged.
std::string gunzip(std::string_view compressed);

}  // namespace reactortrack::cli
