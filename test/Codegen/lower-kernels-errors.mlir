// What the expansion refuses: leaves that do not exist, that the target lacks,
// or that do not multiply the types.
// RUN: penjing-opt %s --pjk-lower-kernels=target=x86-64-v3 -split-input-file -verify-diagnostics
// RUN: not penjing-opt %s --pjk-lower-kernels=target=pdp-11 -split-input-file 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not penjing-opt %s --pjk-to-llvm=target=pdp-11 -split-input-file 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: requires a target among native, x86-64, x86-64-v3, x86-64-v4, x86-64-v4-vnni, aarch64, but got 'pdp-11'

func.func @unknown_leaf(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr) {
  // expected-error@+1 {{requires a leaf among fma, portable, vpdpbusd, vpmaddwd, but got 'abacus'}}
  pjk.contract %x, %w -> %y <dims = [<"n" vector 8 [0, 1, 1]>], a = f32, b = f32, acc = f32, leaf = "abacus", lanes = 8> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @leaf_of_another_target(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr) {
  // expected-error@+1 {{requires a leaf of target 'x86-64-v3', but got 'vpdpbusd'}}
  pjk.contract %x, %w -> %y <dims = [<"n" vector 8 [0, 4, 1]>, <"k" reduction 4 [1, 1, 0]>],
      a = ui8, b = si8, acc = i32, leaf = "vpdpbusd", lanes = 8 storage = packed> {
  ^bb0(%acc: i32):
    pjk.yield %acc : i32
  }
  return
}

// -----

func.func @types_of_another_leaf(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr) {
  // expected-error@+1 {{requires types that leaf 'fma' multiplies, but got 'ui8', 'si8', 'i32'}}
  pjk.contract %x, %w -> %y <dims = [<"n" vector 8 [0, 1, 1]>], a = ui8, b = si8, acc = i32, leaf = "fma", lanes = 8> {
  ^bb0(%acc: i32):
    pjk.yield %acc : i32
  }
  return
}

// -----

func.func @groups_need_neighbours(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr) {
  // expected-error@+1 {{requires stride 1 in A along the last reduction dimension for leaf 'vpdpbusd'}}
  pjk.contract %x, %w -> %y <dims = [<"n" vector 8 [0, 4, 1]>, <"k" reduction 4 [2, 1, 0]>],
      a = ui8, b = si8, acc = i32, leaf = "vpdpbusd", lanes = 8 storage = packed> {
  ^bb0(%acc: i32):
    pjk.yield %acc : i32
  }
  return
}

// -----

func.func @groups_need_packing(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr) {
  // expected-error@+1 {{requires packed B and vector stride 0 in A for leaf 'vpdpbusd'}}
  pjk.contract %x, %w -> %y <dims = [<"n" vector 8 [0, 1, 1]>, <"k" reduction 4 [1, 8, 0]>],
      a = ui8, b = si8, acc = i32, leaf = "vpdpbusd", lanes = 8> {
  ^bb0(%acc: i32):
    pjk.yield %acc : i32
  }
  return
}
