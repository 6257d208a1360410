// Gradient rules of normalization and softmax.
// RUN: penjing-opt %s --pj-differentiate -split-input-file | FileCheck %s

// The batch's own statistics are part of what is differentiated.
// CHECK-LABEL: func.func @step
// CHECK: %[[Y:.*]], %[[M:.*]], %[[V:.*]] = pj.batch_norm_training %[[X:.*]], %[[S:.*]], %{{.*}} {axis = 0 : i32
// CHECK: %[[DX:.*]], %[[DS:.*]], %[[DB:.*]] = pj.batch_norm_gradient %{{.*}}, %[[X]], %[[S]], %[[M]], %[[V]] {axis = 0 : i32, epsilon = 1.000000e-03 : f64}
// CHECK: return %{{.*}}, %[[DX]], %[[DS]], %[[DB]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @x : tensor<2x8xf32> {role = #pj.role<constant>, trainable, init = #pj.init<ones>}
  pj.param @s : tensor<2xf32> {role = #pj.role<norm_scale>, trainable, init = #pj.init<ones>}
  pj.param @b : tensor<2xf32> {role = #pj.role<norm_shift>, trainable, init = #pj.init<zeros>}
  func.func @main() -> tensor<f32> {
    %x = pj.use @x : tensor<2x8xf32>
    %s = pj.use @s : tensor<2xf32>
    %b = pj.use @b : tensor<2xf32>
    %y, %m, %v = pj.batch_norm_training %x, %s, %b {axis = 0 : i32, epsilon = 1.0e-3 : f64}
        : (tensor<2x8xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2x8xf32>, tensor<2xf32>, tensor<2xf32>)
    %l = pj.reduce_sum %y {axes = array<i64: 0, 1>} : (tensor<2x8xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

// By stored statistics (outside training mode) only scale and shift are trained.
// CHECK-LABEL: func.func @step
// CHECK: %[[DY:.*]] = pj.broadcast
// CHECK: %[[DEVIATION:.*]] = pj.sqrt
// CHECK: %[[DB:.*]] = pj.reduce_sum %[[DY]] {axes = array<i64: 0>}
// CHECK: %[[CENTRED:.*]] = pj.sub %[[X:.*]], %{{.*}} : (tensor<8x2xf32>, tensor<1x2xf32>)
// CHECK: %[[PRODUCT:.*]] = pj.mul %[[DY]], %[[CENTRED]]
// CHECK: %[[SUM:.*]] = pj.reduce_sum %[[PRODUCT]]
// CHECK: %[[DS:.*]] = pj.div %[[SUM]], %[[DEVIATION]]
// CHECK: return %{{.*}}, %[[DS]], %[[DB]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @s : tensor<2xf32> {role = #pj.role<norm_scale>, trainable, init = #pj.init<ones>}
  pj.param @b : tensor<2xf32> {role = #pj.role<norm_shift>, trainable, init = #pj.init<zeros>}
  pj.param @m : tensor<2xf32> {role = #pj.role<running_mean>, init = #pj.init<zeros>}
  pj.param @v : tensor<2xf32> {role = #pj.role<running_variance>, init = #pj.init<ones>}
  func.func @main(%x: tensor<8x2xf32>) -> tensor<f32> {
    %s = pj.use @s : tensor<2xf32>
    %b = pj.use @b : tensor<2xf32>
    %m = pj.use @m : tensor<2xf32>
    %v = pj.use @v : tensor<2xf32>
    %y = pj.batch_norm %x, %s, %b, %m, %v
        : (tensor<8x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<8x2xf32>
    %l = pj.reduce_sum %y {axes = array<i64: 0, 1>} : (tensor<8x2xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

// CHECK-LABEL: func.func @step
// CHECK: %[[Y:.*]] = pj.softmax
// CHECK: pj.softmax_gradient %{{.*}}, %[[Y]] {axis = 0 : i32}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @x : tensor<4x2xf32> {role = #pj.role<constant>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %x = pj.use @x : tensor<4x2xf32>
    %y = pj.softmax %x {axis = 0 : i32} : (tensor<4x2xf32>) -> tensor<4x2xf32>
    %l = pj.reduce_sum %y {axes = array<i64: 0, 1>} : (tensor<4x2xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}
