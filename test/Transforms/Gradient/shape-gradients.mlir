// Gradient rules of ops that move elements.
// RUN: penjing-opt %s --pj-differentiate -split-input-file | FileCheck %s

// Reshape goes back, transpose takes the inverse permutation, pad cuts.
// CHECK-LABEL: func.func @step
// CHECK: %[[DP:.*]] = pj.broadcast %{{.*}} -> tensor<5x2x2xf32>
// CHECK: %[[DT:.*]] = pj.pad %[[DP]] {high = array<i64: 0, 1, 0>, low = array<i64: -1, 0, 0>} : (tensor<5x2x2xf32>) -> tensor<4x3x2xf32>
// CHECK: %[[DR:.*]] = pj.transpose %[[DT]] {permutation = array<i64: 1, 2, 0>} : (tensor<4x3x2xf32>) -> tensor<3x2x4xf32>
// CHECK: pj.reshape %[[DR]] {shape = array<i64: 6, 4>}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @x : tensor<6x4xf32> {role = #pj.role<constant>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %x = pj.use @x : tensor<6x4xf32>
    %r = pj.reshape %x {shape = array<i64: 3, 2, -1>} : (tensor<6x4xf32>) -> tensor<3x2x4xf32>
    %t = pj.transpose %r {permutation = array<i64: 2, 0, 1>} : (tensor<3x2x4xf32>) -> tensor<4x3x2xf32>
    %p = pj.pad %t {low = array<i64: 1, 0, 0>, high = array<i64: 0, -1, 0>, value = 3.0 : f64} : (tensor<4x3x2xf32>) -> tensor<5x2x2xf32>
    %l = pj.reduce_sum %p {axes = array<i64: 0, 1, 2>} : (tensor<5x2x2xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

// Each input of a concat gets its slice; one that is not trained gets none.
// CHECK-LABEL: func.func @step
// CHECK: %[[DY:.*]] = pj.broadcast
// CHECK: pj.slice %[[DY]] {offsets = array<i64: 0, 0>, sizes = array<i64: 2, 3>, strides = array<i64: 1, 1>}
// CHECK: pj.slice %[[DY]] {offsets = array<i64: 0, 4>, sizes = array<i64: 2, 2>, strides = array<i64: 1, 1>}
// CHECK-NOT: pj.slice
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<2x3xf32> {role = #pj.role<constant>, trainable, init = #pj.init<ones>}
  pj.param @b : tensor<2x2xf32> {role = #pj.role<constant>, trainable, init = #pj.init<ones>}
  func.func @main(%x: tensor<2x1xf32>) -> tensor<f32> {
    %a = pj.use @a : tensor<2x3xf32>
    %b = pj.use @b : tensor<2x2xf32>
    %y = pj.concat %a, %x, %b {axis = 1 : i32} : (tensor<2x3xf32>, tensor<2x1xf32>, tensor<2x2xf32>) -> tensor<2x6xf32>
    %l = pj.reduce_sum %y {axes = array<i64: 0, 1>} : (tensor<2x6xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

// A slice is padded back; with a stride, zeros go between its elements first.
// CHECK-LABEL: func.func @step
// CHECK: %[[DY:.*]] = pj.broadcast %{{.*}} -> tensor<2x3xf32>
// CHECK: %[[SPLIT:.*]] = pj.reshape %[[DY]] {shape = array<i64: 2, 3, 1>}
// CHECK: %[[WIDE:.*]] = pj.pad %[[SPLIT]] {high = array<i64: 0, 0, 1>, low = array<i64: 0, 0, 0>} : (tensor<2x3x1xf32>) -> tensor<2x3x2xf32>
// CHECK: %[[JOINED:.*]] = pj.reshape %[[WIDE]] {shape = array<i64: 2, 6>}
// CHECK: pj.pad %[[JOINED]] {high = array<i64: 1, -1>, low = array<i64: 1, 2>} : (tensor<2x6xf32>) -> tensor<4x7xf32>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @x : tensor<4x7xf32> {role = #pj.role<constant>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %x = pj.use @x : tensor<4x7xf32>
    %y = pj.slice %x {offsets = array<i64: 1, 2>, sizes = array<i64: 2, 3>, strides = array<i64: 1, 2>} : (tensor<4x7xf32>) -> tensor<2x3xf32>
    %l = pj.reduce_sum %y {axes = array<i64: 0, 1>} : (tensor<2x3xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

// A sum spreads its gradient, a broadcast sums it.
// CHECK-LABEL: func.func @step
// CHECK: %[[DS:.*]] = pj.broadcast %{{.*}} -> tensor<4xf32>
// CHECK: %[[KEPT:.*]] = pj.reshape %[[DS]] {shape = array<i64: 4, 1>}
// CHECK: %[[DB:.*]] = pj.broadcast %[[KEPT]], %{{.*}} -> tensor<4x3xf32>
// CHECK: pj.reduce_sum %[[DB]] {axes = array<i64: 0>} : (tensor<4x3xf32>) -> tensor<3xf32>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @x : tensor<3xf32> {role = #pj.role<constant>, trainable, init = #pj.init<ones>}
  func.func @main(%like: tensor<4x3xf32>) -> tensor<f32> {
    %x = pj.use @x : tensor<3xf32>
    %b = pj.broadcast %x, %like : (tensor<3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
    %s = pj.reduce_sum %b {axes = array<i64: 1>} : (tensor<4x3xf32>) -> tensor<4xf32>
    %l = pj.reduce_sum %s {axes = array<i64: 0>} : (tensor<4xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}
