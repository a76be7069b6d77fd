# SPDX-License-Identifier: MIT
#
# core as WebAssembly, with Debian's clang and wasi-libc. tools/build_wasm.sh uses it.
#
# Another compiler: -DREACTORTRACK_WASM_COMPILER=clang++-23. Before 22 the stack must be put first
# (-Wl,--stack-first): there, running out of it overwrites globals without a word.
set(REACTORTRACK_WASM_COMPILER "clang++-22" CACHE STRING "C++ compiler with a wasm32-wasi sysroot")

set(CMAKE_SYSTEM_NAME Generic)  # CMake 3.25 has not heard of WASI
set(REACTORTRACK_WASM ON)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_CXX_COMPILER ${REACTORTRACK_WASM_COMPILER})
string(REPLACE "clang++" "clang" REACTORTRACK_WASM_C_COMPILER "${REACTORTRACK_WASM_COMPILER}")
set(CMAKE_C_COMPILER ${REACTORTRACK_WASM_C_COMPILER})
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
set(CMAKE_C_COMPILER_TARGET wasm32-wasi)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES REACTORTRACK_WASM_COMPILER)

# -Wno-deprecated: wasm32-wasi is called wasm32-wasip1 now, but Debian's sysroot is not.
# simd128: every browser that has putImageData in a worker has it too.
# -flto: the Reader is inlined into the replay's loop, which then reads in three quarters of the time.
set(CMAKE_C_FLAGS_INIT "-Wno-deprecated -msimd128")
set(CMAKE_CXX_FLAGS_INIT "-Wno-deprecated -msimd128 -fno-exceptions -fno-rtti -flto")
# Not an llvm-ar of another release, which refuses what it can't read. lld needs no index.
find_program(CMAKE_AR ar REQUIRED)
find_program(CMAKE_RANLIB ranlib REQUIRED)
# --no-wasm-opt: clang runs whatever wasm-opt it finds, and the result would depend on that.
set(CMAKE_EXE_LINKER_FLAGS_INIT "--no-wasm-opt -mexec-model=reactor -Wl,-z,stack-size=1048576 \
-Wl,--max-memory=4294967296 -Wl,--strip-all")
set(CMAKE_EXECUTABLE_SUFFIX .wasm)
set(CMAKE_EXECUTABLE_SUFFIX_CXX .wasm)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
