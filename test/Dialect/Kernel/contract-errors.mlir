// Negative tests of pjk.contract, one per constraint.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics

func.func @contract_c1(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires exactly one vector dimension, but got 0}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 16]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c2(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires one stride per pointer, 3, but dimension 'm' has 2}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0]>, <"n" vector 16 [0, 1, 1]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c3(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires sizes of at least 1, but dimension 'm' has size 0}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 0 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c3_tile(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires tiles of at least 1, but dimension 'm' has tile 0}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 tile 0 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c3_scalar(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires a tile of at most the size 4, but dimension 'm' has tile 5}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 tile 5 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c3_vectors(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires a tile of at most 2 vectors, but dimension 'n' has tile 3}}
  pjk.contract %a, %b -> %c <dims = [<"n" vector 17 tile 3 [0, 1, 1]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c4(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires vector strides of 0 or 1 in A, 1 in unpacked B, 1 in C, 0 or 1 in epilogue operands, but dimension 'n' has [0, 4, 1]}}
  pjk.contract %a, %b -> %c <dims = [<"n" vector 16 [0, 4, 1]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c5(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires stride 0 in C and epilogue operands along reductions, but dimension 'k' has [1, 16, 1]}}
  pjk.contract %a, %b -> %c <dims = [<"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 1]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c6(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires lanes to be a power of two, but got 12}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 12> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c7(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires a, b and acc of f32, or a and b of si8 or ui8 and acc of i32, but got 'f32', 'si8', 'f32'}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = si8, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c8(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires packed B without parallel strides and vector stride 0 in A when block-sparse}}
  pjk.contract %a, %b -> %c index(%i) <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16 sparsity = block> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c9(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires strided B, vector stride 0 in A and parallel tiles of 1 when unstructured}}
  pjk.contract %a, %b -> %c index(%i) <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16 storage = packed sparsity = unstructured> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c10(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires an index operand exactly when sparse, but it is block}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16 storage = packed sparsity = block> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c10_dense(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires an index operand exactly when sparse, but it is dense}}
  pjk.contract %a, %b -> %c index(%i) <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c11(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires 1 arguments in its epilogue region, but got 2}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32, %more: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c11_accumulator(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires argument 0 of its epilogue region to be 'f32', but got 'i32'}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: i32):
    pjk.yield %acc : i32
  }
  return
}

// -----

func.func @contract_c11_yield(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires its epilogue region to yield a signless integer or float, but got}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    %0 = arith.constant dense<0.0> : vector<4xf32>
    pjk.yield %0 : vector<4xf32>
  }
  return
}

// -----

func.func @contract_c11_terminator(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires a pjk.yield at the end of its epilogue region}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    llvm.unreachable
  }
  return
}

// -----

func.func @contract_c11_argument(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires signless integer or float arguments in its epilogue region, but got 'index'}}
  pjk.contract %a, %b -> %c with(%i) <dims = [<"n" vector 16 [0, 1, 1, 1]>, <"k" reduction 8 [1, 16, 0, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32, %x: index):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c12(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires ops of arith and math without integer division in its regions, but got 'arith.divsi'}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    %0 = arith.constant 1 : i32
    %1 = arith.divsi %0, %0 : i32
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c12_memory(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires ops of arith and math without integer division in its regions, but got 'llvm.mlir.zero'}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    %0 = llvm.mlir.zero : !llvm.ptr
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c13(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires C to depend on every parallel dimension, but its stride is 0 along 'm'}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 0]>, <"n" vector 16 [0, 1, 1]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c14(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires one alignment per pointer, 3, but got 1}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> attributes {alignments = array<i64: 64>} {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}

// -----

func.func @contract_c14_power(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, %i: !llvm.ptr) {
  // expected-error@+1 {{requires alignments to be powers of two, but got 48}}
  pjk.contract %a, %b -> %c <dims = [<"m" parallel 4 [8, 0, 16]>, <"n" vector 16 [0, 1, 1]>, <"k" reduction 8 [1, 16, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16> attributes {alignments = array<i64: 64, 48, 64>} {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  return
}
