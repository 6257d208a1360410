// Gradient rules of convolution and the product of matrices.
// RUN: penjing-opt %s --pj-differentiate -split-input-file | FileCheck %s

// The adjoints carry the convolution's attributes; the input, an argument, gets none.
// CHECK-LABEL: func.func @step
// CHECK-SAME: (%[[X:.*]]: tensor<2x4x8x8xf32>)
// CHECK: %[[DY:.*]] = pj.broadcast %{{.*}} -> tensor<2x6x3x4xf32>
// CHECK-NOT: pj.conv_input_gradient
// CHECK: %[[DW:.*]] = pj.conv_weight_gradient %[[DY]], %[[X]] {dilations = array<i64: 1, 2>, groups = 2 : i64, kernel = array<i64: 3, 2>, pads = array<i64: 0, 1, 0, 0>, strides = array<i64: 2, 2>}
// CHECK: %[[DB:.*]] = pj.reduce_sum %[[DY]] {axes = array<i64: 0, 2, 3>} : (tensor<2x6x3x4xf32>) -> tensor<6xf32>
// CHECK: return %{{.*}}, %[[DW]], %[[DB]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<6x2x3x2xf32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  pj.param @b : tensor<6xf32> {role = #pj.role<bias>, trainable, init = #pj.init<ones>}
  func.func @main(%x: tensor<2x4x8x8xf32>) -> tensor<f32> {
    %w = pj.use @w : tensor<6x2x3x2xf32>
    %b = pj.use @b : tensor<6xf32>
    %y = pj.conv %x, %w, %b {strides = array<i64: 2, 2>, dilations = array<i64: 1, 2>, pads = array<i64: 0, 1, 0, 0>, groups = 2 : i64}
        : (tensor<2x4x8x8xf32>, tensor<6x2x3x2xf32>, tensor<6xf32>) -> tensor<2x6x3x4xf32>
    %l = pj.reduce_sum %y {axes = array<i64: 0, 1, 2, 3>} : (tensor<2x6x3x4xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

// Without a bias, and with a trainable input.
// CHECK-LABEL: func.func @step
// CHECK: %[[X:.*]] = pj.use @x
// CHECK: %[[W:.*]] = pj.use @w
// CHECK: pj.conv_input_gradient %{{.*}}, %[[W]], %[[X]] {layout = #pj.layout<nhwc>, pads = array<i64: 1, 1, 1, 1>}
// CHECK: pj.conv_weight_gradient %{{.*}}, %[[X]] {kernel = array<i64: 3, 3>, layout = #pj.layout<nhwc>, pads = array<i64: 1, 1, 1, 1>}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @x : tensor<1x4x4x2xf32> {role = #pj.role<constant>, trainable, init = #pj.init<ones>}
  pj.param @w : tensor<3x2x3x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %x = pj.use @x : tensor<1x4x4x2xf32>
    %w = pj.use @w : tensor<3x2x3x3xf32>
    %y = pj.conv %x, %w {pads = array<i64: 1, 1, 1, 1>, layout = #pj.layout<nhwc>}
        : (tensor<1x4x4x2xf32>, tensor<3x2x3x3xf32>) -> tensor<1x4x4x3xf32>
    %l = pj.reduce_sum %y {axes = array<i64: 0, 1, 2, 3>} : (tensor<1x4x4x3xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

// A weight that serves a batch of matrices is summed over the batch.
// CHECK-LABEL: func.func @step
// CHECK: %[[A:.*]] = pj.use @a
// CHECK: %[[B:.*]] = pj.use @b
// CHECK: %[[DY:.*]] = pj.broadcast %{{.*}} -> tensor<5x2x4xf32>
// CHECK: pj.matmul %[[DY]], %[[B]] {transpose_b} : (tensor<5x2x4xf32>, tensor<3x4xf32>) -> tensor<5x2x3xf32>
// CHECK: %[[EACH:.*]] = pj.matmul %[[A]], %[[DY]] {transpose_a} : (tensor<5x2x3xf32>, tensor<5x2x4xf32>) -> tensor<5x3x4xf32>
// CHECK: pj.reduce_sum %[[EACH]] {axes = array<i64: 0>}
// CHECK: pj.reduce_sum %[[DY]] {axes = array<i64: 0, 1>}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<5x2x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  pj.param @b : tensor<3x4xf32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  pj.param @c : tensor<4xf32> {role = #pj.role<bias>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %a = pj.use @a : tensor<5x2x3xf32>
    %b = pj.use @b : tensor<3x4xf32>
    %c = pj.use @c : tensor<4xf32>
    %y = pj.matmul %a, %b, %c : (tensor<5x2x3xf32>, tensor<3x4xf32>, tensor<4xf32>) -> tensor<5x2x4xf32>
    %l = pj.reduce_sum %y {axes = array<i64: 0, 1, 2>} : (tensor<5x2x4xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

// Both operands transposed: so are the adjoints.
// CHECK-LABEL: func.func @step
// CHECK: %[[A:.*]] = pj.use @a
// CHECK: %[[B:.*]] = pj.use @b
// CHECK: %[[DY:.*]] = pj.broadcast
// CHECK: pj.matmul %[[B]], %[[DY]] {transpose_a, transpose_b} : (tensor<4x3xf32>, tensor<2x4xf32>) -> tensor<3x2xf32>
// CHECK: pj.matmul %[[DY]], %[[A]] {transpose_a, transpose_b} : (tensor<2x4xf32>, tensor<3x2xf32>) -> tensor<4x3xf32>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<3x2xf32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  pj.param @b : tensor<4x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %a = pj.use @a : tensor<3x2xf32>
    %b = pj.use @b : tensor<4x3xf32>
    %y = pj.matmul %a, %b {transpose_a, transpose_b} : (tensor<3x2xf32>, tensor<4x3xf32>) -> tensor<2x4xf32>
    %l = pj.reduce_sum %y {axes = array<i64: 0, 1>} : (tensor<2x4xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}
