// SPDX-License-Identifier: MIT
//
// Text into boxes: how wide it is, and cut in its middle so that it fits. "fetch.<locals>.done" keeps
// both of its ends: "fetch…done".
//
// Fonts can't be asked here. The widths are those of DejaVu Sans, which is wider than the sans-serif
// fonts of most systems, so what fits here fits there. Characters beyond ASCII count as one em.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reactortrack::map {

// In thousandths of the font's size.
std::uint32_t width_of(std::string_view utf8, bool bold = false);

// `utf8` if it is no wider than `room`, else its two ends around an ellipsis; empty if not even one
// character and the ellipsis fit. Cuts between characters, never inside of one.
std::string fitted(std::string_view utf8, std::uint32_t room, bool bold = false);

// The same for names of tiles. The number of a Deferred stays whole ("#12 fetch_page" becomes
// "#12 fet…age", then "#12"), for a part of it would be another's. A name of which fewer than six
// characters would be left says nothing and is left out.
std::string fitted_name(std::string_view utf8, std::uint32_t room, bool bold = false);

}  // namespace reactortrack::map
