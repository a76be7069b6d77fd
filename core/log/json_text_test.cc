// SPDX-License-Identifier: MIT
#include "core/log/json_text.h"

#include <gtest/gtest.h>

namespace reactortrack::log {
namespace {

using Parse = JsonObject::Parse;

Parse parse(std::string_view text, JsonObject* object = nullptr) {
  JsonObject scratch;
  std::string cause;
  const Parse parsed = (object ? object : &scratch)->parse(text, &cause);
  EXPECT_EQ(cause.empty(), parsed == Parse::kWhole) << cause;
  return parsed;
}

TEST(JsonText, FindsMembersByKey) {
  JsonObject object;
  ASSERT_EQ(parse(R"( {"a": 1, "b":"x\ty" , "c":null,"d":true,"e":false, "f":-1.5e+3,
                      "g": [1, {"h": []}], "a": 2} )",
                  &object),
            Parse::kWhole);
  EXPECT_EQ(object.find("a")->text, "2") << "the last one counts";
  EXPECT_EQ(object.find("b")->text, "x\ty");
  EXPECT_EQ(object.find("c")->type, JsonValue::kNull);
  EXPECT_EQ(object.find("d")->type, JsonValue::kTrue);
  EXPECT_EQ(object.find("e")->type, JsonValue::kFalse);
  EXPECT_EQ(object.find("f")->text, "-1.5e+3");
  EXPECT_EQ(object.find("g")->type, JsonValue::kArray);
  EXPECT_EQ(object.find("g")->text, R"([1, {"h": []}])");
  EXPECT_EQ(object.find("h"), nullptr);
  ASSERT_EQ(parse("{}", &object), Parse::kWhole);
  EXPECT_EQ(object.find("a"), nullptr) << "of the object before";
}

TEST(JsonText, RefusesWhatIsNotJson) {
  for (const char* text : {"[]",
                           "1",
                           R"({"a": 1,})",
                           R"({"a" 1})",
                           R"({a: 1})",
                           R"({'a': 1})",
                           R"({"a": 01})",
                           R"({"a": +1})",
                           R"({"a": .5})",
                           R"({"a": 1.})",
                           R"({"a": NaN})",
                           R"({"a": Infinity})",
                           R"({"a": nul})",
                           R"({"a": tru})",
                           R"({"a": "\x"})",
                           R"({"a": "\u12G4"})",
                           "{\"a\": \"\n\"}",
                           R"({"a": [1,]})",
                           R"({"a": [,]})",
                           R"({"a": {"b"}})",
                           R"({"a": {1: 2}})",
                           R"({"a": [}]})",
                           R"({"a": 1} x)",
                           R"({"a": 1}{})",
                           R"({"a": 1e})",
                           R"({"a": --1})",
                           R"({,"a": 1})"})
    EXPECT_EQ(parse(text), Parse::kBroken) << text;
}

TEST(JsonText, TellsATextThatIsCutFromABrokenOne) {
  const std::string_view whole =
      R"({"a": [1.5, {"b\u00e9": null}], "c": "\ud83d\ude00", "d": -10})";
  ASSERT_EQ(parse(whole), Parse::kWhole);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(parse(whole.substr(0, size)), Parse::kCut) << whole.substr(0, size);
}

TEST(JsonText, CountsDepth) {
  const auto nested = [](int depth) {
    return R"({"a": )" + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}";
  };
  EXPECT_EQ(parse(nested(JsonObject::kMaxDepth)), Parse::kWhole);
  EXPECT_EQ(parse(nested(JsonObject::kMaxDepth + 1)), Parse::kBroken);
  EXPECT_EQ(parse(nested(1'000'000)), Parse::kBroken);
}

