// SPDX-License-Identifier: MIT
#include "cli/inlined_data.h"

#include <gtest/gtest.h>

#include <random>

#include "cli/gzip.h"

namespace reactortrack::cli {
namespace {

std::string decoded(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<std::uint32_t>(kDigits.find(c));
    if ((count += 6) < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 255);
  }
  return bytes;
}

// What stands between `before` and `after`, from `*at` on.
std::string_view between(std::string_view text, std::string_view before, std::string_view after,
                         std::size_t* at) {
  const std::size_t begin = text.find(before, *at);
  if (begin == text.npos) return {};
  *at = text.find(after, begin + before.size());
  return text.substr(begin + before.size(), *at - begin - before.size());
}

TEST(Base64, IsThatOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xFF\xEF\xBE"), "/+++");
}

TEST(Inlined, HoldsTheRecordingInElementsOfOneMebibyte) {
  std::mt19937 random(1);
  std::string recording(2'000'000, '\0');  // noise: gzip cannot make it smaller
  for (char& each : recording) each = static_cast<char>(random());
  const std::string html = inlined(recording, {.name = "app.rtlog"});
  std::string packed;
  std::size_t at = 0;
  int elements = 0;
  while (true) {
    const std::string_view text = between(html, "\">", "</script>\n", &at);
    if (text.empty()) break;
    ++elements;
    EXPECT_LE(text.size(), 1u << 20);
    packed += decoded(text);
  }
  EXPECT_EQ(elements, 3);
  EXPECT_TRUE(gunzip(packed) == recording);
  EXPECT_NE(html.find(" data-size=\"2000000\""), std::string::npos);
}

TEST(Inlined, NoTextOfOthersStandsInThePage) {
  const About about{.name = "</script><script>alert(1)</script>",
                    .title = "\"><b>",
                    .event = 12,
                    .note = "<!-- a window -->"};
  const std::string html = inlined("x</script>", about);
  EXPECT_EQ(html.find("alert"), std::string::npos);
  EXPECT_EQ(html.find("<b>"), std::string::npos);
  EXPECT_EQ(html.find("<!--"), std::string::npos);
  EXPECT_NE(html.find(" data-event=\"12\""), std::string::npos);
  std::size_t at = 0;
  EXPECT_EQ(decoded(between(html, "data-name=\"", "\"", &at)), about.name);
  EXPECT_EQ(decoded(between(html, "data-title=\"", "\"", &at)), about.title);
  EXPECT_EQ(decoded(between(html, "data-note=\"", "\"", &at)), about.note);
}

}  // namespace
}  // namespace reactortrack::cli
