// SPDX-License-Identifier: MIT
//
// `reactortrack map`, which is also `monitor2map` and `model2map`: the map of a recording, in a
// browser on this machine.
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/browser.h"
#include "cli/command.h"
#include "cli/map_png.h"
#include "cli/page.h"
#include "cli/recording_file.h"
#include "cli/server/feed.h"
#include "cli/server/server.h"

namespace reactortrack::cli {

namespace {

struct Options {
  std::string file = "-";
  std::uint16_t port = 0;
  bool no_browser = false;
  bool exit_when_closed = false;
  MapPngOptions picture;
};

// One process that shows the page, or hands it to one that does.
class Window {
 public:
  // Says what was opened, or why nothing was: the address is on the screen in any case.
  void open(const std::string& address) {
    std::string why;
    const std::optional<Browser> browser = find_browser(&why);
    if (!browser) return tell(why);
    redirect_ = std::make_unique<RedirectFile>(address);
    if (!redirect_->cause().empty()) return tell(redirect_->cause());
    child_ = start_browser(*browser, redirect_->url(), &why);
    if (child_ < 0) return tell(why);
    name_ = browser->name();
    const bool is_root = browser->has_app_windows && geteuid() == 0;
    std::fprintf(stderr, "reactortrack: opened %s %s%s; Ctrl+C here ends\n",
                 browser->has_app_windows ? "in an app window of" : "with", name_.c_str(),
                 is_root ? " (as root, so without its sandbox)" : "");
  }

  // A browser that ends well has handed the page to another process, or was closed.
  void take_end() {
    int status = 0;
    if (child_ < 0 || waitpid(child_, &status, WNOHANG) != child_) return;
    child_ = -1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    tell(name_ + (WIFEXITED(status) ? " ended with status " + std::to_string(WEXITSTATUS(status))
                                    : " was ended by signal " + std::to_string(WTERMSIG(status))));
  }

 private:
  static void tell(const std::string& why) {
    std::fprintf(stderr, "reactortrack: %s; open the address above yourself, Ctrl+C here ends\n",
                 why.c_str());
  }

  pid_t child_ = -1;
  std::string name_;
  std::unique_ptr<RedirectFile> redirect_;
};

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

int show_map(Options options) {
  if (options.file == "-" && isatty(STDIN_FILENO) != 0)
    return fail("map: give a FILE, or pipe a recording in; try: reactortrack map --help",
                kUsageError);
  if (!options.picture.output.empty()) {
    options.picture.file = options.file;
    return write_map_png(options.picture);
  }
  std::string error;
  server::Offer offer{.exit_when_closed = options.exit_when_closed};
  if (!load_page(&offer.page_gzip, &error)) return fail(error, kUsageError);
  const std::unique_ptr<RecordingFile> file = RecordingFile::open(options.file, &error);
  if (!file) return fail(error);
  server::Feed feed(file.get());
  if (feed.is_unreadable()) return feed.report();

  offer.name = base_name(file->name());
  server::Server server(&feed, std::move(offer));
  if (!server.listen(options.port, &error)) return fail(error, kUsageError);
  std::fprintf(stderr, "reactortrack: %s: %s\n", file->name().c_str(), server.address().c_str());
  Window window;
  if (!options.no_browser) window.open(server.address());
  const auto on_end = [&] { feed.report(); };
  const server::Stop stop = server.run(on_end, [&] { window.take_end(); });
  if (stop == server::Stop::kPageClosed)
    std::fprintf(stderr, "reactortrack: the page was closed\n");
  return kSuccess;
}

std::function<int()> define(CLI::App* app) {
  const auto options = std::make_shared<Options>();
  app->add_option("FILE", options->file,
                  "The recording, or mon.out lines of 2013; - or none is standard input.");
  app->add_flag("--no-browser", options->no_browser,
                "Open no browser: print the address only, and serve the page there.");
  app->add_option("--port", options->port,
                  "The port of 127.0.0.1 to serve the page on; a free one when not given.")
      ->option_text("N")
      ->check(CLI::Range(0, 65535));
  app->add_flag("--exit-when-closed", options->exit_when_closed,
                "End some seconds after the page was closed, instead of with Ctrl+C.");
  add_map_png_options(app, &options->picture);
  return [options] { return show_map(*options); };
}

}  // namespace

constexpr Command kMap = {
    .name = "map",
    .summary = "show the map of a recording in a browser",
    .synopsis = "map [OPTIONS] [FILE]",
    .description =
        R"(Opens a page that draws the Deferreds of a recording, their callbacks and their waits as a
map, and steps through it forwards and backwards, event by event (Ctrl+N or n: next line).
monitor2map and model2map are other names of this command.

The page is opened in an app window when a Chromium-family browser is found: only there Ctrl+N
reaches the page. Else the default browser is used; without a display, the address is printed and
nothing is opened. The address is on stderr in any case.

A recording that is still written is followed: what is added shows in the page, until the recording
is complete or its program has ended. So is standard input. One that is truncated or damaged is
shown as far as it can be read, and a line on stderr says what is wrong with it.

With --png no page is opened: the map is drawn into a file, as it was after one event.

The page is served on 127.0.0.1 only, and only to whoever knows the address: it ends in a secret
that is made anew each time. Nothing is loaded from any network.)",
    .sections = R"(EXIT STATUS
  0      ended by Ctrl+C, or because the page was closed; or the picture was written
  1      FILE cannot be read; no browser was started
  2      the command line makes no sense, the port cannot be used, or this build has no page

ENVIRONMENT
REACTORTRACK_BROWSER: the browser to use, with options if need be: "google-chrome --incognito".
BROWSER: used when there is no Chromium-family browser.
REACTORTRACK_PAGE_FILE: an HTML file to serve instead of the page inside this command.

EXAMPLES
  reactortrack map app.rtlog
  reactortrack map app.rtlog --png end.png --at 1.5s
  cat mon.out | monitor2map
  monitor2map app.rtlog          also while the program still runs
  tail -n +1 -f mon.out | monitor2map
  ssh -L 8000:127.0.0.1:8000 host reactortrack map --port 8000 --no-browser app.rtlog
)",
    .define = define,
};

}  // namespace reactortrack::cli
