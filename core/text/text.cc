// SPDX-License-Identifier: MIT
#include "core/text/text.h"

#include <cstddef>

namespace reactortrack::text {

namespace {

constexpr std::uint64_t kMicrosecond = 1'000;  // in ns, as those below
constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;

constexpr std::uint64_t kKilobyte = 1'000;
constexpr std::uint64_t kMegabyte = 1'000'000;
constexpr std::uint64_t kGigabyte = 1'000'000'000;

std::string padded(std::uint64_t value, std::size_t digits) {
  std::string text = std::to_string(value);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

// value / unit to so many decimals, rounded half up: "1.23". `unit` is a multiple of 1000.
std::string fixed(std::uint64_t value, std::uint64_t unit, std::size_t decimals) {
  std::uint64_t scale = 1;
  for (std::size_t i = 0; i < decimals; ++i) scale *= 10;
  const std::uint64_t step = unit / scale;
  const std::uint64_t rounded = value / step + (value % step >= step - step / 2 ? 1 : 0);
  std::string text = std::to_string(rounded / scale);
  return decimals == 0 ? text : text + "." + padded(rounded % scale, decimals);
}

// Three digits that count: 1.23, 12.3, 123.
std::string three_digits(std::uint64_t value, std::uint64_t unit, std::string_view name) {
  const std::size_t decimals = value < unit / 1000 * 9'995 ? 2 : value < unit / 100 * 9'995 ? 1 : 0;
  return fixed(value, unit, decimals).append(" ").append(name);
}

// Whether `value` is less than 999.5 of the unit, so that three digits do not become 1000.
bool fits(std::uint64_t value, std::uint64_t unit) { return value < unit / 1000 * 999'500; }

// The length of the UTF-8 character at the start of `text`, or 0 if it is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(0);
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xC2 ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                           : first < 0xF5 ? 4
                                          : 0;
  if (size == 0 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (size == 3 && ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)))
    return 0;
  if (size == 4 && ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)))
    return 0;
  return size;
}

void append_escaped(unsigned char byte, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out->append("\\x").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
}

// C0, DEL and the C1 controls (U+0080 to U+009F).
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

std::string duration_text(std::int64_t duration_ns) {
  if (duration_ns < 0) return "-" + duration_text(-(duration_ns + 1));
  const auto ns = static_cast<std::uint64_t>(duration_ns);
  if (ns < kMicrosecond) return std::to_string(ns) + " ns";
  if (fits(ns, kMicrosecond)) return three_digits(ns, kMicrosecond, "us");
  if (fits(ns, kMillisecond)) return three_digits(ns, kMillisecond, "ms");
  if (ns < 59'999'500'000) return fixed(ns, kSecond, 3) + " s";
  const std::uint64_t seconds = (ns + kSecond / 2) / kSecond;
  if (seconds < 3600)
    return std::to_string(seconds / 60) + " min " + padded(seconds % 60, 2) + " s";
  const std::uint64_t minutes = seconds / 60;
  if (minutes < 24 * 60)
    return std::to_string(minutes / 60) + " h " + padded(minutes % 60, 2) + " min";
  const std::uint64_t hours = minutes / 60;
  return std::to_string(hours / 24) + " d " + padded(hours % 24, 2) + " h";
}

std::string clock_text(std::int64_t ns) {
  const bool negative = ns < 0;
  const std::uint64_t us =
      (negative ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns)) /
      kMicrosecond;
  return (negative ? "-" : "") + std::to_string(us / 1'000'000) + "." + padded(us % 1'000'000, 6);
}

