// SPDX-License-Identifier: MIT
//
// `reactortrack map FILE --png OUT`: the map of a recording after one event, as a PNG. The same tiles
// as in the page, pixel by pixel, with labels in the system's fonts; no browser takes part.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace reactortrack::cli {

struct MapPngOptions {
  std::string file = "-";          // the recording, "-" is standard input
  std::string output;              // the PNG, "-" is standard output; empty: none is wanted
  std::string at;                  // an event's number or a time (1.5s); empty: the last event
  std::string size = "1600x1000";  // pixels; 1600x1000@2 draws everything twice as large
  std::string layout = "order";
  std::string weight = "count";
  bool dark = false;
};

// --png, --at, --size, --layout, --weight, --dark.
void add_map_png_options(CLI::App* app, MapPngOptions* options);

// Draws and writes it. Returns the exit status; what went wrong is on stderr.
int write_map_png(const MapPngOptions& options);

}  // namespace reactortrack::cli
