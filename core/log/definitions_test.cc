// SPDX-License-Identifier: MIT
#include "core/log/definitions.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace reactortrack::log {
namespace {

using namespace event;

TEST(Definitions, UnknownIdsGiveEmptyValues) {
  const Definitions definitions;
  for (const std::uint32_t id : {0u, 1u, ~0u}) {
    EXPECT_EQ(definitions.text(StringId{id}), "");
    EXPECT_EQ(definitions.site(SiteId{id}).line, 0u);
    EXPECT_EQ(definitions.stack(StackId{id}).site, SiteId::kNone);
    EXPECT_EQ(definitions.callable(CallableId{id}).name, StringId::kNone);
    EXPECT_EQ(definitions.dotted_name(CallableId{id}), "");
  }
  EXPECT_EQ(definitions.info("python"), "");
}

TEST(Definitions, NumbersEachKindFromOne) {
  Definitions definitions;
  EXPECT_EQ(definitions.add(String{"a"}), StringId{1});
  EXPECT_EQ(definitions.add(String{"b"}), StringId{2});
  EXPECT_EQ(definitions.add(Site{StringId{1}, StringId{2}, 3}), SiteId{1});
  EXPECT_EQ(definitions.add(Stack{{}, SiteId{1}}), StackId{1});
  EXPECT_EQ(definitions.add(Callable{StringId{1}, StringId{2}, {}}), CallableId{1});
  EXPECT_EQ(definitions.add(Callable{{}, StringId{2}, {}}), CallableId{2});
  EXPECT_EQ(definitions.text(StringId{2}), "b");
  EXPECT_EQ(definitions.dotted_name(CallableId{1}), "a.b");
  EXPECT_EQ(definitions.dotted_name(CallableId{2}), "b");
  EXPECT_EQ(definitions.string_count(), 2u);
  EXPECT_EQ(definitions.callable_count(), 2u);
}

TEST(Definitions, TheLastValueOfAnInfoCounts) {
  Definitions definitions;
  definitions.add(Info{"engine", "native"});
  definitions.add(Info{"pid", "7"});
  definitions.add(Info{"engine", "wrap"});
  EXPECT_EQ(definitions.info("engine"), "wrap");
  EXPECT_EQ(definitions.infos().size(), 3u);
}

TEST(Definitions, TextsMoveWithTheirBytes) {
  auto old_bytes = std::make_unique<std::array<char, 8>>();
  std::memcpy(old_bytes->data(), "abcdefg", 8);
  Definitions definitions;
  definitions.add(String{std::string_view(old_bytes->data() + 1, 2)});
  definitions.add(String{});
  definitions.add(
      Info{std::string_view(old_bytes->data(), 1), std::string_view(old_bytes->data() + 5, 2)});
  const auto new_bytes = std::make_unique<std::array<char, 8>>(*old_bytes);
  definitions.rebase(reinterpret_cast<const std::byte*>(old_bytes->data()),
                     reinterpret_cast<const std::byte*>(new_bytes->data()));
  old_bytes.reset();
  EXPECT_EQ(definitions.text(StringId{1}), "bc");
  EXPECT_EQ(definitions.text(StringId{2}), "");
  EXPECT_EQ(definitions.info("a"), "fg");
}

}  // namespace
}  // namespace reactortrack::log
