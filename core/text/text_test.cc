// SPDX-License-Identifier: MIT
#include "core/text/text.h"

#include <gtest/gtest.h>

namespace reactortrack::text {
namespace {

TEST(DurationText, KeepsThreeDigitsThatCount) {
  EXPECT_EQ(duration_text(0), "0 ns");
  EXPECT_EQ(duration_text(812), "812 ns");
  EXPECT_EQ(duration_text(1'000), "1.00 us");
  EXPECT_EQ(duration_text(1'005), "1.01 us");
  EXPECT_EQ(duration_text(9'994), "9.99 us");
  EXPECT_EQ(duration_text(9'995), "10.0 us");
  EXPECT_EQ(duration_text(99'949), "99.9 us");
  EXPECT_EQ(duration_text(99'950), "100 us");
  EXPECT_EQ(duration_text(45'230), "45.2 us");
  EXPECT_EQ(duration_text(999'400), "999 us");
  EXPECT_EQ(duration_text(999'600), "1.00 ms");
  EXPECT_EQ(duration_text(12'345'678), "12.3 ms");
  EXPECT_EQ(duration_text(1'001'234'567), "1.001 s");
  EXPECT_EQ(duration_text(59'999'400'000), "59.999 s");
  EXPECT_EQ(duration_text(59'999'600'000), "1 min 00 s");
  EXPECT_EQ(duration_text(125'000'000'000), "2 min 05 s");
  EXPECT_EQ(duration_text(3'600'000'000'000), "1 h 00 min");
  EXPECT_EQ(duration_text(90'000'000'000'000), "1 d 01 h");
  EXPECT_EQ(duration_text(-1'500), "-1.50 us");
}

TEST(ClockText, HasMicroseconds) {
  EXPECT_EQ(clock_text(0), "0.000000");
  EXPECT_EQ(clock_text(12'345'678'900), "12.345678");
  EXPECT_EQ(clock_text(-1'500'000'000), "-1.500000");
  EXPECT_EQ(clock_text(INT64_MIN), "-9223372036.854775");
}

TEST(CountText, GroupsByThousands) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1'000), "1,000");
  EXPECT_EQ(count_text(18'446'744'073'709'551'615u), "18,446,744,073,709,551,615");
}

TEST(Plural, OnlyOneIsSingular) {
  EXPECT_EQ(plural(0, "event"), "0 events");
  EXPECT_EQ(plural(1, "event"), "1 event");
  EXPECT_EQ(plural(2'000, "event"), "2,000 events");
  EXPECT_EQ(plural(2, "process", "processes"), "2 processes");
}

TEST(SizeText, CountsInPowersOfTen) {
  EXPECT_EQ(size_text(1), "1 byte");
  EXPECT_EQ(size_text(999), "999 bytes");
  EXPECT_EQ(size_text(81'920), "81.9 kB");
  EXPECT_EQ(size_text(999'600), "1.00 MB");
  EXPECT_EQ(size_text(18'446'744'073'709'551'615u), "18446744074 GB");
  EXPECT_EQ(size_text(12'300'000'000), "12.3 GB");
}

TEST(DateText, IsUtc) {
  EXPECT_EQ(date_text(1'371'081'600'000'000'000), "2013-06-13 00:00:00 UTC");
  EXPECT_EQ(date_text(0), "1970-01-01 00:00:00 UTC");
  EXPECT_EQ(date_text(-1), "1969-12-31 23:59:59 UTC");
  EXPECT_EQ(date_text(951'782'399'999'999'999), "2000-02-28 23:59:59 UTC");
  EXPECT_EQ(date_text(951'782'400'000'000'000), "2000-02-29 00:00:00 UTC");
  EXPECT_EQ(date_text(1'709'251'200'000'000'000), "2024-03-01 00:00:00 UTC");
  EXPECT_EQ(date_text(INT64_MAX), "2262-04-11 23:47:16 UTC");
  EXPECT_EQ(date_text(INT64_MIN), "1677-09-21 00:12:43 UTC");
}

TEST(Clean, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(clean("plain"), "plain");
  EXPECT_EQ(clean("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x90\x8D"),
            "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x90\x8D");
  EXPECT_EQ(clean("\x1b[31mred\n"), "\\x1b[31mred\\x0a");
  EXPECT_EQ(clean("\x7f"), "\\x7f");
  EXPECT_EQ(clean("\xC2\x9B"
                  "31m"),
            "\\xc2\\x9b31m")
      << "the one-character CSI";
  EXPECT_EQ(clean("\xFF\xC3"), "\\xff\\xc3");
  EXPECT_EQ(clean("\xED\xA0\x80"), "\\xed\\xa0\\x80") << "half a surrogate pair";
  EXPECT_EQ(clean("\xC0\xAF"), "\\xc0\\xaf") << "longer than needed";
}

TEST(Columns, CountCharacters) {
  EXPECT_EQ(width_of("caf\xC3\xA9"), 4u);
  EXPECT_EQ(left("caf\xC3\xA9", 6), "caf\xC3\xA9  ");
  EXPECT_EQ(right("12", 5), "   12");
  EXPECT_EQ(left("longer", 3), "longer");
}

TEST(Wrapped, FillsParagraphsAndKeepsIndentedLines) {
  EXPECT_EQ(wrapped("a\nb c\nd\n\ne", 1, 6), " a b c\n d\n\n e\n");
  EXPECT_EQ(wrapped("one two three four", 2, 12), "  one two\n  three four\n");
  EXPECT_EQ(wrapped("a\n\n  $ keep   this", 2, 8), "  a\n\n    $ keep   this\n");
  EXPECT_EQ(wrapped("unbreakable", 0, 4), "unbreakable\n");
}

TEST(LastName, KeepsWhatIsInsideAFunction) {
  EXPECT_EQ(last_name("twisted.internet.defer.Deferred"), "Deferred");
  EXPECT_EQ(last_name("app.fetch.<locals>.done"), "fetch.<locals>.done");
  EXPECT_EQ(last_name("plain"), "plain");
  EXPECT_EQ(last_name(""), "");
}

TEST(ShortPath, BeginsAtThePackage) {
  EXPECT_EQ(short_path("/venv/lib/python3.11/site-packages/twisted/internet/defer.py"),
            "twisted/internet/defer.py");
  EXPECT_EQ(short_path("/usr/lib/python3/dist-packages/six.py"), "six.py");
  EXPECT_EQ(short_path("/usr/lib/python3.11/asyncio/events.py"), "asyncio/events.py");
  EXPECT_EQ(short_path("/home/me/shop/orders/cart.py"), "orders/cart.py");
  EXPECT_EQ(short_path("app.py"), "app.py");
  EXPECT_EQ(short_path("/app.py"), "/app.py");
}

TEST(IsTwisted, OnlyItsOwnPackage) {
  EXPECT_TRUE(is_twisted("/v/lib/python3.11/site-packages/twisted/internet/defer.py"));
  EXPECT_FALSE(is_twisted("/v/lib/python3.11/site-packages/scrapy/core/engine.py"));
  EXPECT_FALSE(is_twisted("/home/me/twisted/app.py"));
}

}  // namespace
}  // namespace reactortrack::text
