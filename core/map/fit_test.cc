// SPDX-License-Identifier: MIT
#include "core/map/fit.h"

#include <gtest/gtest.h>

#include <string>

namespace reactortrack::map {
namespace {

TEST(Fit, WhatFitsStaysAsItIs) {
  const std::string text = "simpleCallback";
  EXPECT_EQ(fitted(text, width_of(text)), text);
}

TEST(Fit, WhatDoesNotKeepsBothEnds) {
  EXPECT_EQ(fitted("fetch.<locals>.done", 6 * 636 + 1000), "fetc…one");
}

TEST(Fit, TheResultIsNeverWiderThanTheRoom) {
  const std::string text = "Überprüfung→der_Daten.<locals>.fertig";
  for (std::uint32_t room = 0; room < width_of(text) + 500; room += 37) {
    const std::string cut = fitted(text, room);
    EXPECT_LE(width_of(cut), room);
    EXPECT_LE(width_of(fitted(text, room, true), true), room);
  }
}

TEST(Fit, CharactersAreNotCutApart) {
  const std::string text = "üüüüüüüüüü";
  for (std::uint32_t room = 0; room < 11'000; room += 100) {
    const std::string cut = fitted(text, room);
    EXPECT_EQ(width_of(cut) % 1000, 0u);
    for (std::size_t at = 0; at < cut.size(); at += cut.compare(at, 3, "…") == 0 ? 3 : 2)
      EXPECT_TRUE(cut.compare(at, 2, "ü") == 0 || cut.compare(at, 3, "…") == 0) << cut;
  }
}

TEST(Fit, NothingIsLeftWhereNotEvenOneCharacterFits) {
  EXPECT_EQ(fitted("simpleCallback", 900), "");
  EXPECT_EQ(fitted("simpleCallback", 0), "");
  EXPECT_EQ(fitted("", 0), "");
}

TEST(FittedName, TheNumberStaysWhole) {
  const std::string name = "#1234 fetch_page";
  EXPECT_EQ(fitted_name(name, width_of(name)), name);
  EXPECT_EQ(fitted_name(name, width_of("#1234 ") + 1000 + width_of("fetage")), "#1234 fet…age");
  EXPECT_EQ(fitted_name(name, width_of("#1234 ") + 1000 + width_of("fetge")), "#1234");
  EXPECT_EQ(fitted_name(name, width_of("#123")), "");
  const std::string portal = "→ #12 fetch";
  EXPECT_EQ(fitted_name(portal, width_of("→ #12")), "→ #12");
}

TEST(FittedName, WhatWouldSayNothingIsLeftOut) {
  EXPECT_EQ(fitted_name("simpleCallback", 1000 + width_of("simack")), "sim…ack");
  EXPECT_EQ(fitted_name("simpleCallback", 1000 + width_of("simck")), "");
  EXPECT_EQ(fitted_name("f", width_of("f")), "f");
  EXPECT_EQ(fitted_name("#12", width_of("#1")), "");
}

}  // namespace
}  // namespace reactortrack::map
