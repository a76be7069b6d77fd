// SPDX-License-Identifier: MIT
#include "core/map/fit.h"

#include <array>
#include <cstddef>

namespace reactortrack::map {

namespace {

constexpr std::uint32_t kEm = 1000;
constexpr std::string_view kEllipsis = "…";

// From the space on, as in DejaVu Sans.
constexpr std::array<std::uint16_t, 95> kWidths = {
    318,  401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318,
    337,  //  !"#$%&'()*+,-./
    636,  636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838,
    531,  // 0-9:;<=>?
    1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748,
    787,  // @A-O
    603,  787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838,
    500,  // P-Z[\]^_
    500,  613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634,
    612,                                                                          // `a-o
    635,  635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838};  // p-z{|}~

bool continues(char unit) { return (static_cast<unsigned char>(unit) & 0xC0) == 0x80; }

std::uint32_t width_of(char first_unit, bool bold) {
  const auto code = static_cast<unsigned char>(first_unit);
  if (continues(first_unit)) return 0;
  const std::uint32_t plain = code >= 32 && code < 127 ? kWidths[code - 32u] : kEm;
  return bold ? plain + plain / 6 : plain;
}

}  // namespace

std::uint32_t width_of(std::string_view utf8, bool bold) {
  std::uint32_t width = 0;
  for (const char unit : utf8) width += width_of(unit, bold);
  return width;
}

std::string fitted(std::string_view utf8, std::uint32_t room, bool bold) {
  if (width_of(utf8, bold) <= room) return std::string(utf8);
  const std::uint32_t ellipsis = width_of(kEllipsis, bold);
  if (room <= ellipsis) return {};
  std::uint32_t left = room - ellipsis;
  // One character from the front, one from the back, until the next does not fit.
  std::size_t head = 0;
  std::size_t tail = utf8.size();
  for (bool front = true; head < tail; front = !front) {
    std::size_t next = front ? head + 1 : tail - 1;
    while (front && next < tail && continues(utf8[next])) ++next;
    while (!front && next > head && continues(utf8[next])) --next;
    const std::uint32_t width = width_of(utf8[front ? head : next], bold);
    if (width > left) break;
    left -= width;
    (front ? head : tail) = next;
  }
  if (head == 0) return {};
  return std::string(utf8.substr(0, head)).append(kEllipsis).append(utf8.substr(tail));
}

namespace {

// "#12" of "#12 fetch", "→ #12" of "→ #12 fetch"; empty for names without a number.
std::string_view number_of(std::string_view name) {
  constexpr std::string_view kPortal = "→ ";
  const std::size_t at = name.starts_with(kPortal) ? kPortal.size() : 0;
  if (at >= name.size() || name[at] != '#') return {};
  return name.substr(0, name.find(' ', at));
}

bool says_something(std::string_view cut) {
  constexpr int kLeast = 6 + 1;  // the ellipsis is one
  int count = 0;
  for (const char unit : cut) count += continues(unit) ? 0 : 1;
  return count >= kLeast;
}

}  // namespace

std::string fitted_name(std::string_view utf8, std::uint32_t room, bool bold) {
  if (width_of(utf8, bold) <= room) return std::string(utf8);
  const std::string_view number = number_of(utf8);
  if (number.empty() || number.size() == utf8.size()) {
    std::string cut = number.empty() ? fitted(utf8, room, bold) : std::string();
    return says_something(cut) ? cut : std::string();
  }
  if (width_of(number, bold) > room) return {};
  std::string name = std::string(number) + ' ';
  const std::uint32_t used = width_of(name, bold);
  const std::string rest =
      used < room ? fitted(utf8.substr(name.size()), room - used, bold) : std::string();
  return says_something(rest) ? name + rest : std::string(number);
}

}  // namespace reactortrack::map
