// SPDX-License-Identifier: MIT
#include "cli/browser.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "cli/program.h"

namespace reactortrack::cli {

namespace {

// In the order they are looked for.
constexpr std::array<std::string_view, 12> kWithAppWindows = {
    "chromium",       "chromium-browser",
    "google-chrome",  "google-chrome-stable",
    "brave-browser",  "brave",
    "microsoft-edge", "microsoft-edge-stable",
    "vivaldi",        "vivaldi-stable",
    "chrome",         "msedge"};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool has_app_windows(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (const std::string_view known : kWithAppWindows)
    if (name == known) return true;
  return false;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != text.npos;) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

// A command as a variable gives it: a name or path, perhaps with options.
std::optional<Browser> browser_of(const std::string& command) {
  Browser browser{.path = "", .words = split(command)};
  if (browser.words.empty()) return std::nullopt;
  const std::string& name = browser.words.front();
  browser.path = name.find('/') == name.npos ? find_on_path(name) : name;
  if (browser.path.empty() || access(browser.path.c_str(), X_OK) != 0) return std::nullopt;
  browser.has_app_windows = has_app_windows(browser.path);
  return browser;
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

// Where only this user can read, and the browser can. Browsers in snaps see neither /tmp nor hidden
// folders, but the user's own.
std::string parent_folder() {
  const std::string home = variable("HOME");
  if (access("/snap/bin", F_OK) == 0 && !home.empty() && access(home.c_str(), W_OK) == 0)
    return home;
  const std::string runtime = variable("XDG_RUNTIME_DIR");
  if (!runtime.empty() && access(runtime.c_str(), W_OK | X_OK) == 0) return runtime;
  const std::string temporary = variable("TMPDIR");
  return temporary.empty() ? "/tmp" : temporary;
}

std::string absolute(const std::string& path) {
  if (path.starts_with('/')) return path;
  char* const here = getcwd(nullptr, 0);
  const std::string folder = here == nullptr ? "" : here;
  std::free(here);  // NOLINT: malloc'ed by getcwd
  return folder + "/" + path;
}

}  // namespace

std::optional<Browser> find_browser(std::string* why) {
  if (const std::string wanted = variable("REACTORTRACK_BROWSER"); !wanted.empty()) {
    std::optional<Browser> browser = browser_of(wanted);
    if (!browser) *why = wanted + ", which REACTORTRACK_BROWSER names, cannot be executed";
    return browser;
  }
  if (variable("DISPLAY").empty() && variable("WAYLAND_DISPLAY").empty()) {
    *why = "there is no display to open a browser on";
    return std::nullopt;
  }
  for (const std::string_view name : kWithAppWindows)
    if (std::optional<Browser> browser = browser_of(std::string(name))) return browser;
  for (const std::string& other : {variable("BROWSER"), std::string("xdg-open")})
    if (std::optional<Browser> browser = browser_of(other)) return browser;
  *why = "no browser was found";
  return std::nullopt;
}

RedirectFile::RedirectFile(const std::string& address) {
  std::string folder = absolute(parent_folder()) + "/reactortrack-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {  // mode 0700
    cause_ = folder + ": " + std::strerror(errno);
    return;
  }
  folder_ = folder;
  path_ = folder_ + "/open.html";
  const int fd = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const std::string text =
      "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Reactor Track</title>\n"
      "<script>location.replace(\"" +
      address + "\")</script>\n<noscript>Reactor Track needs JavaScript.</noscript>\n";
  if (fd < 0 || !write_all(fd, text)) cause_ = path_ + ": " + std::strerror(errno);
  if (fd >= 0) close(fd);
}

RedirectFile::~RedirectFile() {
  if (!path_.empty()) unlink(path_.c_str());
  if (!folder_.empty()) rmdir(folder_.c_str());
}

std::string RedirectFile::url() const {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_.~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string url = "file://";
  for (const char c : path_) {
    if (kPlain.find(c) != kPlain.npos) {
      url += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      url += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return url;
}

pid_t start_browser(const Browser& browser, const std::string& url, std::string* error) {
  std::vector<std::string> words = browser.words;
  if (browser.has_app_windows) {
    // As root, Chromium does not start with its sandbox.
    if (geteuid() == 0) words.emplace_back("--no-sandbox");
    words.emplace_back("--no-first-run");
    words.push_back("--app=" + url);
  } else {
    words.push_back(url);
  }
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  pid_t child = -1;
  const int failed =
      posix_spawn(&child, browser.path.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed == 0) return child;
  *error = browser.path + ": " + std::strerror(failed);
  return -1;
}

}  // namespace reactortrack::cli