std::string count_text(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string plural(std::uint64_t count, std::string_view one, std::string_view many) {
  std::string text = count_text(count) + " ";
  if (count == 1) return text.append(one);
  return many.empty() ? text.append(one).append("s") : text.append(many);
}

std::string size_text(std::uint64_t bytes) {
  if (bytes < kKilobyte) return plural(bytes, "byte");
  if (fits(bytes, kKilobyte)) return three_digits(bytes, kKilobyte, "kB");
  if (fits(bytes, kMegabyte)) return three_digits(bytes, kMegabyte, "MB");
  return three_digits(bytes, kGigabyte, "GB");
}

// The calendar repeats every 400 years, "eras" that are counted from a March 1 here, so that the
// day that some years lack is the last of its year. Times in ns end in 1677 and 2262, which
// saves thinking of years before 0.
std::string date_text(std::int64_t unix_ns) {
  constexpr std::int64_t kDaysBefore1970 = 719'468;  // since 0000-03-01
  constexpr std::uint64_t kDaysOfEra = 146'097;
  const std::int64_t seconds =
      unix_ns / 1'000'000'000 - (unix_ns % 1'000'000'000 < 0 ? 1 : 0) + kDaysBefore1970 * 86'400;
  const auto day = static_cast<std::uint64_t>(seconds / 86'400);
  const auto second = static_cast<std::uint64_t>(seconds % 86'400);
  const std::uint64_t day_of_era = day % kDaysOfEra;
  const std::uint64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::uint64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::uint64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const std::uint64_t year = day / kDaysOfEra * 400 + year_of_era + (month <= 2 ? 1 : 0);
  return padded(year, 4) + "-" + padded(month, 2) + "-" +
         padded(day_of_year - (153 * month_from_march + 2) / 5 + 1, 2) + " " +
         padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":" +
         padded(second % 60, 2) + " UTC";
}

std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const std::string_view character = text.substr(0, size == 0 ? 1 : size);
    if (size == 0 || is_control(character)) {
      for (const char byte : character) append_escaped(static_cast<unsigned char>(byte), &out);
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
  return out;
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (const char byte : text) width += (static_cast<unsigned char>(byte) & 0xC0) != 0x80 ? 1 : 0;
  return width;
}

std::string left(std::string_view text, std::size_t width) {
  const std::size_t taken = width_of(text);
  return std::string(text).append(taken < width ? width - taken : 0, ' ');
}

std::string right(std::string_view text, std::size_t width) {
  const std::size_t taken = width_of(text);
  return std::string(taken < width ? width - taken : 0, ' ').append(text);
}

namespace {

void append_wrapped_line(std::string_view line, std::size_t indent, std::size_t width,
                         std::string* out) {
  std::size_t column = 0;
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(word.size() + (word.size() < line.size() ? 1 : 0));
    if (column != 0 && column + 1 + width_of(word) > width) {
      *out += '\n';
      column = 0;
    }
    out->append(column == 0 ? indent : 1, ' ').append(word);
    column += width_of(word) + (column == 0 ? indent : 1);
  }
  *out += '\n';
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::string paragraph;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) append_wrapped_line(paragraph, indent, width, &out);
    paragraph.clear();
  };
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + (line.size() < text.size() ? 1 : 0));
    if (!line.empty() && !line.starts_with(' ')) {
      paragraph.append(paragraph.empty() ? "" : " ").append(line);
      continue;
    }
    end_paragraph();
    out.append(line.empty() ? 0 : indent, ' ').append(line).append("\n");
  }
  end_paragraph();
  return out;
}

std::string_view last_name(std::string_view dotted) {
  constexpr std::string_view kLocals = ".<locals>";
  const std::size_t locals = dotted.find(kLocals);
  const std::size_t dot = dotted.rfind('.', locals == dotted.npos ? dotted.npos : locals - 1);
  if (locals == 0 || dot == dotted.npos) return dotted;
  return dotted.substr(dot + 1);
}

std::string_view short_path(std::string_view path) {
  for (const std::string_view mark : {"/site-packages/", "/dist-packages/"})
    if (const std::size_t at = path.rfind(mark); at != path.npos)
      return path.substr(at + mark.size());
  if (const std::size_t at = path.rfind("/lib/python3"); at != path.npos)
    if (const std::size_t end = path.find('/', at + 12); end != path.npos)
      return path.substr(end + 1);
  const std::size_t last = path.rfind('/');
  if (last == path.npos || last == 0) return path;
  const std::size_t before = path.rfind('/', last - 1);
  return before == path.npos ? path : path.substr(before + 1);
}

bool is_twisted(std::string_view path) {
  return path.find("-packages/twisted/") != path.npos || path.find("/src/twisted/") != path.npos;
}

}  // namespace reactortrack::text
