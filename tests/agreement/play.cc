// SPDX-License-Identifier: MIT
//
// Calls the exports of wasm/exports.h natively, as lines on stdin say, and prints what they give.
// play.mjs does the same with the module; test_agreement.py compares the two.
//
//   file PATH                    the bytes that `append` takes from
//   open BYTES | append FROM SIZE | finish | read EVENTS | work PIECES | move EVENT | boxes
//   view WIDTH HEIGHT RATIO ROOT LAYOUT WEIGHT FLAGS | zoom SCALE X Y
//   paint BOX                    a hash of the frame; -1: the whole frame
//   ids STEP                     what is under every STEPth pixel, as a hash
//   text QUESTION A B WORDS...
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "wasm/exports.h"

namespace {

std::vector<char> file;
std::uint32_t width = 0;
std::uint32_t height = 0;

std::uint32_t hash(const std::uint8_t* bytes, std::size_t size) {
  std::uint32_t value = 2166136261u;
  for (std::size_t at = 0; at < size; ++at) value = (value ^ bytes[at]) * 16777619u;
  return value;
}

void print_boxes() {
  const std::int32_t* numbers = rt_boxes();
  for (std::uint32_t at = 0; at < 4 * rt_box_count(); ++at) std::cout << ' ' << numbers[at];
  std::cout << '\n';
}

void print_ids(std::uint32_t step) {
  std::vector<std::uint8_t> ids;
  for (std::uint32_t y = 0; y < height; y += step)
    for (std::uint32_t x = 0; x < width; x += step) {
      const std::uint32_t id = rt_pick(static_cast<std::int32_t>(x), static_cast<std::int32_t>(y));
      for (const int shift : {0, 8, 16, 24}) ids.push_back(static_cast<std::uint8_t>(id >> shift));
    }
  std::cout << "ids " << hash(ids.data(), ids.size()) << '\n';
}

void append(std::istream* words) {
  std::uint32_t from = 0, size = 0;
  *words >> from >> size;
  if (from > file.size()) from = static_cast<std::uint32_t>(file.size());
  if (size > file.size() - from) size = static_cast<std::uint32_t>(file.size() - from);
  std::uint8_t* room = rt_room(size);
  if (size > 0) std::memcpy(room, file.data() + from, size);
  rt_append(size);
}

void view(std::istream* words) {
  float ratio = 1;
  std::uint32_t root = 0, layout = 0, weight = 0, flags = 0;
  *words >> width >> height >> ratio >> root >> layout >> weight >> flags;
  rt_view(width, height, ratio, root, layout, weight, flags);
}

void text(std::istream* words) {
  std::uint32_t question = 0, a = 0, b = 0;
  std::string rest;
  *words >> question >> a >> b;
  std::getline(*words >> std::ws, rest);
  const auto size = static_cast<std::uint32_t>(rest.size());
  std::uint8_t* room = rt_argument(size);
  if (size > 0) std::memcpy(room, rest.data(), size);
  const auto* answer = reinterpret_cast<const char*>(rt_text(question, a, b, size));
  std::cout << std::string_view(answer, rt_text_size()) << '\n';
}

void play(const std::string& verb, std::istream* words) {
  const auto number = [&] {
    long long value = 0;
    *words >> value;
    return static_cast<std::uint32_t>(value);
  };
  if (verb == "file") {
    std::string path;
    std::getline(*words >> std::ws, path);
    std::ifstream in(path, std::ios::binary);
    file.assign(std::istreambuf_iterator<char>(in), {});
  } else if (verb == "open") {
    rt_open(number());
  } else if (verb == "append") {
    append(words);
  } else if (verb == "finish") {
    rt_finish();
  } else if (verb == "read") {
    std::cout << "read " << rt_read(number()) << '\n';
  } else if (verb == "work") {
    std::uint32_t left = 1;
    for (std::uint32_t pieces = number(); pieces > 0 && left > 0; --pieces) left = rt_work();
    std::cout << "work " << left << '\n';
  } else if (verb == "move") {
    std::cout << "move " << rt_move(number()) << '\n';
  } else if (verb == "boxes") {
    print_boxes();
  } else if (verb == "view") {
    view(words);
  } else if (verb == "zoom") {
    float scale = 1, x = 0, y = 0;
    *words >> scale >> x >> y;
    rt_zoom(scale, x, y);
  } else if (verb == "paint") {
    std::cout << "frame " << hash(rt_paint(number()), std::size_t{4} * width * height) << '\n';
  } else if (verb == "ids") {
    print_ids(number());
  } else if (verb == "text") {
    text(words);
  } else {
    std::cerr << verb << ": no such call\n";
    std::exit(2);
  }
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string verb;
    if (words >> verb) play(verb, &words);
  }
  return 0;
}
