// SPDX-License-Identifier: MIT
#include "cli/run_status.h"

#include <gtest/gtest.h>

namespace reactortrack::cli {
namespace {

Program program_of(std::vector<std::string> words) { return {words[0], words}; }

TEST(ParseStatus, TakesEveryKindOfLine) {
  const RunStatus status = parse_status(
      "hook 1 3.11.7 /usr/bin/python3\nrecording 1 /tmp/my app.rtlog\n"
      "failed 2 OSError: disk is full\nnote 1 wrapping engine used\nlost 1 12 no space left\n"
      "tests 1 trial\n");
  ASSERT_EQ(status.hooks.size(), 1u);
  EXPECT_EQ(status.hooks[0].process, "1");
  EXPECT_EQ(status.hooks[0].text, "3.11.7 /usr/bin/python3");
  ASSERT_EQ(status.recordings.size(), 1u);
  EXPECT_EQ(status.recordings[0].text, "/tmp/my app.rtlog");
  ASSERT_EQ(status.failures.size(), 1u);
  EXPECT_EQ(status.failures[0].text, "OSError: disk is full");
  EXPECT_EQ(status.notes.size(), 1u);
  EXPECT_EQ(status.losses.size(), 1u);
  EXPECT_EQ(status.tests.size(), 1u);
}

TEST(ParseStatus, IgnoresWhatItDoesNotKnow) {
  const RunStatus status = parse_status("\nfuture 1 x\nhook\n garbage");
  EXPECT_EQ(status.hooks.size(), 1u);
  EXPECT_EQ(status.recordings.size(), 0u);
}

TEST(WhyNothingWasRecorded, NamesTheFirstCauseOnTheWay) {
  const Program python = program_of({"/no/such/python3", "app.py"});
  const Program isolated = program_of({"/usr/bin/python3", "-S", "app.py"});
  const Program other = program_of({"/bin/ls"});
  const auto why = [](const char* lines, const Program& ran) {
    return why_nothing_was_recorded(parse_status(lines), ran);
  };
  EXPECT_NE(why("hook 1 3.11\nfailed 1 OSError: no", python).find("could not begin: OSError: no"),
            std::string::npos);
  EXPECT_NE(why("hook 1 3.11.7 /usr/bin/python3", python)
                .find("Python ran (3.11.7 /usr/bin/python3), but never imported"),
            std::string::npos);
  EXPECT_NE(why("", isolated).find("the option -S of /usr/bin/python3"), std::string::npos);
  EXPECT_NE(
      why("", python)
          .find("not installed in /no/such/python3; install it there: /no/such/python3 -m pip"),
      std::string::npos);
  EXPECT_NE(why("", other).find("/bin/ls is not Python"), std::string::npos);
}

}  // namespace
}  // namespace reactortrack::cli
