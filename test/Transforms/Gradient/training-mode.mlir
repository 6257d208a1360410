// Batch normalization takes its training form and returns its moved statistics.
// RUN: penjing-opt %s --pj-training-mode -split-input-file | FileCheck %s

// The documented example: n = 8, so the running variance takes 8/7 of the biased one.
// CHECK-LABEL: func.func @main
// CHECK-SAME: -> (tensor<8x2xf32> {pj.name = "y"}, tensor<2xf32> {pj.name = "update:m"}, tensor<2xf32> {pj.name = "update:v"})
// CHECK: %[[M:.*]] = pj.use @m
// CHECK: %[[V:.*]] = pj.use @v
// CHECK: %[[Y:.*]], %[[MEAN:.*]], %[[VAR:.*]] = pj.batch_norm_training %{{.*}}, %{{.*}}, %{{.*}} {epsilon = 1.000000e-03 : f64}
// CHECK: %[[UNBIASED:.*]] = pj.constant dense<1.14285719> : tensor<f32>
// CHECK: %[[VU:.*]] = pj.mul %[[VAR]], %[[UNBIASED]]
// CHECK: return %[[Y]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @s : tensor<2xf32> {role = #pj.role<norm_scale>, trainable, init = #pj.init<ones>}
  pj.param @b : tensor<2xf32> {role = #pj.role<norm_shift>, trainable, init = #pj.init<zeros>}
  pj.param @m : tensor<2xf32> {role = #pj.role<running_mean>, init = #pj.init<zeros>}
  pj.param @v : tensor<2xf32> {role = #pj.role<running_variance>, init = #pj.init<ones>}
  func.func @main(%x: tensor<8x2xf32>) -> (tensor<8x2xf32> {pj.name = "y"}) {
    %s = pj.use @s : tensor<2xf32>
    %b = pj.use @b : tensor<2xf32>
    %m = pj.use @m : tensor<2xf32>
    %v = pj.use @v : tensor<2xf32>
    %y = pj.batch_norm %x, %s, %b, %m, %v {epsilon = 1.0e-3 : f64}
        : (tensor<8x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<8x2xf32>
    return %y : tensor<8x2xf32>
  }
}

// -----

// Momentum is ONNX's: 0.75 of the old value stays.
// CHECK-LABEL: func.func @main
// CHECK: %[[M:.*]] = pj.use @m
// CHECK: %[[Y:.*]], %[[MEAN:.*]], %[[VAR:.*]] = pj.batch_norm_training
// CHECK: %[[OLD:.*]] = pj.constant dense<7.500000e-01>
// CHECK: %[[KEPT:.*]] = pj.mul %[[M]], %[[OLD]]
// CHECK: %[[NEW:.*]] = pj.constant dense<2.500000e-01>
// CHECK: %[[MOVED:.*]] = pj.mul %[[MEAN]], %[[NEW]]
// CHECK: %[[UPDATE:.*]] = pj.add %[[KEPT]], %[[MOVED]]
// CHECK: return %[[Y]], %[[UPDATE]], %{{.*}}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @s : tensor<2xf32> {role = #pj.role<norm_scale>, trainable, init = #pj.init<ones>}
  pj.param @m : tensor<2xf32> {role = #pj.role<running_mean>, init = #pj.init<zeros>}
  pj.param @v : tensor<2xf32> {role = #pj.role<running_variance>, init = #pj.init<ones>}
  func.func @main(%x: tensor<8x2xf32>) -> tensor<8x2xf32> {
    %s = pj.use @s : tensor<2xf32>
    %m = pj.use @m : tensor<2xf32>
    %v = pj.use @v : tensor<2xf32>
    %y = pj.batch_norm %x, %s, %s, %m, %v {momentum = 0.75 : f64}
        : (tensor<8x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<8x2xf32>
    return %y : tensor<8x2xf32>
  }
}

// -----

// Statistics shared by two ops move twice, one after the other, and are
// returned once.
// CHECK-LABEL: func.func @main
// CHECK-SAME: -> (tensor<8x2xf32>, tensor<2xf32> {pj.name = "update:m"}, tensor<2xf32> {pj.name = "update:v"}) {
// CHECK: pj.batch_norm_training
// CHECK: %[[FIRST:.*]] = pj.add
// CHECK: pj.batch_norm_training
// CHECK: pj.mul %[[FIRST]], %
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @s : tensor<2xf32> {role = #pj.role<norm_scale>, trainable, init = #pj.init<ones>}
  pj.param @m : tensor<2xf32> {role = #pj.role<running_mean>, init = #pj.init<zeros>}
  pj.param @v : tensor<2xf32> {role = #pj.role<running_variance>, init = #pj.init<ones>}
  func.func @main(%x: tensor<8x2xf32>) -> tensor<8x2xf32> {
    %s = pj.use @s : tensor<2xf32>
    %m = pj.use @m : tensor<2xf32>
    %v = pj.use @v : tensor<2xf32>
    %y = pj.batch_norm %x, %s, %s, %m, %v
        : (tensor<8x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<8x2xf32>
    %z = pj.batch_norm %y, %s, %s, %m, %v
        : (tensor<8x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<8x2xf32>
    return %z : tensor<8x2xf32>
  }
}
