// SPDX-License-Identifier: MIT
#include "cli/map_png.h"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "cli/command.h"
#include "cli/map_picture.h"
#include "cli/picture_options.h"
#include "cli/progress.h"
#include "cli/recording_file.h"
#include "core/map/map.h"
#include "core/text/text.h"

namespace reactortrack::cli {
namespace {

constexpr std::uint64_t kEventsBetweenTicks = 100'000;

// Why the picture cannot be what the options say; empty when it can.
std::string find_event(const replay::Timeline& timeline, const std::string& at,
                       replay::EventNumber* event) {
  *event = timeline.last();
  if (at.empty()) return {};
  const Moment wanted = *moment(at);
  if (wanted.is_time) {
    *event = timeline.at_time(wanted.time_ns);
    return {};
  }
  const auto last = static_cast<std::uint32_t>(timeline.last());
  if (wanted.event > last)
    return "--at " + at + ": the recording has " + text::plural(last, "event") + " only";
  *event = static_cast<replay::EventNumber>(wanted.event);
  return {};
}

map::MapView view_of(const MapPngOptions& options) {
  const PictureSize size = *picture_size(options.size);
  return {.width = size.width,
          .height = size.height,
          .pixel_ratio = size.pixel_ratio,
          .layout = options.layout == "squarified" ? treemap::Layout::kSquarified
                                                   : treemap::Layout::kOrder,
          .weight = options.weight == "own-time"    ? map::Weight::kOwnTime
                    : options.weight == "wait-time" ? map::Weight::kWaitTime
                                                    : map::Weight::kCount,
          .theme = options.dark ? map::Theme::kDark : map::Theme::kLight};
}

int write_file(const std::string& path, const std::string& bytes) {
  std::FILE* file = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
  bool is_written = file != nullptr &&
                    std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() &&
                    std::fflush(file) == 0;
  const int cause = errno;
  if (file != nullptr && file != stdout) is_written = std::fclose(file) == 0 && is_written;
  if (is_written) return kSuccess;
  return fail((path == "-" ? "standard output" : path) + ": " + std::strerror(cause), kUsageError);
}

std::string one_of(const std::string& value, std::initializer_list<const char*> words) {
  std::string all;
  for (const char* word : words) {
    if (value == word) return {};
    all += (all.empty() ? "" : ", ") + std::string(word);
  }
  return "is not one of " + all;
}

}  // namespace

void add_map_png_options(CLI::App* app, MapPngOptions* options) {
  app->add_option("--png", options->output,
                  "Write the map as a picture into this file and end; - is standard output.")
      ->option_text("OUT");
  app->add_option(
         "--at", options->at,
         "The picture shows the map after this event (38), or at this time after the start "
         "(1.5s, 250ms); after the last event when not given.")
      ->option_text("EVENT")
      ->check([](const std::string& text) {
        return moment(text) ? "" : "is neither an event's number nor a time like 1.5s or 250ms";
      });
  app->add_option("--size", options->size,
                  "Width and height of the picture; 800x500@2 draws 800x500 at twice the scale.")
      ->option_text("WxH")
      ->check([](const std::string& text) {
        return picture_size(text) ? "" : "is no size like 1600x1000 or 800x500@2";
      });
  app->add_option("--layout", options->layout,
                  "order: tiles in the order of their callbacks; squarified: the largest first.")
      ->option_text("LAYOUT")
      ->check([](const std::string& text) { return one_of(text, {"order", "squarified"}); });
  app->add_option("--weight", options->weight,
                  "What the area of a tile stands for: count (all alike), own-time, wait-time.")
      ->option_text("WEIGHT")
      ->check(
          [](const std::string& text) { return one_of(text, {"count", "own-time", "wait-time"}); });
  app->add_flag("--dark", options->dark, "Draw it light on dark.");
}

int write_map_png(const MapPngOptions& options) {
  std::string error;
  const std::unique_ptr<RecordingFile> file = RecordingFile::open(options.file, &error);
  if (!file) return fail(error);
  // To the end, and waiting for it if it is a stream; what is wrong with it is told at the end.
  event::Event event;
  while (file->next(&event)) continue;
  replay::Timeline timeline(file->bytes());
  Progress progress("reading");
  for (std::uint64_t read = 0; timeline.read(kEventsBetweenTicks);)
    progress.tick(read += kEventsBetweenTicks, 0);
  progress.clear();

  const auto event_count = static_cast<std::uint32_t>(timeline.last());
  const int read = report_ending(*file, event_count, timeline.time_ns(timeline.last()));
  if (event_count == 0 && read != kSuccess) return read;
  replay::EventNumber at{};
  if (const std::string cause = find_event(timeline, options.at, &at); !cause.empty())
    return fail(cause, kUsageError);

  MapPicture picture(timeline, view_of(options), at, file->name());
  std::string png;
  std::string note;
  if (!picture.draw(&png, &note)) return fail(note, kFailure);
  if (!note.empty()) fail(note);
  const int written = write_file(options.output, png);
  return written != kSuccess ? written : read;
}

}  // namespace reactortrack::cli
