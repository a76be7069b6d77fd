// SPDX-License-Identifier: MIT
//
// A recording inside a page, as the page (viewer/) finds it there:
//
//   <script type="text/plain" class="rt-data" data-name="YXBwLnJ0bG9n" data-size="81920"
//    data-title="..." data-event="12" data-note="...">H4sIAAAA...</script>
//   <script type="text/plain" class="rt-data">...</script>
//
// The texts together are base64 of the recording as gzip, cut so that each decodes by itself: one
// element of more than 512 MiB reads as empty in Chromium, without an error. `data-size` is the
// length of the recording, to tell that nothing is missing. Name, title and note are base64 of
// UTF-8: nothing of a recording or of its name stands in the page as text, so none of it can end
// the element or become HTML.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reactortrack::cli {

// Where the data goes; the page has this line once.
inline constexpr std::string_view kDataMarker = "<!-- reactortrack:data -->";

struct About {
  std::string name{};       // of the recording
  std::string title{};      // of the page; empty: the page's own
  std::uint64_t event = 0;  // to open at; 0: the start
  std::string note{};       // what people should know: that it is a window, of what
};

// The elements.
std::string inlined(std::string_view recording, const About& about);

std::string base64(std::string_view bytes);

}  // namespace reactortrack::cli
