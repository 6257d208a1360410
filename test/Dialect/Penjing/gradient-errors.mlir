// Adjoints: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
func.func @conv_input_gradient_c1(%dy: tensor<1x4x5x6xf32>, %w: tensor<4x3x3x3xf32>, %x: tensor<1x3x8x8xf32>) {
  // expected-error @below {{requires a gradient of type}}
  // expected-error @below {{failed to infer returned types}}
  %dx = pj.conv_input_gradient %dy, %w, %x : (tensor<1x4x5x6xf32>, tensor<4x3x3x3xf32>, tensor<1x3x8x8xf32>) -> tensor<1x3x8x8xf32>
  return
}

// -----

func.func @conv_weight_gradient_c1(%dy: tensor<1x4x6x6xf32>, %x: tensor<1x3x8x8xf32>) {
  // expected-error @below {{requires a gradient of type}}
  // expected-error @below {{failed to infer returned types}}
  %dw = pj.conv_weight_gradient %dy, %x {kernel = array<i64: 2, 3>} : (tensor<1x4x6x6xf32>, tensor<1x3x8x8xf32>) -> tensor<4x3x2x3xf32>
  return
}

// -----

func.func @conv_weight_gradient_c1_operands(%dy: tensor<4x6x6xf32>, %x: tensor<1x3x8x8xf32>) {
  // expected-error @below {{requires the operands of a convolution, but got}}
  // expected-error @below {{failed to infer returned types}}
  %dw = pj.conv_weight_gradient %dy, %x {kernel = array<i64: 3, 3>} : (tensor<4x6x6xf32>, tensor<1x3x8x8xf32>) -> tensor<4x3x3x3xf32>
  return
}

// -----

func.func @max_pool_gradient_c1(%dy: tensor<1x3x4x4xf32>, %x: tensor<1x3x8x8xf32>) {
  // expected-error @below {{requires a gradient of type}}
  // expected-error @below {{failed to infer returned types}}
  %dx = pj.max_pool_gradient %dy, %x {kernel = array<i64: 2, 2>} : (tensor<1x3x4x4xf32>, tensor<1x3x8x8xf32>) -> tensor<1x3x8x8xf32>
  return
}

// -----

func.func @average_pool_gradient_c1(%dy: tensor<1x3x4x4xf32>, %x: tensor<1x3x8x8xf32>) {
  // expected-error @below {{requires a gradient of type}}
  // expected-error @below {{failed to infer returned types}}
  %dx = pj.average_pool_gradient %dy, %x {kernel = array<i64: 2, 2>} : (tensor<1x3x4x4xf32>, tensor<1x3x8x8xf32>) -> tensor<1x3x8x8xf32>
  return
}

// -----

func.func @batch_norm_gradient_c1(%dy: tensor<2x4x3x4xf32>, %x: tensor<2x4x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4xf32>) {
  // expected-error @below {{requires a gradient of type}}
  // expected-error @below {{failed to infer returned types}}
  %dx:3 = pj.batch_norm_gradient %dy, %x, %s, %s, %v {axis = 1 : i32} : (tensor<2x4x3x4xf32>, tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @batch_norm_gradient_c2(%dy: tensor<2x4x3x3xf32>, %x: tensor<2x4x3x3xf32>, %s: tensor<4xf32>, %v: tensor<4xf32>) {
  // expected-error @below {{requires an axis between 0 and 3, but got 4}}
  // expected-error @below {{failed to infer returned types}}
  %dx:3 = pj.batch_norm_gradient %dy, %x, %s, %s, %v {axis = 4 : i32} : (tensor<2x4x3x3xf32>, tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @batch_norm_gradient_c3(%dy: tensor<2x4x3x3xf32>, %x: tensor<2x4x3x3xf32>, %s: tensor<4xf32>, %v: tensor<3xf32>) {
  // expected-error @below {{requires a variance of rank 1 and length 4, but got}}
  // expected-error @below {{failed to infer returned types}}
  %dx:3 = pj.batch_norm_gradient %dy, %x, %s, %s, %v {axis = 1 : i32} : (tensor<2x4x3x3xf32>, tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>, tensor<3xf32>) -> (tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @fake_quantize_gradient_c1(%dy: tensor<5xf32>, %x: tensor<4xf32>, %s: tensor<f32>, %z: tensor<i32>) {
  // expected-error @below {{requires a gradient of type}}
  // expected-error @below {{failed to infer returned types}}
  %dx = pj.fake_quantize_gradient %dy, %x, %s, %z : (tensor<5xf32>, tensor<4xf32>, tensor<f32>, tensor<i32>) -> tensor<4xf32>
  return
}

// -----

func.func @cross_entropy_gradient_c1(%d: tensor<f32>, %y: tensor<8x10xf32>, %t: tensor<7xi32>) {
  // expected-error @below {{requires a label tensor of rank 1 and length 8, but got}}
  // expected-error @below {{failed to infer returned types}}
  %dy = pj.cross_entropy_gradient %d, %y, %t : (tensor<f32>, tensor<8x10xf32>, tensor<7xi32>) -> tensor<8x10xf32>
  return
}

// -----

func.func @cross_entropy_gradient_c2(%d: tensor<1xf32>, %y: tensor<8x10xf32>, %t: tensor<8xi32>) {
  // expected-error @below {{requires a scalar gradient, but got}}
  // expected-error @below {{failed to infer returned types}}
  %dy = pj.cross_entropy_gradient %d, %y, %t : (tensor<1xf32>, tensor<8x10xf32>, tensor<8xi32>) -> tensor<8x10xf32>
  return
}

// -----

func.func @distillation_loss_gradient_c1(%d: tensor<f32>, %a: tensor<8x10xf32>, %b: tensor<8x9xf32>) {
  // expected-error @below {{requires student and teacher of one type and rank 2, but got}}
  // expected-error @below {{failed to infer returned types}}
  %ds = pj.distillation_loss_gradient %d, %a, %b : (tensor<f32>, tensor<8x10xf32>, tensor<8x9xf32>) -> tensor<8x10xf32>
  return
}

// -----

func.func @distillation_loss_gradient_c2(%d: tensor<1xf32>, %a: tensor<8x10xf32>) {
  // expected-error @below {{requires a scalar gradient, but got}}
  // expected-error @below {{failed to infer returned types}}
  %ds = pj.distillation_loss_gradient %d, %a, %a : (tensor<1xf32>, tensor<8x10xf32>, tensor<8x10xf32>) -> tensor<8x10xf32>
  return
}

// -----

func.func @softmax_gradient_c1(%d: tensor<8x9xf32>, %y: tensor<8x10xf32>) {
  // expected-error @below {{requires a gradient of type}}
  // expected-error @below {{failed to infer returned types}}
  %dx = pj.softmax_gradient %d, %y {axis = 1 : i32} : (tensor<8x9xf32>, tensor<8x10xf32>) -> tensor<8x10xf32>
  return
}

// -----

func.func @softmax_gradient_c2(%d: tensor<8x10xf32>, %y: tensor<8x10xf32>) {
  // expected-error @below {{requires an axis between 0 and 1, but got 2}}
  // expected-error @below {{failed to infer returned types}}
  %dx = pj.softmax_gradient %d, %y {axis = 2 : i32} : (tensor<8x10xf32>, tensor<8x10xf32>) -> tensor<8x10xf32>
  return
}
