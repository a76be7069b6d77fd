// SPDX-License-Identifier: MIT
#include "cli/browser.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace reactortrack::cli {
namespace {

namespace fs = std::filesystem;

// A PATH of its own, in which browsers can be put, and an environment without the user's.
class BrowserTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "browser_test_XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    for (const char* name : {"REACTORTRACK_BROWSER", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY"})
      set(name, nullptr);
    set("PATH", folder_.c_str());
    set("XDG_RUNTIME_DIR", folder_.c_str());
    set("HOME", "");
  }
  void TearDown() override {
    for (const auto& [name, value] : before_)
      value ? setenv(name.c_str(), value->c_str(), 1) : unsetenv(name.c_str());
    fs::remove_all(folder_);
  }
  void set(const std::string& name, const char* value) {
    const char* old = std::getenv(name.c_str());
    before_.try_emplace(name, old == nullptr ? std::nullopt : std::optional<std::string>(old));
    value == nullptr ? unsetenv(name.c_str()) : setenv(name.c_str(), value, 1);
  }
  // A program that writes down its arguments.
  std::string put(const std::string& name) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << "#!/bin/sh\nfor word; do echo \"$word\"; done > " << folder_
                        << "/said.part; /bin/mv " << folder_ << "/said.part " << folder_
                        << "/said\n";
    chmod(path.c_str(), 0755);
    return path;
  }
  std::string said() const {
    std::ifstream file(folder_ + "/said");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_;
  std::map<std::string, std::optional<std::string>> before_;
  std::string why_;
};

TEST_F(BrowserTest, WithoutADisplayThereIsNone) {
  put("chromium");
  EXPECT_FALSE(find_browser(&why_));
  EXPECT_EQ(why_, "there is no display to open a browser on");
}

TEST_F(BrowserTest, OneWithAppWindowsComesFirst) {
  set("DISPLAY", ":1");
  EXPECT_FALSE(find_browser(&why_)) << "nothing on PATH";
  put("xdg-open");
  EXPECT_EQ(find_browser(&why_)->name(), "xdg-open");
  EXPECT_FALSE(find_browser(&why_)->has_app_windows);
  put("my-browser");
  set("BROWSER", "my-browser");
  EXPECT_EQ(find_browser(&why_)->name(), "my-browser");
  put("brave-browser");
  EXPECT_EQ(find_browser(&why_)->name(), "brave-browser");
  put("google-chrome");
  EXPECT_EQ(find_browser(&why_)->name(), "google-chrome");
  put("chromium");
  EXPECT_EQ(find_browser(&why_)->name(), "chromium");
  EXPECT_TRUE(find_browser(&why_)->has_app_windows);
}

TEST_F(BrowserTest, TheVariableOverridesAll) {
  put("chromium");
  const std::string wanted = put("fire fox");  // not found: words are split
  set("REACTORTRACK_BROWSER", wanted.c_str());
  EXPECT_FALSE(find_browser(&why_));
  EXPECT_NE(why_.find("which REACTORTRACK_BROWSER names, cannot be executed"), std::string::npos);
  put("google-chrome");
  set("REACTORTRACK_BROWSER", "google-chrome --incognito");
  const std::optional<Browser> browser = find_browser(&why_);
  ASSERT_TRUE(browser) << "also without a display";
  EXPECT_TRUE(browser->has_app_windows);
  EXPECT_EQ(browser->words, (std::vector<std::string>{"google-chrome", "--incognito"}));
}

TEST_F(BrowserTest, TheFileIsTheUsersAloneAndGoneAfterwards) {
  const std::string address = "http://127.0.0.1:4711/#token=0123";
  std::string path;
  {
    const RedirectFile file(address);
    ASSERT_EQ(file.cause(), "");
    ASSERT_TRUE(file.url().starts_with("file:///"));
    path = file.url().substr(7);
    struct stat facts{};
    ASSERT_EQ(stat(path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600u);
    ASSERT_EQ(stat(fs::path(path).parent_path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0700u);
    std::ifstream text(path);
    const std::string html{std::istreambuf_iterator<char>(text), {}};
    EXPECT_NE(html.find("location.replace(\"" + address + "\")"), std::string::npos);
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_FALSE(fs::exists(fs::path(path).parent_path()));
}

TEST_F(BrowserTest, ItsUrlHasNoCharacterThatUrlsDoNot) {
  const std::string odd = folder_ + "/a b%#?\xC3\xA9";
  fs::create_directory(odd);
  set("XDG_RUNTIME_DIR", odd.c_str());
  const RedirectFile file("http://127.0.0.1:1/");
  EXPECT_NE(file.url().find("/a%20b%25%23%3F%C3%A9/reactortrack-"), std::string::npos);
}

TEST_F(BrowserTest, AFolderThatCannotBeWrittenIsNamed) {
  set("XDG_RUNTIME_DIR", "");
  set("TMPDIR", "/no/such/folder");
  const RedirectFile file("http://127.0.0.1:1/");
  EXPECT_NE(file.cause().find("/no/such/folder"), std::string::npos);
}

TEST_F(BrowserTest, StartsItWithTheFileOnly) {
  put("chromium");
  set("DISPLAY", ":1");
  const pid_t child = start_browser(*find_browser(&why_), "file:///x.html", &why_);
  ASSERT_GT(child, 0) << why_;
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  const std::string sandbox = geteuid() == 0 ? "--no-sandbox\n" : "";
  EXPECT_EQ(said(), sandbox + "--no-first-run\n--app=file:///x.html\n");
}

TEST_F(BrowserTest, OthersAreGivenTheBareUrl) {
  put("xdg-open");
  set("WAYLAND_DISPLAY", "wayland-0");
  const pid_t child = start_browser(*find_browser(&why_), "file:///x.html", &why_);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(said(), "file:///x.html\n");
}

}  // namespace
}  // namespace reactortrack::cli
