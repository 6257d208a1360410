// Shapes of the expanded loops: accumulators in loop-carried values, equal
// tiles, merged reductions, vectors where strides allow.
// RUN: penjing-opt %s --pjk-lower-kernels=target=x86-64-v4-vnni --canonicalize --cse -split-input-file | FileCheck %s

// CHECK-LABEL: func.func @example
// CHECK: llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
// CHECK: arith.select %{{.*}} : vector<16xi1>, vector<16xf32>
// CHECK: llvm.store
func.func @example(%x: !llvm.ptr, %y: !llvm.ptr) {
  pjk.map "relu" ins(%x) -> %y dims [<"h" parallel 4 [16, 16]>, <"w" parallel 16 [1, 1]>] {
  ^bb0(%0: f32):
    %zero = arith.constant 0.0 : f32
    %1 = arith.cmpf ogt, %0, %zero : f32
    %2 = arith.select %1, %0, %zero : f32
    pjk.yield %2 : f32
  }
  return
}

// -----

// 2 points x 2 vectors are carried; kw and c are one loop of 48, the weights
// of a step are 32 floats.
// CHECK-LABEL: func.func @accumulators_are_carried
// CHECK-DAG: %[[STEP:.*]] = arith.constant 128 : i64
// CHECK-DAG: %[[C48:.*]] = arith.constant 48 : i64
// CHECK: %{{.*}}:4 = scf.for %{{.*}} to %c3{{.*}} iter_args
// CHECK: %{{.*}}:4 = scf.for %[[K:.*]] = %{{.*}} to %[[C48]] step %c1{{.*}} iter_args
// CHECK: arith.muli %[[K]], %[[STEP]]
// CHECK-COUNT-4: llvm.intr.fma
// CHECK-NOT: llvm.intr.fma
// CHECK: scf.yield
// CHECK: scf.yield
// CHECK-COUNT-4: llvm.store
func.func @accumulators_are_carried(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr) {
  pjk.contract "conv" %x, %w -> %y <dims = [
      <"ow" parallel 16 tile 2 [16, 0, 32]>, <"o" vector 32 tile 2 [0, 144, 1]>,
      <"kh" reduction 3 [288, 3, 0]>, <"kw" reduction 3 [16, 1, 0]>, <"c" reduction 16 [1, 9, 0]>],
      a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16 storage = packed> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

// 8 by 3 is 3 + 3 + 2, never 3 + 3 + 2 single points.
// CHECK-LABEL: func.func @tiles_are_equal
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c2{{.*}} step %c1
// CHECK: %{{.*}}:3 = scf.for
// CHECK: %{{.*}}:2 = scf.for
// CHECK-NOT: = scf.for
func.func @tiles_are_equal(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr) {
  pjk.contract %x, %w -> %y <dims = [
      <"m" parallel 8 tile 3 [64, 0, 16]>, <"n" vector 16 [0, 64, 1]>, <"k" reduction 64 [1, 1, 0]>],
      a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16 storage = packed> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

// Four bytes of A go into every lane; ten outputs leave under a mask.
// CHECK-LABEL: func.func @exact_integers
// CHECK: llvm.load %{{.*}} {alignment = 1 : i64} : !llvm.ptr -> vector<64xi8>
// CHECK: llvm.load %{{.*}} {alignment = 1 : i64} : !llvm.ptr -> i32
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%{{.*}}) : (vector<16xi32>, vector<64xi8>, vector<64xi8>) -> vector<16xi32>
// CHECK: llvm.intr.masked.store
func.func @exact_integers(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr) {
  pjk.contract %x, %w -> %y <dims = [<"n" vector 10 [0, 64, 1]>, <"k" reduction 64 [1, 1, 0]>],
      a = ui8, b = si8, acc = i32, leaf = "vpdpbusd", lanes = 16 storage = packed exact_tail = true> {
  ^bb0(%acc: i32):
    pjk.yield %acc : i32
  }
  return
}

// -----

// A sparse tile loops over its run of the table.
// CHECK-LABEL: func.func @block_sparse
// CHECK: %[[FROM:.*]] = arith.extsi
// CHECK: %[[TO:.*]] = arith.extsi
// CHECK: scf.for %{{.*}} = %[[FROM]] to %[[TO]] step %c1{{.*}} iter_args
// CHECK: llvm.load %{{.*}} -> i32
// CHECK: llvm.intr.fma
func.func @block_sparse(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr, %index: !llvm.ptr) {
  pjk.contract %x, %w -> %y index(%index) <dims = [<"n" vector 64 [0, 64, 1]>, <"k" reduction 64 [1, 1, 0]>],
      a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16 storage = packed sparsity = block> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

// Four entries in flight have accumulators of their own, added up in order.
// CHECK-LABEL: func.func @entries_in_flight
// CHECK: %[[PARTS:.*]]:4 = scf.for %{{.*}} step %c4{{.*}} iter_args
// CHECK-COUNT-4: llvm.intr.fma
// CHECK: %[[SUM1:.*]] = arith.addf %[[PARTS]]#0, %[[PARTS]]#1
// CHECK: %[[SUM2:.*]] = arith.addf %[[SUM1]], %[[PARTS]]#2
// CHECK: %[[SUM3:.*]] = arith.addf %[[SUM2]], %[[PARTS]]#3
// CHECK: scf.for %{{.*}} step %c1{{.*}} iter_args(%{{.*}} = %[[SUM3]])
func.func @entries_in_flight(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr, %index: !llvm.ptr) {
  pjk.contract %x, %w -> %y index(%index) <dims = [<"n" vector 64 [0, 64, 1]>, <"k" reduction 64 tile 4 [1, 1, 0]>],
      a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16 storage = packed sparsity = block> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

// A batch that exceeds the caches is reduced outside the tiles: the first pass
// starts at zero, the others at the sums in C.
// CHECK-LABEL: func.func @batch_outside_the_tiles
// CHECK: scf.for %[[IMAGE:.*]] = %c0{{.*}} to %c64
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[IMAGE]], %c0
// CHECK: scf.for
// CHECK: %[[START:.*]]:{{.*}} = scf.if %[[FIRST]]
// CHECK: scf.yield %cst
// CHECK: } else {
// CHECK: llvm.load %{{.*}} -> vector<16xf32>
// CHECK: scf.for %{{.*}} iter_args(%{{.*}} = %[[START]]#0
func.func @batch_outside_the_tiles(%x: !llvm.ptr, %dy: !llvm.ptr, %dw: !llvm.ptr) {
  pjk.contract %x, %dy -> %dw <dims = [
      <"c" parallel 16 tile 4 [1, 0, 32]>, <"o" vector 32 tile 2 [0, 1, 1]>,
      <"n" reduction 64 [16384, 32768, 0]>, <"p" reduction 1024 [16, 32, 0]>],
      a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

// Squares of 4 x 4 go through registers.
// CHECK-LABEL: func.func @transpose
// CHECK-COUNT-4: llvm.load %{{.*}} -> vector<4xf32>
// CHECK: vector.shuffle %{{.*}} [0, 4, 2, 6]
// CHECK: vector.shuffle %{{.*}} [1, 5, 3, 7]
// CHECK: vector.shuffle %{{.*}} [0, 1, 4, 5]
// CHECK: vector.shuffle %{{.*}} [2, 3, 6, 7]
// CHECK-COUNT-4: llvm.store %{{.*}} : vector<4xf32>
func.func @transpose(%x: !llvm.ptr, %y: !llvm.ptr) {
  pjk.map "transpose" ins(%x) -> %y dims [<"h" parallel 4 [16, 1]>, <"w" parallel 16 [1, 4]>] {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

// Nothing is contiguous in both, and three channels are too few for squares:
// scalars.
// CHECK-LABEL: func.func @channels_last
// CHECK-NOT: vector
// CHECK: llvm.load %{{.*}} -> f32
// CHECK-NOT: vector
// CHECK: return
func.func @channels_last(%x: !llvm.ptr, %y: !llvm.ptr) {
  pjk.map "channels_last" ins(%x) -> %y dims [<"c" parallel 3 [256, 1]>, <"p" parallel 256 [1, 3]>] {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

// Vectors along the channels; a small window has no loops.
// CHECK-LABEL: func.func @max_pool
// CHECK-NOT: iter_args
// CHECK-COUNT-6: arith.maximumf %{{.*}} : vector<16xf32>
// CHECK-NOT: iter_args
func.func @max_pool(%x: !llvm.ptr, %y: !llvm.ptr) {
  pjk.reduce "max_pool" ins(%x) -> %y maximumf dims [
      <"oh" parallel 8 [1024, 256]>, <"ow" parallel 8 [64, 32]>, <"c" parallel 32 [1, 1]>,
      <"kh" reduction 2 [512, 0]>, <"kw" reduction 2 [32, 0]>] element {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  } final {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

// A large window is loops that carry the vectors.
// CHECK-LABEL: func.func @large_window
// CHECK: %{{.*}}:2 = scf.for %{{.*}} iter_args(%{{.*}}) -> (vector<16xf32>, vector<16xf32>)
func.func @large_window(%x: !llvm.ptr, %y: !llvm.ptr) {
  pjk.reduce "max_pool" ins(%x) -> %y maximumf dims [
      <"c" parallel 32 [1, 1]>, <"kh" reduction 5 [512, 0]>, <"kw" reduction 5 [32, 0]>] element {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  } final {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

// Lanes side by side along the reduction, folded in halves, then the rest.
// CHECK-LABEL: func.func @row_sum
// CHECK: scf.for %{{.*}} iter_args(%{{.*}}) -> (vector<16xf32>)
// CHECK: scf.for %{{.*}} iter_args(%{{.*}}) -> (f32)
// CHECK: vector.shuffle %{{.*}} [0, 1, 2, 3, 4, 5, 6, 7]
// CHECK: vector.shuffle %{{.*}} [8, 9, 10, 11, 12, 13, 14, 15]
// CHECK: vector.shuffle %{{.*}} [1]
func.func @row_sum(%x: !llvm.ptr, %y: !llvm.ptr) {
  pjk.reduce "row_sum" ins(%x) -> %y addf dims [<"n" parallel 5 [50, 1]>, <"c" reduction 50 [1, 0]>] element {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  } final {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}
