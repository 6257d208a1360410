// Negative tests of pjk.reduce, one per constraint.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics

func.func @reduce_c1(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires parallel and reduction dimensions with tile 1, but 'p' is vector with tile 1}}
  pjk.reduce ins(%a) -> %c addf dims [<"p" vector 4 [8, 1]>] element {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  } final {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

func.func @reduce_c2(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires the output to depend on the parallel dimensions alone, but its stride along reduction 'r' is 1}}
  pjk.reduce ins(%a) -> %c addf dims [<"r" reduction 8 [1, 1]>] element {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  } final {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

func.func @reduce_c2_parallel(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires the output to depend on the parallel dimensions alone, but its stride along parallel 'p' is 0}}
  pjk.reduce ins(%a) -> %c addf dims [<"p" parallel 8 [1, 0]>] element {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  } final {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

func.func @reduce_c3(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires argument 0 of its final region to be 'f32', but got 'i32'}}
  pjk.reduce ins(%a) -> %c addf dims [<"p" parallel 4 [8, 1]>, <"r" reduction 8 [1, 0]>] element {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  } final {
  ^bb0(%0: i32):
    pjk.yield %0 : i32
  }
  return
}

// -----

func.func @reduce_c4(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires ops of arith and math without integer division in its regions, but got 'arith.divui'}}
  pjk.reduce ins(%a) -> %c addi dims [<"p" parallel 4 [8, 1]>, <"r" reduction 8 [1, 0]>] element {
  ^bb0(%0: i32):
    %1 = arith.divui %0, %0 : i32
    pjk.yield %1 : i32
  } final {
  ^bb0(%0: i32):
    pjk.yield %0 : i32
  }
  return
}

// -----

func.func @reduce_c5(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires a combiner of 'f32' elements, but got maxs}}
  pjk.reduce ins(%a) -> %c maxs dims [<"p" parallel 4 [8, 1]>, <"r" reduction 8 [1, 0]>] element {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  } final {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

func.func @reduce_c6(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires alignments to be powers of two, but got 3}}
  pjk.reduce ins(%a) -> %c addf dims [<"p" parallel 4 [8, 1]>, <"r" reduction 8 [1, 0]>] attributes {alignments = array<i64: 64, 3>} element {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  } final {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// -----

func.func @reduce_c7(%a: !llvm.ptr, %c: !llvm.ptr) {
  // expected-error@+1 {{requires at least one input}}
  pjk.reduce ins() -> %c addf dims [<"p" parallel 4 [1]>] element {
    %0 = arith.constant 1.0 : f32
    pjk.yield %0 : f32
  } final {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}
