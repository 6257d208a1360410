// Negative tests of pjk.map, one per constraint.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics

func.func @map_c1(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires parallel dimensions with tile 1, but 'i' is reduction with tile 1}}
  pjk.map ins(%a) -> %c dims [<"i" reduction 4 [1, 1]>] {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

func.func @map_c1_strides(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires one stride per pointer, 2, but dimension 'i' has 1}}
  pjk.map ins(%a) -> %c dims [<"i" parallel 4 [1]>] {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

func.func @map_c2(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires the output to depend on every dimension, but its stride is 0 along 'i'}}
  pjk.map ins(%a) -> %c dims [<"i" parallel 4 [1, 0]>] {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

func.func @map_c3(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires 1 arguments in its body region, but got 2}}
  pjk.map ins(%a) -> %c dims [<"i" parallel 4 [1, 1]>] {
  ^bb0(%0: f32, %1: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

func.func @map_c4(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires ops of arith and math without integer division in its regions, but got 'arith.remui'}}
  pjk.map ins(%a) -> %c dims [<"i" parallel 4 [1, 1]>] {
  ^bb0(%0: i32):
    %1 = arith.remui %0, %0 : i32
    pjk.yield %1 : i32
  }
  return
}

// -----

func.func @map_c5(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires one alignment per pointer, 2, but got 1}}
  pjk.map ins(%a) -> %c dims [<"i" parallel 4 [1, 1]>] attributes {alignments = array<i64: 64>} {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}
