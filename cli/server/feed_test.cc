// SPDX-License-Identifier: MIT
#include "cli/server/feed.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <fstream>

#include "core/log/encoding.h"
#include "core/log/writer.h"

namespace reactortrack::cli::server {
namespace {

// A file that is written as the recorder does it: through a mapping, allocated ahead.
class FeedTest : public testing::Test {
 protected:
  static constexpr std::size_t kExtent = 1 << 16;

  void TearDown() override {
    close_writer();
    std::remove(path_.c_str());
  }
  void open_writer() {
    fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
    ASSERT_GE(fd_, 0);
    ASSERT_EQ(ftruncate(fd_, kExtent), 0);
    window_ = mmap(nullptr, kExtent, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    ASSERT_NE(window_, MAP_FAILED);
    writer_.set_window({static_cast<std::byte*>(window_), kExtent});
    writer_.start();
  }
  void close_writer() {
    if (window_ != nullptr) munmap(window_, kExtent);
    if (fd_ >= 0) ::close(fd_);
    window_ = nullptr;
    fd_ = -1;
  }
  void mark(std::int64_t time_ns) {
    const event::StringId text = writer_.define(event::String{"tick"});
    writer_.write(time_ns, event::Mark{text});
  }
  std::unique_ptr<RecordingFile> open_recording() {
    std::string error;
    auto file = RecordingFile::open(path_, &error);
    EXPECT_TRUE(file) << error;
    return file;
  }

  std::string path_ = testing::TempDir() + "feed_test_" + std::to_string(getpid()) + ".rtlog";
  int fd_ = -1;
  void* window_ = nullptr;
  log::Writer writer_;
};

TEST_F(FeedTest, FollowsWhatIsWrittenThroughAMapping) {
  open_writer();
  mark(1);
  const auto file = open_recording();
  Feed feed(file.get());
  EXPECT_FALSE(feed.has_ended());
  EXPECT_EQ(feed.bytes().size(), writer_.written());
  EXPECT_FALSE(feed.advance()) << "nothing new";
  mark(2);
  EXPECT_TRUE(feed.advance());
  EXPECT_EQ(feed.bytes().size(), writer_.written());
  writer_.write(3, event::End{event::EndReason::kStopped});
  EXPECT_TRUE(feed.advance());
  EXPECT_TRUE(feed.has_ended());
}

TEST_F(FeedTest, NeverHandsOutHalfARecord) {
  open_writer();
  mark(1);
  const std::size_t whole = writer_.written();
  // The body of a record whose kind has not been written yet.
  std::memset(static_cast<char*>(window_) + whole + 1, 7, 20);
  const auto file = open_recording();
  Feed feed(file.get());
  EXPECT_EQ(feed.bytes().size(), whole);
}

TEST_F(FeedTest, EndsWhenTheWriterIsGone) {
  open_writer();
  mark(1);
  const auto file = open_recording();
  Feed feed(file.get());
  EXPECT_FALSE(feed.advance());
  close_writer();  // as by kill -9: no end marker, and not cut to its size
  EXPECT_TRUE(feed.advance());
  EXPECT_TRUE(feed.has_ended());
  EXPECT_EQ(feed.bytes().size(), kExtent);
}

TEST_F(FeedTest, AFileThatNobodyWritesHasEndedAtOnce) {
  open_writer();
  mark(1);
  close_writer();
  const auto file = open_recording();
  EXPECT_TRUE(Feed(file.get()).has_ended());
}

TEST_F(FeedTest, FollowsLinesThatAreAppended) {
  std::ofstream out(path_);
  out << R"({"action": "attached", "deferred": 1, "errback": null, "callback": "f"})" << std::endl;
  const auto file = open_recording();
  Feed feed(file.get());
  EXPECT_TRUE(feed.is_json());
  EXPECT_FALSE(feed.has_ended());
  const std::size_t before = feed.bytes().size();
  out << R"({"action": "attached", "deferred": 1, "errback": null, "callback": "g"})" << std::endl;
  EXPECT_TRUE(feed.advance());
  EXPECT_EQ(feed.bytes().size(), 2 * before);
  out.close();
  EXPECT_TRUE(feed.advance());
  EXPECT_TRUE(feed.has_ended());
}

TEST_F(FeedTest, SaysWhenNothingOfItCanBeShown) {
  std::ofstream(path_) << "Traceback (most recent call last):\n";
  const auto file = open_recording();
  const Feed feed(file.get());
  EXPECT_TRUE(feed.is_unreadable());
  EXPECT_TRUE(feed.has_ended());
}

TEST_F(FeedTest, ADamagedRecordingIsHandedOutWhole) {
  open_writer();
  mark(1);
  const std::size_t whole = writer_.written();
  static_cast<unsigned char*>(window_)[whole] = 250;  // no such kind
  const auto file = open_recording();
  const Feed feed(file.get());
  EXPECT_TRUE(feed.has_ended());
  EXPECT_FALSE(feed.is_unreadable());
  EXPECT_EQ(feed.bytes().size(), kExtent);
}

}  // namespace
}  // namespace reactortrack::cli::server
