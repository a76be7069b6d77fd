// SPDX-License-Identifier: MIT
//
// Opening the page: in an app window of a Chromium-family browser where there is one, because only
// there Ctrl+N reaches the page; else in the user's browser.
//
// The address holds the token that opens the recording, and other users of the machine see command
// lines. So the browser is given a file instead, which only this user can read and which sends it
// on to the address.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace reactortrack::cli {

struct Browser {
  std::string path{};
  std::vector<std::string> words{};  // argv, without what is to be opened
  bool has_app_windows = false;      // takes --app=ADDRESS
  std::string name() const { return path.substr(path.rfind('/') + 1); }
};

// REACTORTRACK_BROWSER, else, when there is a display, the first of: a Chromium-family browser on
// PATH, $BROWSER, xdg-open. None: `why` says what is missing.
std::optional<Browser> find_browser(std::string* why);

// A file in a folder of its own, both gone with this object.
class RedirectFile {
 public:
  // Sends whoever opens it to `address`.
  explicit RedirectFile(const std::string& address);
  ~RedirectFile();
  RedirectFile(const RedirectFile&) = delete;
  RedirectFile& operator=(const RedirectFile&) = delete;

  std::string url() const;                             // file:///...
  const std::string& cause() const { return cause_; }  // when it could not be made

 private:
  std::string folder_;
  std::string path_;
  std::string cause_;
};

// Starts the browser, in a session of its own so that our Ctrl+C is not its end, and silent.
// Returns its process, or -1 with a sentence in `error`.
pid_t start_browser(const Browser& browser, const std::string& url, std::string* error);

}  // namespace reactortrack::cli
