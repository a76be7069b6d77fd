// SPDX-License-Identifier: MIT
//
// Hash tables from addresses, or other 64-bit keys, to small values: the recorder looks one up for
// every event.
//
// Open addressing with linear probing and backward-shift deletion (Knuth, TAOCP 3, 6.4, algorithm
// R), so that there are no tombstones and a table that only churns never grows. Fibonacci hashing
// of the address. At most 5/8 full. Find, insert, erase: O(1), about 3 ns when cached.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace reactortrack::recorder {

template <class Value>
class Map64 {
 public:
  using Key = std::uint64_t;
  Map64() : slots_(kFirstSize) {}

  // The value at `key`, or nullptr. Valid until the next insert or erase.
  Value* find(Key key) {
    for (std::size_t at = home(key);; at = next(at)) {
      if (slots_[at].key == key) return &slots_[at].value;
      if (slots_[at].key == 0) return nullptr;
    }
  }

  // Sets the value at `key`, which must not be 0.
  Value* insert(Key key, Value value) {
    if (count_ * 8 >= slots_.size() * 5) grow();
    std::size_t at = home(key);
    while (slots_[at].key != 0 && slots_[at].key != key) at = next(at);
    if (slots_[at].key == 0) ++count_;
    slots_[at] = Slot{key, std::move(value)};
    return &slots_[at].value;
  }

  void erase(Key key) {
    std::size_t hole = home(key);
    while (slots_[hole].key != key) {
      if (slots_[hole].key == 0) return;
      hole = next(hole);
    }
    --count_;
    for (std::size_t at = next(hole); slots_[at].key != 0; at = next(at)) {
      const std::size_t wanted = home(slots_[at].key);
      const bool reachable =
          hole <= at ? (wanted <= hole || wanted > at) : (wanted <= hole && wanted > at);
      if (!reachable) continue;
      slots_[hole] = std::move(slots_[at]);
      hole = at;
    }
    slots_[hole] = Slot{};
  }

  std::size_t size() const { return count_; }

  // Goes through the table in pieces, which may change between them: calls visit(key) for the keys
  // in up to `most` slots below `*from`, and lowers it. Begins with the number of slots(); when that
  // has changed, all is to be done again. What is erased meanwhile may bring another key down, not up,
  // but for one that goes around the end of the table and is missed.
  template <class Visit>
  void visit_below(std::size_t* from, std::size_t most, Visit&& visit) {
    Key keys[kMostVisited];
    std::size_t count = 0;
    for (; *from > 0 && most > 0 && count < kMostVisited; --most)
      if (const Key key = slots_[--*from].key; key != 0) keys[count++] = key;
    for (std::size_t i = 0; i < count; ++i) visit(keys[i]);
  }
  std::size_t slots() const { return slots_.size(); }
  template <class Visit>
  void for_each(Visit&& visit) {
    for (Slot& slot : slots_)
      if (slot.key != 0) visit(slot.value);
  }

  void clear() {
    slots_ = std::vector<Slot>(kFirstSize);
    count_ = 0;
  }

 private:
  static constexpr std::size_t kMostVisited = 16;
  static constexpr std::size_t kFirstSize = 256;
  struct Slot {
    Key key = 0;
    Value value{};
  };

  std::size_t home(Key key) const {
    const std::uint64_t mixed = key * 0x9E3779B97F4A7C15u;
    return (mixed >> 32) & (slots_.size() - 1);
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    count_ = 0;
    for (Slot& slot : old)
      if (slot.key != 0) insert(slot.key, std::move(slot.value));
  }

  std::vector<Slot> slots_;
  std::size_t count_ = 0;
};

template <class Value>
class PointerMap {
 public:
  Value* find(const void* key) { return map_.find(number(key)); }
  Value* insert(const void* key, Value value) { return map_.insert(number(key), std::move(value)); }
  void erase(const void* key) { map_.erase(number(key)); }
  std::size_t size() const { return map_.size(); }
  std::size_t slots() const { return map_.slots(); }
  // As of Map64; visit(address).
  template <class Visit>
  void visit_below(std::size_t* from, std::size_t most, Visit&& visit) {
    map_.visit_below(from, most, [&](std::uint64_t key) {
      visit(reinterpret_cast<void*>(static_cast<std::uintptr_t>(key)));
    });
  }
  template <class Visit>
  void for_each(Visit&& visit) {
    map_.for_each(visit);
  }
  void clear() { map_.clear(); }

 private:
  static std::uint64_t number(const void* key) { return reinterpret_cast<std::uintptr_t>(key); }
  Map64<Value> map_;
};

}  // namespace reactortrack::recorder
