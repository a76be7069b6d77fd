// SPDX-License-Identifier: MIT
//
// `reactortrack report`: the page and a recording as one HTML file.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/duration.h"
#include "cli/gzip.h"
#include "cli/inlined_data.h"
#include "cli/page.h"
#include "cli/recording_file.h"
#include "cli/window.h"
#include "core/event/names.h"
#include "core/text/text.h"

namespace reactortrack::cli {

namespace {

// A page with more takes seconds to open, and some GB of memory.
constexpr std::uint64_t kMostBytes = 100'000'000;

struct Options {
  std::string file;
  std::string output;
  std::string title;
  std::uint64_t at = 0;
  std::string last;
  std::string events;
};

// What was read of the recording, and what of it the page will hold.
struct Content {
  std::uint64_t event_count = 0;
  std::int64_t duration_ns = 0;
  std::string bytes;
  About about;
};

bool parse_number(std::string_view text, std::uint64_t* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size();
}

// "A:B", "A:" or ":B".
bool parse_events(std::string_view range, Window* window) {
  const std::size_t colon = range.find(':');
  if (colon == range.npos) return false;
  const std::string_view first = range.substr(0, colon);
  const std::string_view last = range.substr(colon + 1);
  return (first.empty() || parse_number(first, &window->first)) &&
         (last.empty() || parse_number(last, &window->last)) && window->first <= window->last;
}

// Reads to the end; false when nothing of it can be shown.
bool read_all(RecordingFile* file, Content* content) {
  event::Event event;
  while (file->next(&event)) {
    content->duration_ns = event.time_ns;
    content->event_count +=
        static_cast<std::uint8_t>(event::kind_of(event.body)) >= event::kFirstTimedKind;
  }
  const int status = report_ending(*file, content->event_count, content->duration_ns);
  return status == kSuccess || content->event_count != 0;
}

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// All of it, without what is allocated behind the end of a recording whose program was killed.
void take_all(const RecordingFile& file, std::uint64_t at, Content* content) {
  std::string_view bytes = as_text(file.bytes());
  if (file.source().ending() == log::Ending::kTruncated)
    bytes = bytes.substr(0, bytes.find_last_not_of('\0') + 1);
  content->bytes = bytes;
  content->about.event = at;
}

// Why the window cannot be taken; empty when it was.
std::string take_window(RecordingFile* file, const Window& window, std::uint64_t at,
                        Content* content) {
  Cut cut = cut_window(file, window, at);
  if (cut.event_count == 0)
    return "there is no event in that window; the recording has " +
           text::plural(content->event_count, "event") + " in " +
           text::duration_text(content->duration_ns);
  content->bytes = std::move(cut.bytes);
  content->about.event = at == 0 ? cut.first_event : cut.at_event;
  std::string note = "a window: " + text::count_text(cut.event_count) + " of " +
                     text::plural(content->event_count, "event");
  if (cut.left_out != 0)
    note += ", and what came before of the Deferreds in it; " + text::count_text(cut.left_out) +
            " events before it are left out";
  if (cut.is_renumbered) note += "; Deferreds are numbered anew";
  content->about.note = note;
  if (at != 0 && cut.at_event == 0)
    return "event " + text::count_text(at) + " is not in that window";
  return "";
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// A whole page under that name or none: it is written beside it first. Returns what went wrong.
std::string write_page(const std::string& path, std::string_view page) {
  if (path == "-")
    return write_all(STDOUT_FILENO, page) ? "" : std::string("standard output: ") + strerror(errno);
  std::string part = path + ".XXXXXX";
  const int fd = mkostemp(part.data(), O_CLOEXEC);
  if (fd < 0) return path + ": cannot be written: " + strerror(errno);
  const mode_t mask = umask(0);
  umask(mask);
  const bool done = write_all(fd, page) && fchmod(fd, 0666 & ~mask) == 0;
  std::string cause = done ? "" : path + ": cannot be written: " + strerror(errno);
  close(fd);
  if (done && std::rename(part.c_str(), path.c_str()) != 0)
    cause = path + ": cannot be written: " + strerror(errno);
  if (!cause.empty()) unlink(part.c_str());
  return cause;
}

// The page with the data in its place; empty when it has none.
std::string filled(const std::string& page, const Content& content) {
  const std::size_t at = page.rfind(kDataMarker);
  if (at == page.npos) return "";
  return page.substr(0, at) + inlined(content.bytes, content.about) + page.substr(at);
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// What the options say of a window; nullopt without one. `error` when they make no sense.
std::optional<Window> window_of(const Options& options, std::string* error) {
  Window window;
  if (!options.events.empty() && !parse_events(options.events, &window))
    *error = "report: --events takes A:B, the numbers of two events, not " + options.events;
  return options.events.empty() && options.last.empty() ? std::nullopt : std::optional(window);
}

int report(const Options& options) {
  std::string error;
  std::string page;
  std::optional<Window> window = window_of(options, &error);
  const std::optional<std::int64_t> last_ns = parse_duration(options.last);
  if (!options.last.empty() && !last_ns)
    error = "report: --last takes a length of time as 90s, 250ms or 5min, not " + options.last;
  if (!error.empty() || !load_page(&page, &error)) return fail(error, kUsageError);
  const std::unique_ptr<RecordingFile> file = RecordingFile::open(options.file, &error);
  if (!file) return fail(error);
  Content content;
  if (!read_all(file.get(), &content)) return kFailure;
  if (window && last_ns) window->from_ns = content.duration_ns - *last_ns;
  content.about.name = base_name(file->name());
  content.about.title = options.title;
  if (options.at > content.event_count)
    error = "report: there is no event " + text::count_text(options.at) + "; the last one is " +
            text::count_text(content.event_count);
  if (window && error.empty()) error = take_window(file.get(), *window, options.at, &content);
  if (!error.empty()) return fail(error, kUsageError);
  if (!window) take_all(*file, options.at, &content);
  if (content.bytes.size() > kMostBytes)
    return fail(file->name() + ": " + text::size_text(content.bytes.size()) +
                    " are too much for one page, which can hold " + text::size_text(kMostBytes) +
                    ". Take a window of it (--last 60s, or --events A:B), or look at all of it "
                    "with: reactortrack map",
                kFailure);

  const std::string html = filled(gunzip(page), content);
  if (html.empty()) return fail("the page has no place for data: " + std::string(kDataMarker));
  if (error = write_page(options.output, html); !error.empty()) return fail(error, kUsageError);
  const std::string note = content.about.note.empty() ? "" : ", " + content.about.note;
  if (options.output != "-")
    std::fprintf(stderr, "reactortrack: %s: %s%s\n", options.output.c_str(),
                 text::size_text(html.size()).c_str(), note.c_str());
  return kSuccess;
}

std::function<int()> define(CLI::App* app) {
  const auto options = std::make_shared<Options>();
  app->add_option("FILE", options->file,
                  "The recording, or mon.out lines of 2013; - is standard input.")
      ->required();
  app->add_option("-o,--output", options->output,
                  "The HTML file to write; - is standard output. A file of that name is replaced.")
      ->option_text("OUT")
      ->required();
  app->add_option("--title", options->title, "The page's title, instead of the recording's name.")
      ->option_text("TEXT");
  app->add_option("--at", options->at, "Open the page at this event; the first one is 1.")
      ->option_text("EVENT");
  CLI::Option* last = app->add_option("--last", options->last,
                                      "Only what happened in this last while: 90s, 250ms, 5min.");
  last->option_text("DURATION");
  app->add_option("--events", options->events,
                  "Only the events from number A to number B; either may be left out.")
      ->option_text("A:B")
      ->excludes(last);
  return [options] { return report(*options); };
}

}  // namespace

constexpr Command kReport = {
    .name = "report",
    .summary = "write the map as one HTML file",
    .synopsis = "report [OPTIONS] -o OUT FILE",
    .description =
        R"(Writes one HTML file with the page of "reactortrack map" and the recording in it. It opens
from disk in any recent browser, needs no server and no network, and can be sent to a colleague.

A page can hold about 100 MB of a recording. With --last or --events it holds a window: the events
in it, and the history of the Deferreds that were there when it began or that it speaks of, so that
their state is right. Events before the window of other Deferreds, awaits that were over by then and
the reactor's rounds are left out; the page says how many. Times are those of the whole recording.

What is recorded is in the file, for whoever gets it: types, names of functions and paths, the
command line; values and messages only when the recording was made with --values.)",
    .sections = R"(EXIT STATUS
  0      written
  1      the recording cannot be read, or is too large for a page
  2      the command line makes no sense, OUT cannot be written, or this build has no page
A recording that is truncated or damaged is shown as far as it can be read; a line on stderr says
what is wrong with it.

ENVIRONMENT
REACTORTRACK_PAGE_FILE: an HTML file to fill instead of the page inside this command.

EXAMPLES
  reactortrack report app.rtlog -o app.html
  reactortrack report app.rtlog -o end.html --last 30s --title "The end of the night"
  cat mon.out | reactortrack report - -o mon.html
)",
    .define = define,
};

}  // namespace reactortrack::cli
