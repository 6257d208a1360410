// Gradient rules of losses, masks and fake quantization.
// RUN: penjing-opt %s --pj-differentiate -split-input-file | FileCheck %s

// Only the student learns, also where the teacher's logits come from parameters.
// CHECK-LABEL: func.func @step
// CHECK: %[[S:.*]] = pj.use @s
// CHECK: %[[T:.*]] = pj.use @t
// CHECK: pj.distillation_loss_gradient %{{.*}}, %[[S]], %[[T]] {temperature = 4.000000e+00 : f64}
// CHECK: %[[ZERO:.*]] = pj.constant dense<0.000000e+00> : tensor<2x3xf32>
// CHECK: return %{{.*}}, %{{.*}}, %[[ZERO]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @s : tensor<2x3xf32> {role = #pj.role<constant>, trainable, init = #pj.init<ones>}
  pj.param @t : tensor<2x3xf32> {role = #pj.role<constant>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %s = pj.use @s : tensor<2x3xf32>
    %t = pj.use @t : tensor<2x3xf32>
    %l = pj.distillation_loss %s, %t {temperature = 4.0 : f64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

// CHECK-LABEL: func.func @step
// CHECK-SAME: (%[[LABELS:.*]]: tensor<2xi32>)
// CHECK: %[[Y:.*]] = pj.use @y
// CHECK: pj.cross_entropy_gradient %{{.*}}, %[[Y]], %[[LABELS]] {label_smoothing = 1.250000e-01 : f64}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @y : tensor<2x3xf32> {role = #pj.role<constant>, trainable, init = #pj.init<ones>}
  func.func @main(%labels: tensor<2xi32>) -> tensor<f32> {
    %y = pj.use @y : tensor<2x3xf32>
    %l = pj.cross_entropy %y, %labels {label_smoothing = 0.125 : f64} : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

// The gradient of a masked weight is zero where the mask is; fake quantization
// lets it through inside the grid, and neither scale nor zero point learns.
// CHECK-LABEL: func.func @step
// CHECK: %[[W:.*]] = pj.use @w
// CHECK: %[[M:.*]] = pj.use @m
// CHECK: %[[P:.*]] = pj.masked %[[W]], %[[M]]
// CHECK: %[[DP:.*]] = pj.fake_quantize_gradient %{{.*}}, %[[P]], %[[S:.*]], %[[Z:.*]] {axis = 0 : i32, bits = 4 : i32, is_signed, narrow, rounding = #pj.rounding<floor>}
// CHECK: %[[ZERO:.*]] = pj.constant dense<0.000000e+00>
// CHECK: %[[DW:.*]] = pj.select %[[M]], %[[DP]], %[[ZERO]]
// CHECK: return %{{.*}}, %[[DW]] :
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  pj.param @m : tensor<2x3xi1> {role = #pj.role<mask>, value = dense<true> : tensor<2x3xi1>}
  pj.param @s : tensor<2xf32> {role = #pj.role<quant_scale>}
  pj.param @z : tensor<2xi32> {role = #pj.role<zero_point>}
  func.func @main() -> tensor<f32> {
    %w = pj.use @w : tensor<2x3xf32>
    %m = pj.use @m : tensor<2x3xi1>
    %s = pj.use @s : tensor<2xf32>
    %z = pj.use @z : tensor<2xi32>
    %p = pj.masked %w, %m : (tensor<2x3xf32>, tensor<2x3xi1>) -> tensor<2x3xf32>
    %q = pj.fake_quantize %p, %s, %z {bits = 4 : i32, is_signed, narrow, axis = 0 : i32, rounding = #pj.rounding<floor>}
        : (tensor<2x3xf32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x3xf32>
    %l = pj.reduce_sum %q {axes = array<i64: 0, 1>} : (tensor<2x3xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}
