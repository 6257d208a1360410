// What would need offsets of more than 32 bits is refused by the types alone: by pj-fuse for
// tensors and constants, by pj-plan-memory for the arena, by pj-to-kernels for what it packs.
// RUN: split-file %s %t
// RUN: not penjing-opt %t/tensor.mlir --pj-fuse 2>&1 | FileCheck %t/tensor.mlir
// RUN: not penjing compile %t/tensor.mlir -o - 2>&1 | FileCheck %t/tensor.mlir
// RUN: not penjing-opt %t/overflow.mlir --pj-fuse 2>&1 | FileCheck %t/overflow.mlir
// RUN: not penjing-opt %t/argument.mlir --pj-fuse 2>&1 | FileCheck %t/argument.mlir
// RUN: not penjing-opt %t/constants.mlir --pj-fuse 2>&1 | FileCheck %t/constants.mlir
// RUN: not penjing-opt %t/arena.mlir --pj-fuse=keep-ops --pj-assign-layouts --pj-plan-memory 2>&1 | FileCheck %t/arena.mlir
// RUN: not penjing-opt %t/empty.mlir --pj-fuse 2>&1 | FileCheck %t/empty.mlir
// RUN: not penjing verify %t/empty.mlir 2>&1 | FileCheck %t/empty.mlir
// RUN: not penjing compile %t/emptied.mlir -o - 2>&1 | FileCheck %t/emptied.mlir

//--- empty.mlir
// CHECK: requires dimensions of at least 1 to be compiled, but got 'tensor<0x4xf32>'; an empty tensor has nothing to compute, so bind or remove it
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<0x4xf32> {pj.name = "x"}) -> tensor<0x4xf32> {
    %0 = pj.relu %x : (tensor<0x4xf32>) -> tensor<0x4xf32>
    return %0 : tensor<0x4xf32>
  }
}

//--- emptied.mlir
// CHECK: requires dimensions of at least 1 to be compiled, but got 'tensor<0x5xf32>'
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<4x5xf32>) -> tensor<2x5xf32> {
    %0 = pj.pad %x {low = array<i64: 0, 0>, high = array<i64: -4, 0>, value = 0.0 : f64} : (tensor<4x5xf32>) -> tensor<0x5xf32>
    %1 = pj.pad %0 {low = array<i64: 0, 0>, high = array<i64: 2, 0>, value = 0.0 : f64} : (tensor<0x5xf32>) -> tensor<2x5xf32>
    return %1 : tensor<2x5xf32>
  }
}

//--- tensor.mlir
// CHECK: requires tensors of at most 2147483647 bytes, for offsets have 32 bits, but got 17179869184
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<65536x1xf32>, %z: tensor<1x65536xf32>) -> tensor<65536x1xf32> {
    %0 = pj.matmul %x, %z : (tensor<65536x1xf32>, tensor<1x65536xf32>) -> tensor<65536x65536xf32>
    %1 = pj.matmul %0, %x : (tensor<65536x65536xf32>, tensor<65536x1xf32>) -> tensor<65536x1xf32>
    return %1 : tensor<65536x1xf32>
  }
}

//--- overflow.mlir
// CHECK: requires tensors of at most 2147483647 bytes, for offsets have 32 bits, but got more than 64 bits count
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<4611686018427387904x4xf32>) -> tensor<4611686018427387904x4xf32> {
    %0 = pj.relu %x : (tensor<4611686018427387904x4xf32>) -> tensor<4611686018427387904x4xf32>
    return %0 : tensor<4611686018427387904x4xf32>
  }
}

//--- argument.mlir
// CHECK: requires tensors of at most 2147483647 bytes, for offsets have 32 bits, but got 2147483648
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<536870912xf32>) -> tensor<1xf32> {
    %0 = pj.slice %x {offsets = array<i64: 0>, sizes = array<i64: 1>, strides = array<i64: 1>} : (tensor<536870912xf32>) -> tensor<1xf32>
    return %0 : tensor<1xf32>
  }
}

//--- constants.mlir
// CHECK: requires constants of at most 2147483647 bytes, for offsets have 32 bits, but got 3221225472
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @u : tensor<1x268435456xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<1x268435456xf32>}
  pj.param @v : tensor<1x268435456xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<1x268435456xf32>}
  pj.param @w : tensor<1x268435456xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<1x268435456xf32>}
  func.func @main(%x: tensor<1x1xf32>) -> tensor<1x268435456xf32> {
    %u = pj.use @u : tensor<1x268435456xf32>
    %v = pj.use @v : tensor<1x268435456xf32>
    %w = pj.use @w : tensor<1x268435456xf32>
    %0 = pj.add %u, %v : (tensor<1x268435456xf32>, tensor<1x268435456xf32>) -> tensor<1x268435456xf32>
    %1 = pj.add %0, %w : (tensor<1x268435456xf32>, tensor<1x268435456xf32>) -> tensor<1x268435456xf32>
    %2 = pj.add %1, %x : (tensor<1x268435456xf32>, tensor<1x1xf32>) -> tensor<1x268435456xf32>
    return %2 : tensor<1x268435456xf32>
  }
}

//--- arena.mlir
// CHECK: requires an arena of at most 2147483647 bytes, for offsets have 32 bits, but got {{[0-9]+}}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<300000000xf32>) -> tensor<300000000xf32> {
    %0 = pj.relu %x : (tensor<300000000xf32>) -> tensor<300000000xf32>
    %1 = pj.exp %0 : (tensor<300000000xf32>) -> tensor<300000000xf32>
    %2 = pj.sub %0, %1 : (tensor<300000000xf32>, tensor<300000000xf32>) -> tensor<300000000xf32>
    %3 = pj.sub %1, %0 : (tensor<300000000xf32>, tensor<300000000xf32>) -> tensor<300000000xf32>
    %4 = pj.mul %2, %3 : (tensor<300000000xf32>, tensor<300000000xf32>) -> tensor<300000000xf32>
    return %4 : tensor<300000000xf32>
  }
}