TEST(JsonText, WritesStringsThatItReadsBack) {
  const auto written = [](std::string_view text) {
    std::string out;
    append_json_string(text, &out);
    JsonObject object;
    EXPECT_EQ(parse("{\"a\": " + out + "}", &object), Parse::kWhole);
    std::string again;
    append_json_string(object.find("a")->text, &again);
    EXPECT_EQ(again, out);
    return out;
  };
  EXPECT_EQ(written("plain"), R"("plain")");
  EXPECT_EQ(written("a\"b\\c\nd\te\x01"), R"("a\"b\\c\nd\te\u0001")");
  EXPECT_EQ(written("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"),
            R"("caf\u00e9 \u20ac \ud83d\ude00")");
  // not UTF-8: a lone follower, a cut character, one in too many bytes, a surrogate, beyond the last
  EXPECT_EQ(written("\x80"), R"("\ufffd")");
  EXPECT_EQ(written("\xE2\x82"), R"("\ufffd\ufffd")");
  EXPECT_EQ(written("\xC0\xAF"), R"("\ufffd\ufffd")");
  EXPECT_EQ(written("\xED\xA0\x80"), R"("\ufffd\ufffd\ufffd")");
  EXPECT_EQ(written("\xF4\x90\x80\x80"), R"("\ufffd\ufffd\ufffd\ufffd")");
  EXPECT_EQ(written(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(written("\x7F"), R"("\u007f")");
}

TEST(JsonText, ReadsPairsOfSurrogates) {
  JsonObject object;
  ASSERT_EQ(parse(R"({"a": "\ud83d\ude00", "b": "\ud83dx", "c": "\ud83d\u0041", "d": "\ude00"})",
                  &object),
            Parse::kWhole);
  EXPECT_EQ(object.find("a")->text, "\xF0\x9F\x98\x80");
  EXPECT_EQ(object.find("b")->text, "\xEF\xBF\xBDx");
  EXPECT_EQ(object.find("c")->text,
            "\xEF\xBF\xBD"
            "A");
  EXPECT_EQ(object.find("d")->text, "\xEF\xBF\xBD");
}

TEST(JsonText, ReadsSecondsExactly) {
  EXPECT_EQ(json_seconds("0"), 0);
  EXPECT_EQ(json_seconds("1.001"), 1'001'000'000);
  EXPECT_EQ(json_seconds("0.1"), 100'000'000);
  EXPECT_EQ(json_seconds("-0.0000001"), -100);
  EXPECT_EQ(json_seconds("1.0013580322265625"), 1'001'358'032);
  EXPECT_EQ(json_seconds("9.5367431640625e-07"), 953);
  EXPECT_EQ(json_seconds("1e-05"), 10'000);
  EXPECT_EQ(json_seconds("1E+2"), 100'000'000'000);
  EXPECT_EQ(json_seconds("9223372036.854775"), 9'223'372'036'854'775'000);
  EXPECT_EQ(json_seconds("9223372037"), std::nullopt);
  EXPECT_EQ(json_seconds("1e300"), std::nullopt);
  EXPECT_EQ(json_seconds("1e99999999999"), std::nullopt);
  EXPECT_EQ(json_seconds("0e300"), 0);
  EXPECT_EQ(json_seconds("1e-300"), 0);
  EXPECT_EQ(json_seconds("123456789.12345678901234567890"), 123'456'789'123'456'789);
}

TEST(JsonText, WritesSecondsThatItReadsBack) {
  const auto written = [](std::int64_t ns, int decimals) {
    std::string out;
    append_json_seconds(ns, decimals, &out);
    EXPECT_EQ(json_seconds(out), ns) << out;
    return out;
  };
  EXPECT_EQ(written(1'001'000'000, 3), "1.001");
  EXPECT_EQ(written(0, 3), "0.000");
  EXPECT_EQ(written(1'000'000'000, 3), "1.000");
  EXPECT_EQ(written(123'456'700, 7), "0.1234567");
  EXPECT_EQ(written(5, 3), "0.000000005");
  EXPECT_EQ(written(-100, 3), "-0.0000001");
  EXPECT_EQ(written(9'223'372'036'854'775'800, 7), "9223372036.8547758");
}

TEST(JsonText, ReadsUnsignedNumbers) {
  EXPECT_EQ(json_unsigned("0"), 0u);
  EXPECT_EQ(json_unsigned("18446744073709551615"), ~std::uint64_t{0});
  EXPECT_EQ(json_unsigned("18446744073709551616"), std::nullopt);
  EXPECT_EQ(json_unsigned("-1"), std::nullopt);
  EXPECT_EQ(json_unsigned("1.0"), std::nullopt);
  EXPECT_EQ(json_unsigned(""), std::nullopt);
}

TEST(JsonText, SplitsArrays) {
  using Elements = std::vector<std::string_view>;
  EXPECT_EQ(json_elements("[]"), Elements{});
  EXPECT_EQ(json_elements("[ ]"), Elements{});
  EXPECT_EQ(json_elements(R"([1, {"a": [2, 3]} , "x,]"])"),
            (Elements{"1", R"({"a": [2, 3]})", R"("x,]")"}));
}

}  // namespace
}  // namespace reactortrack::log
